import type { RegistryValue } from '@asuser/native'
import { type GenericMapping, objectTypes, type SecurityDescriptor } from '@asuser/security-descriptors'
import { securityOfNewObject } from '@asuser/security-descriptors/inheritance'
import { grantAccess } from './access.ts'
import { Failure } from './failure.ts'
import type { InheritingNode } from './inheriting-node.ts'
import type { Token } from './token.ts'

const { rights, genericMapping } = objectTypes.registryKey

/** A key of the registry, with its security, its children and its values. Names ignore letter case. */
export class RegistryKey implements InheritingNode {
  readonly name: string
  readonly parent: RegistryKey | undefined
  readonly isContainer = true
  readonly isVolatile: boolean
  security: SecurityDescriptor
  readonly children: Map<string, RegistryKey> = new Map()
  readonly values: Map<string, RegistryValue> = new Map()

  constructor(name: string, parent: RegistryKey | undefined, security: SecurityDescriptor, isVolatile = false) {
    this.name = name
    this.parent = parent
    this.security = security
    this.isVolatile = isVolatile
  }

  get genericMapping(): GenericMapping {
    return genericMapping
  }

  /** `HKEY_LOCAL_MACHINE\SOFTWARE` */
  get path(): string {
    return this.parent === undefined ? this.name : `${this.parent.path}\\${this.name}`
  }

  subkey(name: string): RegistryKey | undefined {
    return this.children.get(name.toLowerCase())
  }

  addSubkey(name: string, security: SecurityDescriptor, isVolatile = false): RegistryKey {
    const key = new RegistryKey(name, this, security, isVolatile)
    this.children.set(name.toLowerCase(), key)
    return key
  }

  removeSubkey(name: string): void {
    this.children.delete(name.toLowerCase())
  }

  value(name: string): RegistryValue | undefined {
    return this.values.get(name.toLowerCase())
  }

  setValue(value: RegistryValue): void {
    this.values.set(value.name.toLowerCase(), value)
  }

  /** @returns whether there was one */
  removeValue(name: string): boolean {
    return this.values.delete(name.toLowerCase())
  }
}

/** @throws Failure `ERROR_ACCESS_DENIED` */
export function grantKeyAccess(token: Token, key: RegistryKey, desiredAccess: number): number {
  try {
    return grantAccess({ token, descriptor: key.security, desiredAccess, genericMapping })
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.code, { key: key.path }) : error
  }
}

export interface NewKey {
  /** Whoever makes it. */
  readonly token: Token
  /** Where it is not to inherit. */
  readonly security: SecurityDescriptor | undefined
  readonly volatile: boolean
}

/**
 * Makes a key as a client.
 *
 * @throws Failure `ERROR_ACCESS_DENIED`, `ERROR_CHILD_MUST_BE_VOLATILE`
 */
export function createSubkey(
  parent: RegistryKey,
  name: string,
  { token, security: creator, volatile }: NewKey,
): RegistryKey {
  grantKeyAccess(token, parent, rights.KEY_CREATE_SUB_KEY)
  if (parent.isVolatile && !volatile) throw new Failure('ERROR_CHILD_MUST_BE_VOLATILE', { key: parent.path })
  const { owner, primaryGroup: group, dacl: defaultDacl } = token.contents.defaults
  const security = securityOfNewObject({
    parent: parent.security,
    creator,
    token: { owner, group, defaultDacl },
    isContainer: true,
    genericMapping,
  })
  return parent.addSubkey(name, security, volatile)
}
