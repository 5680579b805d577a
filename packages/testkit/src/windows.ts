import type { Readable, Writable } from 'node:stream'
import { encodeRegistryContent, registryRoots, type RegistryContent, type Win32 } from '@asuser/native'
import { SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { CallLog, type RecordedCall } from './call-log.ts'
import { Faults } from './faults.ts'
import { LeakDetector, LeakError } from './leaks.ts'
import { environmentStrings, systemVariables, userVariables } from './kernel/environment.ts'
import { defaultSecurity } from './kernel/default-security.ts'
import { FileObject, type FileTarget } from './kernel/file-object.ts'
import { Machine } from './kernel/machine.ts'
import { Process, type StandardObjects } from './kernel/process.ts'
import type { RegistryKey } from './kernel/registry.ts'
import { Token, type TokenContents } from './kernel/token.ts'
import { AccountRights, type RightsSpec } from './lsa/account-rights.ts'
import { Accounts, type UserAccount, type UserSpec } from './lsa/accounts.ts'
import { logOnWithoutPassword, type Lsa } from './lsa/logon.ts'
import { isServiceAccountName, serviceToken } from './lsa/service-accounts.ts'
import type { ProgramMain } from './programs/program.ts'
import { runProgram } from './programs/run-program.ts'
import { standardPrograms } from './programs/standard-programs.ts'
import { Caller } from './win32/caller.ts'
import { CallOrigins } from './win32/call-origins.ts'
import { createWin32 } from './win32/win32.ts'

export interface FileSpec {
  readonly directory?: boolean
  /** What is in the file; text in UTF-8. */
  readonly contents?: string | Uint8Array
  /** The path that a symbolic link leads to. */
  readonly link?: string
  /** Without it the file inherits from its directory. */
  readonly sddl?: string
}

export interface ProgramSpec extends Pick<FileSpec, 'sddl'> {
  readonly main: ProgramMain
  /** Whether the manifest asks for an administrator; others get `ERROR_ELEVATION_REQUIRED`. */
  readonly requiresAdministrator?: boolean
}

export interface RegistryKeySpec {
  /** Without it the key inherits from the one above. */
  readonly sddl?: string
  readonly values?: Readonly<Record<string, RegistryContent>>
}

export interface WindowsOptions {
  /** Name of the computer and of its accounts' domain; `SIMULATED` unless told. */
  readonly computerName?: string
  readonly users?: Readonly<Record<string, UserSpec>>
  /** Local groups with the users in them. */
  readonly groups?: Readonly<Record<string, { readonly members: readonly string[] }>>
  /** Account rights besides those of a fresh installation, by the names of the accounts that get them. */
  readonly rights?: RightsSpec
  /** The console and further terminal sessions, with the user who is logged on there; one empty console unless told. */
  readonly sessions?: readonly { readonly id: number; readonly user?: string }[]
  readonly files?: Readonly<Record<string, FileSpec>>
  /** Keys by their paths, `HKEY_LOCAL_MACHINE\\SOFTWARE\\Example` or `HKEY_USERS\\alice\\Software`. */
  readonly registry?: Readonly<Record<string, RegistryKeySpec>>
  readonly programs?: Readonly<Record<string, ProgramMain | ProgramSpec>>
  /** Whether administrators get a limited and a full token at an interactive logon; they do unless told. */
  readonly uac?: boolean
  /** Whether every handle remembers where it was opened, for the table of `assertNoLeaks`. It costs time. */
  readonly trackHandles?: boolean
}

export interface StartProcessOptions {
  /** A service account, or a user of the machine. */
  readonly account: string
  /** Services run in session 0, users at the console unless told. */
  readonly sessionId?: number
  /** Whether an administrator is elevated. */
  readonly elevated?: boolean
  /** `WinSta0\Default` for instance; that of the service or of the session unless told. */
  readonly desktop?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly currentDirectory?: string
  /** What its standard handles are; it has none unless told. */
  readonly stdin?: Readable
  readonly stdout?: Writable
  readonly stderr?: Writable
}

/** A process that the test itself plays: the server, mostly. */
export interface SimulatedProcess {
  readonly win32: Win32
  readonly processId: number
  readonly userSid: Sid
  /** S-1-5-5-x-y; service accounts have none. */
  readonly logonSid: Sid | undefined
  readonly sessionId: number
  readonly exited: boolean
  /** Ends it as if it had crashed: handles closed, mutexes abandoned, nothing else tidied. */
  exit(exitCode?: number): void
}

/** One simulated computer. */
export interface SimulatedWindows {
  readonly computerName: string
  readonly faults: Faults
  /** The Win32 calls of all processes so far. */
  readonly calls: readonly RecordedCall[]
  startProcess(options: StartProcessOptions): SimulatedProcess
  /** The SID of an account by its name. */
  sid(accountName: string): Sid
  /** @throws LeakError with a table of open handles and streams, running processes, grants and held mutexes */
  assertNoLeaks(): void
}

/** A fresh Windows: it shares nothing with any other. */
export function createWindows(options: WindowsOptions = {}): SimulatedWindows {
  return new Computer(options)
}

const rootSddl = 'O:SYG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BU)(A;OICI;0x1200a9;;;SU)'
const machineSid = 'S-1-5-21-1004336348-1177238915-682003330'

class Computer implements SimulatedWindows {
  readonly faults = new Faults()
  readonly #log = new CallLog()
  readonly #origins: CallOrigins
  readonly #machine: Machine
  readonly #lsa: Lsa
  readonly #roots = new Set<Process>()
  /** Who is logged on in each session. */
  readonly #sessionTokens = new Map<number, TokenContents>()
  readonly #leaks: LeakDetector

  constructor(options: WindowsOptions) {
    this.#origins = new CallOrigins(options.trackHandles ?? false)
    this.#machine = new Machine({
      origins: this.#origins,
      rootSecurity: SecurityDescriptor.fromSddl(rootSddl),
      run: (process, file) => runProgram(process, file, (caller) => this.#win32Of(caller)),
    })
    const accounts = createAccounts(options)
    const rights = new AccountRights(accounts, options.rights ?? {})
    this.#lsa = { accounts, rights, luids: this.#machine.luids, uac: options.uac ?? true }
    this.#createFiles(options)
    this.#createRegistry(options)
    this.#startSessions(options.sessions ?? [{ id: 1 }])
    this.#leaks = new LeakDetector(this.#machine, this.#roots)
  }

  get computerName(): string {
    return this.#lsa.accounts.computerName
  }

  get calls(): readonly RecordedCall[] {
    return this.#log.calls
  }

  sid(accountName: string): Sid {
    const account = this.#lsa.accounts.findByName(accountName)
    if (account === undefined)
      throw new RangeError(`accountName must be an account of the machine, got "${accountName}"`)
    return account.sid
  }

  assertNoLeaks(): void {
    const leaks = [...this.#leaks.find()]
    if (leaks.length > 0) throw new LeakError(leaks)
  }

  startProcess(options: StartProcessOptions): SimulatedProcess {
    const contents = this.#tokenFor(options)
    const process = this.#createRoot(options, contents)
    this.#roots.add(process)
    this.#machine.addProcess(process)
    return {
      win32: this.#win32Of(process),
      processId: process.id,
      userSid: contents.user.sid,
      logonSid: contents.session.logonSid,
      sessionId: contents.sessionId,
      get exited() {
        return process.hasEnded
      },
      exit: (exitCode = 0) => process.end(exitCode),
    }
  }

  #win32Of(process: Process): Win32 {
    return createWin32(new Caller(this.#machine, this.#lsa, process), {
      log: this.#log,
      faults: this.faults,
      origins: this.#origins,
    })
  }

  #tokenFor({ account, sessionId, elevated }: StartProcessOptions): TokenContents {
    if (isServiceAccountName(account)) return serviceToken(account, sessionId ?? 0)
    const session = sessionId ?? 1
    const contents = this.#loggedOn(session, account) ?? logOnWithoutPassword(this.#lsa, this.#user(account), session)
    return elevated === true ? (contents.linked?.() ?? contents) : contents
  }

  #loggedOn(sessionId: number, account: string): TokenContents | undefined {
    const contents = this.#sessionTokens.get(sessionId)
    return contents?.session.name.toLowerCase() === account.toLowerCase() ? contents : undefined
  }

  #user(name: string): UserAccount {
    const user = this.#lsa.accounts.user(name)
    if (user === undefined) throw new RangeError(`account must be a service account or a user, got "${name}"`)
    return user
  }

  #createRoot(options: StartProcessOptions, contents: TokenContents): Process {
    const process = new Process(
      {
        id: this.#machine.nextId(),
        threadId: this.#machine.nextId(),
        token: new Token(this.#machine.luids, contents, defaultSecurity(contents, 'token')),
        image: 'C:\\Program Files\\nodejs\\node.exe',
        commandLine: 'node.exe',
        environment: environmentStrings(this.#variablesOf(contents), options.environment ?? {}),
        currentDirectory: options.currentDirectory ?? 'C:\\Windows\\System32',
        suspended: false,
        origins: this.#origins,
        onEnd: (ended) => {
          this.#machine.removeProcess(ended)
          this.#roots.delete(ended)
        },
      },
      defaultSecurity(contents, 'process'),
    )
    process.desktop = this.#desktopFor(contents, options.desktop)
    process.standard = standardObjects(options, contents)
    return process
  }

  #desktopFor(contents: TokenContents, requested: string | undefined): Process['desktop'] {
    const session = this.#machine.session(contents.sessionId)
    if (requested === undefined) {
      const station = contents.sessionId === 0 ? session.stationOfLogonSession(contents) : session.station('WinSta0')
      return station?.desktop('Default')
    }
    const [station = '', desktop = 'Default'] = requested.split('\\')
    const found = session.station(station)?.desktop(desktop)
    if (found === undefined)
      throw new RangeError(`desktop must be a desktop of session ${session.id}, got "${requested}"`)
    return found
  }

  #variablesOf({ user, session }: TokenContents): Record<string, string> {
    const account = this.#lsa.accounts.userBySid(user.sid)
    const own = account === undefined ? {} : userVariables(session.name, session.domain, account.profileDirectory)
    return { ...systemVariables(this.computerName), ...own, ...account?.variables }
  }

  #createFiles({ files = {}, programs = {} }: WindowsOptions): void {
    const tree = this.#machine.files
    for (const directory of ['C:\\Windows\\Temp', 'C:\\Windows\\System32', 'C:\\Program Files', 'C:\\ProgramData']) {
      tree.add(directory, true)
    }
    for (const { profileDirectory, sid } of this.#lsa.accounts.users) {
      const sddl = `O:${sid.toString()}G:${sid.toString()}D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;${sid.toString()})`
      tree.add(profileDirectory, true, SecurityDescriptor.fromSddl(sddl))
    }
    for (const [path, { directory = false, contents, link, sddl }] of Object.entries(files)) {
      const node = tree.add(path, directory, sddl === undefined ? undefined : SecurityDescriptor.fromSddl(sddl))
      if (contents !== undefined) node.contents = new Uint8Array(Buffer.from(contents))
      node.linkTarget = link
    }
    for (const [path, spec] of Object.entries({ ...standardPrograms, ...programs })) {
      const { main, sddl, requiresAdministrator = false } = typeof spec === 'function' ? { main: spec } : spec
      const node = tree.add(path, false, sddl === undefined ? undefined : SecurityDescriptor.fromSddl(sddl))
      node.program = { main, requiresAdministrator }
    }
  }

  #createRegistry({ registry = {} }: WindowsOptions): void {
    for (const { sid } of this.#lsa.accounts.users) this.#machine.registry.addHive(sid.toString())
    for (const [path, { sddl, values = {} }] of Object.entries(registry)) {
      const key = this.#addKey(path, sddl === undefined ? undefined : SecurityDescriptor.fromSddl(sddl))
      for (const [name, content] of Object.entries(values)) key.setValue({ name, ...encodeRegistryContent(content) })
    }
  }

  #addKey(path: string, security: SecurityDescriptor | undefined): RegistryKey {
    const [rootName, first = '', ...rest] = path.split('\\')
    const root = registryRoots.find((known) => known === rootName)
    if (root === undefined) {
      throw new RangeError(`registry must have paths below ${registryRoots.join(' or ')}, got ${JSON.stringify(path)}`)
    }
    const user = root === 'HKEY_USERS' ? this.#lsa.accounts.user(first) : undefined
    return this.#machine.registry.add(root, [user?.sid.toString() ?? first, ...rest].join('\\'), security)
  }

  #startSessions(sessions: NonNullable<WindowsOptions['sessions']>): void {
    const services = this.#machine.startSession(0, undefined)
    services.stationOfLogonSession(serviceToken('LocalSystem', 0))
    for (const { id, user } of sessions) {
      const contents = user === undefined ? undefined : logOnWithoutPassword(this.#lsa, this.#user(user), id)
      if (contents !== undefined) {
        this.#sessionTokens.set(id, contents)
        this.#machine.loadedProfiles.add(contents.user.sid.toString())
      }
      this.#machine.startSession(id, contents?.session.logonSid)
    }
  }
}

function createAccounts({ computerName = 'SIMULATED', users = {}, groups = {} }: WindowsOptions): Accounts {
  const accounts = new Accounts(computerName, Sid.parse(machineSid))
  for (const name of Object.keys(groups)) accounts.addGroup(name)
  for (const [name, spec] of Object.entries(users)) accounts.addUser(name, spec)
  for (const [name, { members }] of Object.entries(groups)) {
    for (const member of members) {
      const account = accounts.findByName(member)
      if (account === undefined) throw new RangeError(`groups must have users of the machine, got "${member}"`)
      accounts.addMember(name, account.sid)
    }
  }
  return accounts
}

function standardObjects(options: StartProcessOptions, contents: TokenContents): StandardObjects {
  const open = (target: FileTarget): FileObject => new FileObject(target, defaultSecurity(contents, 'file'))
  return {
    input: options.stdin === undefined ? undefined : open({ input: options.stdin }),
    output: options.stdout === undefined ? undefined : open({ output: options.stdout }),
    error: options.stderr === undefined ? undefined : open({ output: options.stderr }),
  }
}
