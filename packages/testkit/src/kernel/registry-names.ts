import type { RegistryRoot } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'
import type { Registry } from './registry.ts'
import type { RegistryKey } from './registry-key.ts'

const roots: ReadonlyMap<string, RegistryRoot> = new Map([
  ['HKEY_LOCAL_MACHINE', 'HKEY_LOCAL_MACHINE'],
  ['MACHINE', 'HKEY_LOCAL_MACHINE'],
  ['HKEY_USERS', 'HKEY_USERS'],
  ['USERS', 'HKEY_USERS'],
])

/** A root by its name, or by the one that it has in `GetNamedSecurityInfo`. */
export function registryRootNamed(name: string): RegistryRoot | undefined {
  return roots.get(name.toUpperCase())
}

/**
 * Finds a key by its name in `GetNamedSecurityInfo`: below `MACHINE`, `USERS`, or `CLASSES_ROOT` and `CURRENT_USER` for
 * keys in them. For a user whose hive is not there `CURRENT_USER` is the default user.
 *
 * @throws Failure `ERROR_FILE_NOT_FOUND`, `ERROR_INVALID_PARAMETER` for a name that begins with no root
 */
export function findNamedKey(registry: Registry, name: string, user: Sid): RegistryKey {
  const [first = '', ...names] = name.split('\\').filter((part) => part !== '')
  const below = names.join('\\')
  const alias = first.toUpperCase()
  if (alias === 'CLASSES_ROOT') return registry.find('HKEY_LOCAL_MACHINE', `SOFTWARE\\Classes\\${below}`)
  if (alias === 'CURRENT_USER') return registry.find('HKEY_USERS', `${hiveOf(registry, user)}\\${below}`)
  const root = alias.startsWith('HKEY_') ? undefined : registryRootNamed(alias)
  if (root === undefined) throw new Failure('ERROR_INVALID_PARAMETER', { name })
  return registry.find(root, below)
}

function hiveOf(registry: Registry, user: Sid): string {
  const sid = user.toString()
  if (!registry.isLoaded(sid)) return '.DEFAULT'
  return registry.addHive(sid).name
}
