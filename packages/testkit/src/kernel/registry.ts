import type { RegistryRoot, RegistryValue } from '@asuser/native'
import { type GenericMapping, objectTypes, SecurityDescriptor } from '@asuser/security-descriptors'
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

/** The registry of a machine: `HKEY_LOCAL_MACHINE`, and of the hives below `HKEY_USERS` those that are loaded. */
export class Registry {
  readonly #roots: Readonly<Record<RegistryRoot, RegistryKey>> = {
    HKEY_LOCAL_MACHINE: new RegistryKey('HKEY_LOCAL_MACHINE', undefined, machineSecurity),
    HKEY_USERS: new RegistryKey('HKEY_USERS', undefined, usersSecurity),
  }
  /** The users whose hives are there; those of the service accounts always are. */
  readonly #loadedHives: ReadonlySet<string>

  constructor(loadedHives: ReadonlySet<string>) {
    this.#loadedHives = loadedHives
    for (const name of ['HARDWARE', 'SAM', 'SECURITY', 'SOFTWARE', 'SYSTEM']) {
      this.#roots.HKEY_LOCAL_MACHINE.addSubkey(name, hiveSecurity[name] ?? machineHiveSecurity)
    }
    for (const path of keysAtBoot) this.add('HKEY_LOCAL_MACHINE', path)
    for (const name of alwaysLoaded) this.addHive(name)
  }

  root(root: RegistryRoot): RegistryKey {
    return this.#roots[root]
  }

  /** The hive of a user, whether it is loaded or not; made when it is asked for first. */
  addHive(sid: string): RegistryKey {
    const users = this.#roots.HKEY_USERS
    return users.subkey(sid) ?? users.addSubkey(sid, userHiveSecurity(sid))
  }

  /** Makes a key without asking anybody, and the keys above it; without security of its own it inherits. */
  add(root: RegistryRoot, path: string, security?: SecurityDescriptor): RegistryKey {
    let key = this.#roots[root]
    for (const name of keyNames(path)) {
      if (key === this.#roots.HKEY_USERS) key = this.addHive(name)
      else key = key.subkey(name) ?? key.addSubkey(name, inheritedSecurity(key.security))
    }
    if (security !== undefined) key.security = security
    return key
  }

  /**
   * The key of a path, whoever asks; the keys on the way are not asked.
   *
   * @throws Failure `ERROR_FILE_NOT_FOUND`
   */
  find(root: RegistryRoot, path: string): RegistryKey {
    let key = this.#roots[root]
    for (const name of keyNames(path)) {
      const next = this.#next(key, name)
      if (next === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { key: `${root}\\${path}` })
      key = next
    }
    return key
  }

  /**
   * Opens a key as a client.
   *
   * @throws Failure `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   */
  open(root: RegistryRoot, path: string, token: Token, desiredAccess: number): RegistryKey {
    const key = this.find(root, path)
    grantKeyAccess(token, key, desiredAccess)
    return key
  }

  /**
   * Opens a key as a client, or makes it and what is missing above it.
   *
   * @throws Failure `ERROR_ACCESS_DENIED`, `ERROR_INVALID_PARAMETER` directly below a root, `ERROR_CHILD_MUST_BE_VOLATILE`
   */
  create({ root, path, ...request }: NewKeyRequest): { readonly key: RegistryKey; readonly created: boolean } {
    const names = keyNames(path)
    let key = this.#roots[root]
    let created = false
    for (const [index, name] of names.entries()) {
      const existing = this.#next(key, name)
      if (existing === undefined) {
        if (key.parent === undefined) throw new Failure('ERROR_INVALID_PARAMETER', { key: `${root}\\${path}` })
        const security = index === names.length - 1 ? request.security : undefined
        key = createSubkey(key, name, { ...request, security })
        created = true
      } else {
        key = existing
      }
    }
    if (!created) grantKeyAccess(request.token, key, rights.KEY_QUERY_VALUE)
    return { key, created }
  }

  isLoaded(hive: string): boolean {
    return alwaysLoaded.has(hive) || this.#loadedHives.has(hive)
  }

  /** The keys below that there are to see: hives that are not loaded are none of them. */
  subkeysOf(key: RegistryKey): readonly RegistryKey[] {
    return [...key.children.values()].filter((subkey) => this.#isThere(subkey))
  }

  #next(key: RegistryKey, name: string): RegistryKey | undefined {
    const next = key.subkey(name)
    return next !== undefined && this.#isThere(next) ? next : undefined
  }

  #isThere({ name, parent }: RegistryKey): boolean {
    return parent !== this.#roots.HKEY_USERS || this.isLoaded(name)
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

interface NewKey {
  /** Whoever makes it. */
  readonly token: Token
  /** Where it is not to inherit. */
  readonly security: SecurityDescriptor | undefined
  readonly volatile: boolean
}

interface NewKeyRequest extends NewKey {
  readonly root: RegistryRoot
  readonly path: string
}

function createSubkey(parent: RegistryKey, name: string, { token, security: creator, volatile }: NewKey): RegistryKey {
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

function inheritedSecurity(parent: SecurityDescriptor): SecurityDescriptor {
  const { owner, group } = parent
  if (owner === undefined || group === undefined) throw new RangeError('The key above has no owner or no group')
  return securityOfNewObject({ parent, token: { owner, group }, isContainer: true, genericMapping })
}

function keyNames(path: string): readonly string[] {
  return path.split('\\').filter((name) => name !== '')
}

const keysAtBoot = [
  'SOFTWARE\\Classes',
  'SOFTWARE\\Microsoft\\Windows\\CurrentVersion',
  'SYSTEM\\CurrentControlSet\\Services',
]

const alwaysLoaded: ReadonlySet<string> = new Set(['.DEFAULT', 'S-1-5-18', 'S-1-5-19', 'S-1-5-20'])

/*
 * The security of the hives is that of a fresh installation as far as it is known to matter: users read the machine's
 * keys, SAM and SECURITY are the system's, and a hive belongs to its user.
 */
const machineSecurity = SecurityDescriptor.fromSddl('O:BAG:SYD:PAI(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;WD)')
const usersSecurity = SecurityDescriptor.fromSddl('O:BAG:SYD:PAI(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;WD)')
const machineHiveSecurity = SecurityDescriptor.fromSddl(
  'O:BAG:SYD:PAI(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CIIO;KA;;;CO)(A;CI;KR;;;BU)',
)
const closedHiveSecurity = SecurityDescriptor.fromSddl('O:BAG:SYD:P(A;CI;KA;;;SY)(A;CI;RCWD;;;BA)')
const hiveSecurity: Readonly<Record<string, SecurityDescriptor>> = {
  SAM: closedHiveSecurity,
  SECURITY: closedHiveSecurity,
}

function userHiveSecurity(sid: string): SecurityDescriptor {
  const user = sid.startsWith('S-') ? `(A;CI;KA;;;${sid})` : '(A;CI;KR;;;WD)'
  return SecurityDescriptor.fromSddl(`O:BAG:SYD:AI${user}(A;CI;KA;;;SY)(A;CI;KA;;;BA)`)
}
