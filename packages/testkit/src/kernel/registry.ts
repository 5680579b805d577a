import type { RegistryRoot } from '@asuser/native'
import { objectTypes, type SecurityDescriptor } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'
import { alwaysLoaded, keysAtBoot, machineHiveSecurityOf, rootSecurity, userHiveSecurity } from './registry-hives.ts'
import { inheritedSecurity } from './inheriting-node.ts'
import { createSubkey, grantKeyAccess, type NewKey, RegistryKey } from './registry-key.ts'
import type { Token } from './token.ts'

/** The registry of a machine: `HKEY_LOCAL_MACHINE`, and of the hives below `HKEY_USERS` those that are loaded. */
export class Registry {
  readonly #roots: Readonly<Record<RegistryRoot, RegistryKey>> = {
    HKEY_LOCAL_MACHINE: new RegistryKey('HKEY_LOCAL_MACHINE', undefined, rootSecurity),
    HKEY_USERS: new RegistryKey('HKEY_USERS', undefined, rootSecurity),
  }
  /** The users whose hives are there; those of the service accounts always are. */
  readonly #loadedHives: ReadonlySet<string>

  constructor(loadedHives: ReadonlySet<string>) {
    this.#loadedHives = loadedHives
    for (const name of ['HARDWARE', 'SAM', 'SECURITY', 'SOFTWARE', 'SYSTEM']) {
      this.#roots.HKEY_LOCAL_MACHINE.addSubkey(name, machineHiveSecurityOf(name))
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
      else key = key.subkey(name) ?? key.addSubkey(name, inheritedSecurity(key, true))
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
    if (!created) grantKeyAccess(request.token, key, objectTypes.registryKey.rights.KEY_QUERY_VALUE)
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

interface NewKeyRequest extends NewKey {
  readonly root: RegistryRoot
  readonly path: string
}

function keyNames(path: string): readonly string[] {
  return path.split('\\').filter((name) => name !== '')
}
