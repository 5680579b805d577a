import { getWin32, logonType, type Handle, type LsaLogonUserS4UOptions, Win32Error, type Win32 } from '@asuser/native'
import { type AccountName, parseAccountName } from './account-name.ts'
import { InvalidArgumentError, requireKeyOf, requireObject } from './invalid-argument.ts'
import { PrivilegeNotHeldError } from './privilege.ts'
import { leasePrivileges } from './privilege-lease.ts'
import { Token } from './token.ts'

export type S4UPackageName = 'msv1_0' | 'kerberos'
export type S4ULevelName = 'identification' | 'impersonation'

export interface LogonS4UOptions {
  /** `alice` or `TEST\alice`, an account of this computer, for `msv1_0`; `alice@example.com` for `kerberos`. */
  readonly user: string
  /** `.` and the name of the computer are the same; the realm for `kerberos`. */
  readonly domain?: string | undefined
  /** Who knows the account: `kerberos` for a user principal name, `msv1_0` for any other, unless told. */
  readonly package?: S4UPackageName | undefined
  /**
   * What the token is for: to act as the client, which needs SeTcbPrivilege, or only to look at who the client is and
   * check its access. `impersonation` if left out. The level is never lowered without a word.
   */
  readonly level?: S4ULevelName | undefined
  readonly win32?: Win32 | undefined
}

/**
 * Logs a client on without its credentials ("service for user"). The token is an impersonation token of a network
 * logon: it has no network credentials and cannot open what DPAPI keeps for the user. With the level `impersonation`
 * `toPrimary()` makes a token of it that starts processes.
 *
 * Needs SeTcbPrivilege for the level `impersonation`, nothing for `identification`; the user needs SeNetworkLogonRight.
 *
 * @throws InvalidArgumentError
 * @throws PrivilegeNotHeldError when the level is `impersonation` and the process does not hold SeTcbPrivilege
 * @throws Win32Error `ERROR_LOGON_FAILURE`, `ERROR_NO_SUCH_USER`, `ERROR_ACCOUNT_DISABLED`,
 *   `ERROR_LOGON_TYPE_NOT_GRANTED`, `ERROR_NO_LOGON_SERVERS` when no domain controller answers `kerberos`, and
 *   `ERROR_BAD_IMPERSONATION_LEVEL` when Windows gave a token of a lower level than asked for
 * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsalogonuser
 */
export async function logonS4U(options: LogonS4UOptions): Promise<Token> {
  const logon = parseLogon('options', options)
  const win32 = options.win32 ?? getWin32()
  const token = Token.fromHandle(await logOn(win32, logon), win32)
  try {
    requireLevel(token, logon)
    return logon.level === 'identification' ? toLookAt(token) : token
  } catch (error) {
    token.close()
    throw error
  }
}

interface S4ULogon {
  readonly account: AccountName
  readonly package: S4UPackageName
  readonly level: S4ULevelName
}

function parseLogon(name: string, options: LogonS4UOptions): S4ULogon {
  requireObject(name, options)
  const account = parseAccountName(name, options)
  const isPrincipalName = account.user.includes('@')
  const packageName = options.package ?? (isPrincipalName ? 'kerberos' : 'msv1_0')
  const level = options.level ?? 'impersonation'
  requireKeyOf(`${name}.package`, packages, packageName)
  requireKeyOf(`${name}.level`, levels, level)
  if (packageName === 'kerberos' && !isPrincipalName) {
    const expected = 'a user principal name such as "alice@example.com", which is what Kerberos knows'
    throw InvalidArgumentError.ofValue(`${name}.user`, expected, account.user)
  }
  return { account, package: packageName, level }
}

const packages = {
  msv1_0: 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0',
  kerberos: 'Kerberos',
} as const

const levels: Readonly<Record<S4ULevelName, true>> = { identification: true, impersonation: true }

async function logOn(win32: Win32, logon: S4ULogon): Promise<Handle<'token'>> {
  const { account, level } = logon
  const trusted = level === 'impersonation'
  const options: LsaLogonUserS4UOptions = {
    trusted,
    authenticationPackage: packages[logon.package],
    user: account.user,
    // MSV1_0 wants a name there, and the dot is this computer.
    domain: account.domain ?? (logon.package === 'msv1_0' ? '.' : null),
    logonType: logonType.LOGON32_LOGON_NETWORK,
    originName: 'asuser',
    sourceName: 'asuser',
  }
  try {
    using _trusted = trusted ? leasePrivileges(['SeTcbPrivilege'], win32) : undefined
    return await win32.lsaLogonUserS4U(options)
  } catch (error) {
    throw error instanceof Win32Error && !(error instanceof PrivilegeNotHeldError)
      ? error.with(contextOf(logon))
      : error
  }
}

function requireLevel(token: Token, logon: S4ULogon): void {
  const { impersonationLevel: level } = token
  if (logon.level === 'identification' || level === undefined || level === 'impersonation' || level === 'delegation') {
    return
  }
  throw Win32Error.of('ERROR_BAD_IMPERSONATION_LEVEL', 'LsaLogonUser', { ...contextOf(logon), level })
}

/** Whether a caller who could have had more gets more all the same is up to LSA. */
function toLookAt(token: Token): Token {
  if (token.impersonationLevel === 'identification' || token.impersonationLevel === 'anonymous') return token
  using _more = token
  return token.duplicate({ type: 'impersonation', level: 'identification' })
}

function contextOf({ account, package: packageName }: S4ULogon): Record<string, string> {
  const { user, domain } = account
  return domain === null ? { user, package: packageName } : { user, domain, package: packageName }
}
