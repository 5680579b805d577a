import { encodeRegistryContent, type RegistryRoot } from '@asuser/native'
import { SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { defaultSecurity, genericMappingOf, mapGenericRights, type SecurableKind } from './kernel/default-security.ts'
import type { FileTree } from './kernel/file-tree.ts'
import type { Machine } from './kernel/machine.ts'
import { DirectoryObject, type NamedObject, PlainObject, SymbolicLink } from './kernel/named-object.ts'
import type { NamespaceSecurity, ObjectNamespace } from './kernel/object-namespace.ts'
import type { ProgramFile } from './kernel/program-file.ts'
import { registryRootNamed } from './kernel/registry-names.ts'
import { servicesAtBoot } from './kernel/service-list.ts'
import { Accounts } from './lsa/accounts.ts'
import { Domain } from './lsa/domain.ts'
import { serviceToken } from './lsa/service-accounts.ts'
import { standardPrograms } from './programs/standard-programs.ts'
import type { KernelObjectSpec, WindowsOptions } from './windows-options.ts'

const machineSid = 'S-1-5-21-1004336348-1177238915-682003330'
const domainSid = 'S-1-5-21-2000478354-1708537768-1957994488'

const systemDirectories = ['C:\\Windows\\Temp', 'C:\\Windows\\System32', 'C:\\Program Files', 'C:\\ProgramData']

/** The drive of a fresh machine: administrators and the system write, users and services read and run. */
export const rootSecurity: SecurityDescriptor = SecurityDescriptor.fromSddl(
  'O:SYG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BU)(A;OICI;0x1200a9;;;SU)',
)

/**
 * The directories and links of the object manager: programs look around everywhere and make objects in the directories of
 * names. The system manages them all.
 */
export const namespaceSecurity: NamespaceSecurity = {
  directory: SecurityDescriptor.fromSddl('O:BAG:SYD:(A;;0x2000f;;;WD)(A;;0xf000f;;;SY)(A;;0xf000f;;;BA)'),
  link: SecurityDescriptor.fromSddl('O:BAG:SYD:(A;;0x20001;;;WD)(A;;0xf0001;;;SY)(A;;0xf0001;;;BA)'),
}

/** The users and groups that a machine is set up with. */
export function installAccounts(options: WindowsOptions): Accounts {
  const { computerName = 'SIMULATED', users = {}, groups = {}, services = {} } = options
  if (options.domain?.name.toLowerCase() === computerName.toLowerCase()) {
    throw new RangeError(`domain must have another name than the computer, got "${computerName}" for both`)
  }
  const domain = options.domain && new Domain(options.domain, Sid.parse(domainSid), computerName)
  const accounts = new Accounts(computerName, Sid.parse(machineSid), domain)
  for (const name of [...servicesAtBoot, ...Object.keys(services)]) accounts.addService(name)
  for (const name of Object.keys(groups)) accounts.addGroup(name)
  for (const [name, spec] of Object.entries(users)) accounts.addUser(name, spec)
  if (domain !== undefined) installDomain(accounts, domain, options.domain)
  for (const [name, { members }] of Object.entries(groups)) {
    for (const member of members) {
      const account = accounts.findByName(member)
      if (account === undefined) throw new RangeError(`groups must have users of the machine, got "${member}"`)
      accounts.addMember(name, account.sid)
    }
  }
  return accounts
}

/** The accounts of the domain. Its users and administrators are those of its members. */
function installDomain(accounts: Accounts, domain: Domain, spec: WindowsOptions['domain']): void {
  accounts.addMember('Users', domain.usersGroup)
  // As one of NT AUTHORITY\Authenticated Users, who are members of Users.
  accounts.addMember('Users', domain.computer.sid)
  accounts.addMember('Administrators', domain.administratorsGroup)
  for (const name of Object.keys(spec?.groups ?? {})) domain.addGroup(name)
  for (const [name, user] of Object.entries(spec?.users ?? {})) {
    const isTaken = accounts.users.some((other) => other.name.toLowerCase() === name.toLowerCase())
    const { sid } = domain.addUser(name, user, isTaken ? `${name}.${domain.name}` : name)
    for (const group of user.groups ?? []) if (!domain.addMember(group, sid)) accounts.addMember(group, sid)
  }
  for (const [name, { members }] of Object.entries(spec?.groups ?? {})) {
    for (const member of members) {
      const user = domain.user(member)
      if (user === undefined) throw new RangeError(`domain.groups must have users of the domain, got "${member}"`)
      domain.addMember(name, user.sid)
    }
  }
}

/** The directories, files and programs that a machine is set up with. */
export function installFiles(
  tree: FileTree<ProgramFile>,
  accounts: Accounts,
  { files = {}, programs = {} }: WindowsOptions,
): void {
  for (const directory of systemDirectories) tree.add(directory, true)
  for (const { profileDirectory, sid } of accounts.users) {
    tree.add(profileDirectory, true, profileSecurity(sid.toString()))
  }
  for (const [path, { directory = false, contents, link, sddl }] of Object.entries(files)) {
    const node = tree.add(path, directory, securityOf(sddl))
    if (contents !== undefined) node.contents = new Uint8Array(Buffer.from(contents))
    node.linkTarget = link
  }
  for (const [path, spec] of Object.entries({ ...standardPrograms, ...programs })) {
    const { main, sddl, requiresAdministrator = false } = typeof spec === 'function' ? { main: spec } : spec
    tree.add(path, false, securityOf(sddl)).program = { main, requiresAdministrator }
  }
}

/** The hives of the users, and the registry keys and services that a machine has besides those of a fresh installation. */
export function installKeysAndServices(
  machine: Machine,
  accounts: Accounts,
  { registry = {}, services = {} }: WindowsOptions,
): void {
  for (const { sid } of accounts.users) machine.registry.addHive(sid.toString())
  for (const [path, { sddl, values = {} }] of Object.entries(registry)) {
    const { root, names } = keyPlace(path, accounts)
    const key = machine.registry.add(root, names, securityOf(sddl))
    for (const [name, content] of Object.entries(values)) key.setValue({ name, ...encodeRegistryContent(content) })
  }
  for (const [name, { sddl }] of Object.entries(services)) machine.services.add(name, securityOf(sddl))
}

/** What has been made under a name before the first process of a test. */
export function installKernelObjects(namespace: ObjectNamespace, { kernelObjects = {} }: WindowsOptions): void {
  for (const [path, spec] of Object.entries(kernelObjects)) namespace.addAt(path, kernelObjectOf(spec))
}

function kernelObjectOf(spec: KernelObjectSpec): NamedObject {
  switch (spec.type) {
    case 'event':
      return new PlainObject('event', kernelSecurityOf('event', spec))
    case 'semaphore':
      return new PlainObject('semaphore', kernelSecurityOf('semaphore', spec))
    case 'waitableTimer':
      return new PlainObject('waitable-timer', kernelSecurityOf('waitable-timer', spec))
    case 'section':
      return new PlainObject('section', kernelSecurityOf('section', spec))
    case 'symbolicLink':
      return new SymbolicLink(spec.target, kernelSecurityOf('symbolic-link', spec))
    case 'directoryObject':
      return new DirectoryObject(kernelSecurityOf('directory-object', spec))
  }
}

function kernelSecurityOf(kind: SecurableKind, { sddl }: KernelObjectSpec): SecurityDescriptor {
  if (sddl === undefined) return defaultSecurity(serviceToken('LocalSystem', 0), kind)
  const given = SecurityDescriptor.fromSddl(sddl)
  return given.with({ dacl: given.dacl && mapGenericRights(given.dacl, genericMappingOf(kind)) })
}

/** Below `HKEY_USERS` a user may be named in place of its SID. */
function keyPlace(path: string, accounts: Accounts): { readonly root: RegistryRoot; readonly names: string } {
  const [rootName = '', first = '', ...rest] = path.split('\\')
  const root = registryRootNamed(rootName)
  if (root === undefined) {
    throw new RangeError(`registry must have paths below HKEY_LOCAL_MACHINE or HKEY_USERS, got ${JSON.stringify(path)}`)
  }
  const user = root === 'HKEY_USERS' ? accounts.user(first) : undefined
  return { root, names: [user?.sid.toString() ?? first, ...rest].join('\\') }
}

function profileSecurity(user: string): SecurityDescriptor {
  return SecurityDescriptor.fromSddl(`O:${user}G:${user}D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;${user})`)
}

/** Without security of its own a file or key inherits. */
function securityOf(sddl: string | undefined): SecurityDescriptor | undefined {
  return sddl === undefined ? undefined : SecurityDescriptor.fromSddl(sddl)
}
