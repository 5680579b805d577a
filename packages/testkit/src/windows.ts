import type { Win32 } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { CallLog, type RecordedCall } from './call-log.ts'
import { Faults } from './faults.ts'
import { connectionOf, servicesConnection } from './connections.ts'
import {
  installAccounts,
  installFiles,
  installKernelObjects,
  installKeysAndServices,
  namespaceSecurity,
  rootSecurity,
} from './installation.ts'
import { defaultSecurity } from './kernel/default-security.ts'
import { environmentStrings, systemVariables, userVariables } from './kernel/environment.ts'
import { FileObject, type FileTarget } from './kernel/file-object.ts'
import { Machine } from './kernel/machine.ts'
import { Process, type StandardObjects } from './kernel/process.ts'
import type { SecurityEvent } from './kernel/security-log.ts'
import { Token, type TokenContents } from './kernel/token.ts'
import { LeakDetector, LeakError } from './leaks.ts'
import { AccountRights } from './lsa/account-rights.ts'
import type { UserAccount } from './lsa/user-account.ts'
import { logOnWithoutPassword } from './lsa/logon.ts'
import { KeyDistributionCenter } from './lsa/kerberos/key-distribution-center.ts'
import { ReplayCache } from './lsa/kerberos/replay-cache.ts'
import type { Lsa } from './lsa/lsa.ts'
import { isServiceAccountName, serviceToken } from './lsa/service-accounts.ts'
import { runProgram } from './programs/run-program.ts'
import { Caller } from './win32/caller.ts'
import { CallOrigins } from './win32/call-origins.ts'
import { createWin32 } from './win32/win32.ts'
import type { SimulatedProcess, SimulatedWindows, StartProcessOptions, WindowsOptions } from './windows-options.ts'

/** A fresh Windows: it shares nothing with any other. */
export function createWindows(options: WindowsOptions = {}): SimulatedWindows {
  return new Computer(options)
}

class Computer implements SimulatedWindows {
  readonly faults = new Faults()
  readonly #log = new CallLog()
  readonly #origins: CallOrigins
  readonly #machine: Machine
  readonly #lsa: Lsa
  readonly #roots = new Set<Process>()
  readonly #leaks: LeakDetector

  constructor(options: WindowsOptions) {
    this.#origins = new CallOrigins(options.trackHandles ?? false)
    this.#machine = new Machine({
      origins: this.#origins,
      rootSecurity,
      namespaceSecurity,
      servers: options.servers ?? {},
      run: (process, file) => runProgram(process, file, (caller) => this.#win32Of(caller)),
    })
    const accounts = installAccounts(options)
    const rights = new AccountRights(accounts, options.rights ?? {})
    this.#lsa = {
      accounts,
      rights,
      luids: this.#machine.luids,
      uac: options.uac ?? true,
      keyDistributionCenter: accounts.domain && new KeyDistributionCenter(accounts.domain),
      replays: new ReplayCache(),
    }
    installFiles(this.#machine.files, accounts, options)
    installKeysAndServices(this.#machine, accounts, options)
    this.#startSessions(options.sessions ?? [{ id: 1 }])
    installKernelObjects(this.#machine.namespace, options)
    this.#leaks = new LeakDetector(this.#machine, this.#roots)
  }

  get computerName(): string {
    return this.#lsa.accounts.computerName
  }

  get calls(): readonly RecordedCall[] {
    return this.#log.calls
  }

  get securityLog(): readonly SecurityEvent[] {
    return this.#machine.securityLog.events
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
    const contents = this.#machine.session(sessionId).user
    return contents?.user.sid.equals(this.#user(account).sid) === true ? contents : undefined
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

  #startSessions(sessions: NonNullable<WindowsOptions['sessions']>): void {
    this.#machine.startSession(0, servicesConnection(), undefined).stationOfLogonSession(serviceToken('LocalSystem', 0))
    for (const spec of sessions) {
      const { id, user } = spec
      const contents = user === undefined ? undefined : logOnWithoutPassword(this.#lsa, this.#user(user), id)
      if (contents !== undefined) this.#machine.loadedProfiles.add(contents.user.sid.toString())
      this.#machine.startSession(id, connectionOf(spec), contents)
    }
  }
}

function standardObjects(options: StartProcessOptions, contents: TokenContents): StandardObjects {
  const open = (target: FileTarget): FileObject => new FileObject(target, defaultSecurity(contents, 'file'))
  return {
    input: options.stdin === undefined ? undefined : open({ input: options.stdin }),
    output: options.stdout === undefined ? undefined : open({ output: options.stdout }),
    error: options.stderr === undefined ? undefined : open({ output: options.stderr }),
  }
}
