import { getWin32, type SidNameUse, sidNameUse, Win32Error, type Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { requireSid, requireText } from './invalid-argument.ts'

export type AccountUse =
  | 'user'
  | 'group'
  | 'domain'
  | 'alias'
  | 'wellKnownGroup'
  | 'deletedAccount'
  | 'invalid'
  | 'unknown'
  | 'computer'
  | 'label'
  | 'logonSession'

export interface Account {
  readonly sid: Sid
  readonly name: string
  readonly domain: string
  readonly use: AccountUse
}

export interface LookupOptions {
  /** The computer to ask; this one if left out. */
  readonly system?: string | undefined
  readonly win32?: Win32 | undefined
}

/**
 * The account that a SID belongs to.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_NONE_MAPPED` (before Windows 10 also for a logon SID), `RPC_S_SERVER_UNAVAILABLE`
 * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-lookupaccountsidw
 */
export async function accountOf(sid: Sid, { system, win32 = getWin32() }: LookupOptions = {}): Promise<Account> {
  const bytes = requireSid('sid', sid).toBytes()
  const computer = computerOf(system)
  try {
    const { name, domain, use } = await win32.lookupAccountSid(computer, bytes)
    return { sid, name, domain, use: accountUses[use] }
  } catch (error) {
    throw error instanceof Win32Error ? error.with({ sid: sid.toString() }) : error
  }
}

/**
 * The SID of an account: `alice`, `TEST\alice`, `alice@example.com` or `BUILTIN\Administrators`.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_NONE_MAPPED`, `RPC_S_SERVER_UNAVAILABLE`
 * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-lookupaccountnamew
 */
export async function sidOf(accountName: string, { system, win32 = getWin32() }: LookupOptions = {}): Promise<Sid> {
  requireText('accountName', accountName)
  const computer = computerOf(system)
  try {
    const { sid } = await win32.lookupAccountName(computer, accountName)
    return Sid.fromBytes(sid)
  } catch (error) {
    throw error instanceof Win32Error ? error.with({ account: accountName }) : error
  }
}

function computerOf(system: string | undefined): string | null {
  return system === undefined ? null : requireText('options.system', system)
}

const accountUses: Readonly<Record<SidNameUse, AccountUse>> = {
  [sidNameUse.SidTypeUser]: 'user',
  [sidNameUse.SidTypeGroup]: 'group',
  [sidNameUse.SidTypeDomain]: 'domain',
  [sidNameUse.SidTypeAlias]: 'alias',
  [sidNameUse.SidTypeWellKnownGroup]: 'wellKnownGroup',
  [sidNameUse.SidTypeDeletedAccount]: 'deletedAccount',
  [sidNameUse.SidTypeInvalid]: 'invalid',
  [sidNameUse.SidTypeUnknown]: 'unknown',
  [sidNameUse.SidTypeComputer]: 'computer',
  [sidNameUse.SidTypeLabel]: 'label',
  [sidNameUse.SidTypeLogonSession]: 'logonSession',
}
