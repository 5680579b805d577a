import { type GenericMapping, objectTypes, SecurityDescriptor } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'
import type { Securable } from './object-security.ts'

/** An installed service, as far as its security goes: it neither starts nor stops. */
export class Service implements Securable {
  readonly name: string
  security: SecurityDescriptor

  constructor(name: string, security: SecurityDescriptor) {
    this.name = name
    this.security = security
  }

  get genericMapping(): GenericMapping {
    return objectTypes.service.genericMapping
  }
}

/**
 * What a service is created with.
 *
 * @see https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights
 */
const usualSddl =
  'O:SYG:SYD:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWLOCRRC;;;IU)(A;;CCLCSWLOCRRC;;;SU)' +
  'S:(AU;FA;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;WD)'

/** Those of a fresh installation. */
export const servicesAtBoot: readonly string[] = ['EventLog', 'LanmanServer', 'Schedule', 'Spooler', 'W32Time']

/** The services of a machine; letter case does not matter. */
export class ServiceList {
  readonly #services = new Map<string, Service>()

  constructor() {
    for (const name of servicesAtBoot) this.add(name)
  }

  add(name: string, security: SecurityDescriptor = SecurityDescriptor.fromSddl(usualSddl)): Service {
    const service = new Service(name, security)
    this.#services.set(name.toLowerCase(), service)
    return service
  }

  /** @throws Failure `ERROR_SERVICE_DOES_NOT_EXIST` */
  find(name: string): Service {
    const service = this.#services.get(name.toLowerCase())
    if (service === undefined) throw new Failure('ERROR_SERVICE_DOES_NOT_EXIST', { name })
    return service
  }
}
