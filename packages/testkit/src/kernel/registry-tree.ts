import { type GenericMapping, objectTypes, SecurityDescriptor, type Sid } from '@asuser/security-descriptors'
import { securityOfNewObject } from '@asuser/security-descriptors/inheritance'
import { Failure } from './failure.ts'
import type { InheritingNode } from './inheriting-node.ts'

/** A registry key. Values are not simulated. */
export class RegistryKey implements InheritingNode {
  readonly name: string
  readonly parent: RegistryKey | undefined
  readonly isContainer = true
  readonly children: Map<string, RegistryKey> = new Map()
  security: SecurityDescriptor

  constructor(name: string, parent: RegistryKey | undefined, security: SecurityDescriptor) {
    this.name = name
    this.parent = parent
    this.security = security
  }

  get genericMapping(): GenericMapping {
    return objectTypes.registryKey.genericMapping
  }
}

const machineSddl = 'O:BAG:SYD:PAI(A;CI;KA;;;BA)(A;CIIO;GA;;;CO)(A;CI;KA;;;SY)(A;CI;KR;;;BU)(A;CI;KR;;;AC)'
const usersSddl = 'O:BAG:SYD:PAI(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;WD)(A;CI;KR;;;RC)(A;CI;KR;;;AC)'

const keysAtBoot = [
  'MACHINE\\SOFTWARE\\Classes',
  'MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion',
  'MACHINE\\SYSTEM\\CurrentControlSet\\Services',
  'USERS\\.DEFAULT',
]

/**
 * The registry as a tree of keys, under the names of `GetNamedSecurityInfo`: `MACHINE`, `USERS`, and `CLASSES_ROOT` and
 * `CURRENT_USER` for keys in them. Letter case does not matter.
 */
export class RegistryTree {
  readonly #roots: ReadonlyMap<string, RegistryKey>
  /** The users whose hives are there; of the others `CURRENT_USER` is the default user. */
  readonly #loadedHives: ReadonlySet<string>

  constructor(loadedHives: ReadonlySet<string>) {
    this.#loadedHives = loadedHives
    this.#roots = new Map([
      ['MACHINE', new RegistryKey('MACHINE', undefined, SecurityDescriptor.fromSddl(machineSddl))],
      ['USERS', new RegistryKey('USERS', undefined, SecurityDescriptor.fromSddl(usersSddl))],
    ])
    for (const path of keysAtBoot) this.add(path)
  }

  /** Makes a key and the keys above it; without security of its own it inherits. */
  add(path: string, security?: SecurityDescriptor): RegistryKey {
    const { root, names } = this.#parse(path, undefined)
    let key = root
    for (const name of names) key = key.children.get(name.toLowerCase()) ?? addChild(key, name)
    if (security !== undefined) key.security = security
    return key
  }

  /**
   * Finds a key for a user.
   *
   * @throws Failure `ERROR_FILE_NOT_FOUND`, `ERROR_INVALID_PARAMETER` for a name that begins with no root
   */
  find(path: string, user: Sid): RegistryKey {
    const { root, names } = this.#parse(path, user)
    let key = root
    for (const name of names) {
      const child = key.children.get(name.toLowerCase())
      if (child === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { name: path })
      key = child
    }
    return key
  }

  #parse(path: string, user: Sid | undefined): { readonly root: RegistryKey; readonly names: readonly string[] } {
    const [first = '', ...names] = path.split('\\').filter((name) => name !== '')
    const alias = first.toUpperCase()
    if (alias === 'CLASSES_ROOT') return this.#parse(['MACHINE\\SOFTWARE\\Classes', ...names].join('\\'), user)
    if (alias === 'CURRENT_USER' && user !== undefined) return { root: this.#hiveOf(user), names }
    const root = this.#roots.get(alias)
    if (root === undefined) throw new Failure('ERROR_INVALID_PARAMETER', { name: path })
    return { root, names }
  }

  #hiveOf(user: Sid): RegistryKey {
    const sid = user.toString()
    if (!this.#loadedHives.has(sid)) return this.add('USERS\\.DEFAULT')
    const existing = this.#roots.get('USERS')?.children.get(sid.toLowerCase())
    const security = `O:${sid}G:${sid}D:P(A;CI;KA;;;${sid})(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;RC)`
    return existing ?? this.add(`USERS\\${sid}`, SecurityDescriptor.fromSddl(security))
  }
}

function addChild(parent: RegistryKey, name: string): RegistryKey {
  const { owner, group } = parent.security
  if (owner === undefined || group === undefined) throw new RangeError(`The key ${parent.name} has no owner or group`)
  const security = securityOfNewObject({
    parent: parent.security,
    token: { owner, group },
    isContainer: true,
    genericMapping: parent.genericMapping,
  })
  const child = new RegistryKey(name, parent, security)
  parent.children.set(name.toLowerCase(), child)
  return child
}
