import { getWin32, Win32Error, type Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { sidOf } from './account.ts'
import { InvalidArgumentError, requireText } from './invalid-argument.ts'

export interface AccountRightsOptions {
  readonly win32?: Win32 | undefined
}

/**
 * Gives rights to an account for good: `SeBatchLogonRight`, `SeAssignPrimaryTokenPrivilege`. They count from its next
 * logon on; tokens that exist stay as they are. Rights that it has are left alone.
 *
 * Needs to be an administrator or LocalSystem.
 *
 * @param account a SID, or a name that is looked up first
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE` for a name that is no right, and then none is given;
 *   `ERROR_ACCESS_DENIED`, `ERROR_NONE_MAPPED`
 * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaaddaccountrights
 */
export async function grantAccountRights(
  account: Sid | string,
  rights: readonly string[],
  { win32 = getWin32() }: AccountRightsOptions = {},
): Promise<void> {
  const names = parseRights(rights)
  await callFor(account, win32, (sid) => win32.lsaAddAccountRights(sid, names), names)
}

/**
 * Takes rights away from an account. What it has through a group it keeps. An account that was given none at all has
 * nothing to lose, which is no error.
 *
 * Needs to be an administrator or LocalSystem.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_NO_SUCH_PRIVILEGE` for a name that is no right, and then none is taken;
 *   `ERROR_ACCESS_DENIED`, `ERROR_NONE_MAPPED`
 * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaremoveaccountrights
 */
export async function revokeAccountRights(
  account: Sid | string,
  rights: readonly string[],
  { win32 = getWin32() }: AccountRightsOptions = {},
): Promise<void> {
  const names = parseRights(rights)
  await callFor(
    account,
    win32,
    async (sid) => {
      await unlessUnlisted(win32.lsaRemoveAccountRights(sid, names))
    },
    names,
  )
}

/**
 * The rights that an account was given itself, in alphabetical order; those that it has through a group are not among
 * them.
 *
 * Needs to be an administrator or LocalSystem.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_NONE_MAPPED`
 * @see https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaenumerateaccountrights
 */
export async function accountRightsOf(
  account: Sid | string,
  { win32 = getWin32() }: AccountRightsOptions = {},
): Promise<readonly string[]> {
  const rights = await callFor(account, win32, (sid) => unlessUnlisted(win32.lsaEnumerateAccountRights(sid)))
  return rights?.toSorted() ?? []
}

async function callFor<T>(
  account: Sid | string,
  win32: Win32,
  call: (sid: Uint8Array) => Promise<T>,
  rights?: readonly string[],
): Promise<T> {
  const sid = await resolve(account, win32)
  try {
    return await call(sid.toBytes())
  } catch (error) {
    if (!(error instanceof Win32Error)) throw error
    throw error.with({ account: String(account), ...(rights === undefined ? {} : { rights: rights.join(', ') }) })
  }
}

async function resolve(account: Sid | string, win32: Win32): Promise<Sid> {
  if (account instanceof Sid) return account
  if (typeof account !== 'string') throw InvalidArgumentError.ofType('account', 'a Sid or the name of one', account)
  return await sidOf(account, { win32 })
}

/** Undefined for an account that the policy does not list, which Windows calls a file that is not found. */
async function unlessUnlisted<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result
  } catch (error) {
    if (error instanceof Win32Error && error.code === 'ERROR_FILE_NOT_FOUND') return undefined
    throw error
  }
}

function parseRights(rights: readonly string[]): readonly string[] {
  if (!Array.isArray(rights)) throw InvalidArgumentError.ofType('rights', 'an array of names of rights', rights)
  if (rights.length === 0) throw InvalidArgumentError.ofValue('rights', 'an array with one name at least', rights)
  return rights.map((right, index) => requireText(`rights[${index}]`, right))
}
