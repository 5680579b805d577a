import {
  getWin32,
  groupAttribute,
  type Handle,
  type LogonProvider,
  logonProvider,
  type LogonType,
  logonType,
  type LogonUserExExWOptions,
  type LogonUserOptions as NativeLogonUserOptions,
  type SidAndAttributes,
  Win32Error,
  type Win32,
} from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { type AccountName, parseAccountName } from './account-name.ts'
import { proveCredentials } from './credential-proof.ts'
import { InvalidArgumentError, requireKeyOf, requireObject, requireText } from './invalid-argument.ts'
import { Password } from './password.ts'
import { PrivilegeNotHeldError } from './privilege.ts'
import { leaseIfHeld, leasePrivileges } from './privilege-lease.ts'
import { Token } from './token.ts'

export type LogonTypeName =
  | 'interactive'
  | 'network'
  | 'batch'
  | 'service'
  | 'unlock'
  | 'networkCleartext'
  | 'newCredentials'

export type LogonProviderName = 'default' | 'winnt35' | 'winnt40' | 'winnt50' | 'virtual'

const logonTypes: Readonly<Record<LogonTypeName, LogonType>> = {
  interactive: logonType.LOGON32_LOGON_INTERACTIVE,
  network: logonType.LOGON32_LOGON_NETWORK,
  batch: logonType.LOGON32_LOGON_BATCH,
  service: logonType.LOGON32_LOGON_SERVICE,
  unlock: logonType.LOGON32_LOGON_UNLOCK,
  networkCleartext: logonType.LOGON32_LOGON_NETWORK_CLEARTEXT,
  newCredentials: logonType.LOGON32_LOGON_NEW_CREDENTIALS,
}

const logonProviders: Readonly<Record<LogonProviderName, LogonProvider>> = {
  default: logonProvider.LOGON32_PROVIDER_DEFAULT,
  winnt35: logonProvider.LOGON32_PROVIDER_WINNT35,
  winnt40: logonProvider.LOGON32_PROVIDER_WINNT40,
  winnt50: logonProvider.LOGON32_PROVIDER_WINNT50,
  virtual: logonProvider.LOGON32_PROVIDER_VIRTUAL,
}

export interface Credentials {
  /** `alice`, `TEST\alice` or `alice@example.com`. */
  readonly user: string
  /** `.` is the local account database. Left out where `user` names the domain. */
  readonly domain?: string | undefined
  /**
   * A string, or its UTF-8 bytes. The copies made of it are zeroed; the caller's own bytes are the caller's to zero.
   * Left out for the accounts that have none: `NT AUTHORITY\LocalService` and `NT AUTHORITY\NetworkService` with the
   * type `service`, and virtual accounts such as `NT SERVICE\name` with the provider `virtual`.
   */
  readonly password?: string | Uint8Array | undefined
  /**
   * How the client is logged on; `interactive` if left out. The user needs the account right of the type.
   * `network` gives an impersonation token without network credentials. `newCredentials` is the caller on this computer
   * and the user on others, and nobody checks the password but they: see `proveAgainst`.
   */
  readonly type?: LogonTypeName | undefined
  /** Who validates; left out, Windows chooses, and `newCredentials` takes the one that knows it, `winnt50`. */
  readonly provider?: LogonProviderName | undefined
  /**
   * For `newCredentials`: the name of a server, `files.example.com`, that the credentials are shown to before the logon
   * succeeds, by a connection to its `IPC$` that is taken back. It counts as one logon there. A server that lets guests
   * in proves nothing, and one that cannot be reached fails after the time that Windows gives it.
   */
  readonly proveAgainst?: string | undefined
}

export interface LogonUserOptions extends Credentials {
  /** What the token gets besides the groups of the account, enabled. Needs SeTcbPrivilege. */
  readonly groups?: readonly Sid[] | undefined
  readonly win32?: Win32 | undefined
}

/**
 * Logs a client on to this computer: a new logon session, which lives as long as a token of it is open.
 *
 * Needs no privilege, but for `groups`, and SeTcbPrivilege for virtual accounts, which LocalSystem has. The type asked
 * for is the type tried: there is no other attempt, so that a wrong password counts once against the lock-out.
 *
 * @throws InvalidArgumentError
 * @throws CredentialsRefusedError when the server of `proveAgainst` refuses the credentials, with `server`
 * @throws PrivilegeNotHeldError when `groups` are given and the process does not hold SeTcbPrivilege
 * @throws Win32Error `ERROR_LOGON_FAILURE` (unknown user or wrong password, not told apart), `ERROR_ACCOUNT_DISABLED`,
 *   `ERROR_ACCOUNT_EXPIRED`, `ERROR_ACCOUNT_LOCKED_OUT`, `ERROR_ACCOUNT_RESTRICTION` (an empty password for one),
 *   `ERROR_INVALID_LOGON_HOURS`, `ERROR_INVALID_WORKSTATION`, `ERROR_LOGON_TYPE_NOT_GRANTED`, `ERROR_PASSWORD_EXPIRED`,
 *   `ERROR_PASSWORD_MUST_CHANGE`, `ERROR_NO_LOGON_SERVERS`, and `ERROR_PRIVILEGE_NOT_HELD` for a virtual account without
 *   SeTcbPrivilege, with `user`, `domain` and `type` in its context;
 *   and those of `connectNetwork`, with `server` besides, when the server of `proveAgainst` cannot be asked
 * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-logonuserw
 */
export async function logonUser(options: LogonUserOptions): Promise<Token> {
  const logon = parseLogon('options', options)
  const token = await logOn(logon, options)
  try {
    if (logon.server !== undefined) await proveCredentials(token, logon.server, describeLogon(logon))
    return token
  } catch (error) {
    token.close()
    throw error
  }
}

async function logOn(logon: Logon, options: LogonUserOptions): Promise<Token> {
  const groups = parseGroups('options.groups', options.groups)
  using password = passwordOf('options', options)
  const win32 = options.win32 ?? getWin32()
  const nativeOptions: NativeLogonUserOptions = {
    ...logon.account,
    password: password?.bytes ?? null,
    type: logonTypes[logon.type],
    provider: logonProviders[logon.provider],
  }
  try {
    const handle =
      groups === undefined
        ? await logOnAs(win32, logon, nativeOptions)
        : await logOnWithGroups(win32, { ...nativeOptions, groups })
    return Token.fromHandle(handle, win32)
  } catch (error) {
    throw error instanceof Win32Error && !(error instanceof PrivilegeNotHeldError)
      ? error.with(describeLogon(logon))
      : error
  }
}

async function logOnAs(win32: Win32, logon: Logon, options: NativeLogonUserOptions): Promise<Handle<'token'>> {
  using _trusted = logon.provider === 'virtual' ? leaseIfHeld('SeTcbPrivilege', win32) : undefined
  return await win32.logonUser(options)
}

async function logOnWithGroups(win32: Win32, options: LogonUserExExWOptions): Promise<Handle<'token'>> {
  using _trusted = leasePrivileges(['SeTcbPrivilege'], win32)
  return await win32.logonUserExExW(options)
}

interface Logon {
  readonly account: AccountName
  readonly type: LogonTypeName
  readonly provider: LogonProviderName
  /** Who is asked for a proof. */
  readonly server: string | undefined
}

/**
 * Checks credentials without using them, for callers that log on later. `name` is what the caller calls them.
 *
 * @throws InvalidArgumentError which shows nothing of the password
 */
export function validateCredentials(name: string, credentials: Credentials): void {
  parseLogon(name, credentials)
  passwordOf(name, credentials)?.[Symbol.dispose]()
}

/** Undefined where it is left out, which only accounts without a password allow. */
function passwordOf(name: string, credentials: Credentials): Password | undefined {
  if (credentials.password === undefined && hasNoPassword(name, credentials)) return undefined
  return Password.from(`${name}.password`, credentials.password)
}

function hasNoPassword(name: string, credentials: Credentials): boolean {
  const { account, provider } = parseLogon(name, credentials)
  return provider === 'virtual' || account.domain?.toUpperCase() === 'NT AUTHORITY'
}

/** An empty list adds nothing, and needs nothing. */
function parseGroups(name: string, groups: unknown): readonly SidAndAttributes[] | undefined {
  if (groups === undefined) return undefined
  if (!Array.isArray(groups)) throw InvalidArgumentError.ofType(name, 'an array of SIDs', groups)
  const parsed = groups.map((group: unknown, index) => {
    if (!(group instanceof Sid)) throw InvalidArgumentError.ofType(`${name}[${index}]`, 'a Sid', group)
    return { sid: group.toBytes(), attributes: usualGroup }
  })
  return parsed.length === 0 ? undefined : parsed
}

const usualGroup =
  groupAttribute.SE_GROUP_MANDATORY | groupAttribute.SE_GROUP_ENABLED_BY_DEFAULT | groupAttribute.SE_GROUP_ENABLED

function parseLogon(name: string, options: Credentials): Logon {
  requireObject(name, options)
  const type = options.type ?? 'interactive'
  const provider = options.provider ?? (type === 'newCredentials' ? 'winnt50' : 'default')
  requireKeyOf(`${name}.type`, logonTypes, type)
  requireKeyOf(`${name}.provider`, logonProviders, provider)
  const server = parseServer(`${name}.proveAgainst`, options.proveAgainst, type)
  return { account: parseAccountName(name, options), type, provider, server }
}

function parseServer(name: string, server: unknown, type: LogonTypeName): string | undefined {
  if (server === undefined) return undefined
  const text = requireText(name, server)
  if (type !== 'newCredentials') {
    throw InvalidArgumentError.ofValue(name, `left out for the type "${type}", whose password Windows checks`, text)
  }
  if (/[\\/]/u.test(text)) throw InvalidArgumentError.ofValue(name, 'the name of a server alone', text)
  return text
}

function describeLogon({ account, type }: Logon): Record<string, string> {
  return account.domain === null ? { user: account.user, type } : { user: account.user, domain: account.domain, type }
}
