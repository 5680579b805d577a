import { readFileSync } from 'node:fs'
import type { Credentials } from '@asuser/tokens'

type AccountName = 'alice' | 'bob'

/**
 * The accounts that this Windows has for the suites: those of the LSA shim under Wine, which is installed thereby; on
 * Windows those that the runner has created and written down.
 *
 * @throws Error which says what is missing
 */
export async function installedAccounts(): Promise<Readonly<Record<AccountName, Credentials>>> {
  if (process.env['ASUSER_LANE'] === 'wine') {
    // @boundaries-ignore the shim belongs to the lane, not to a package
    const { accounts, installLsaShim } = await import('../../../tools/wine/lsa-shim/index.mjs')
    installLsaShim()
    return { alice: credentialsOf(accounts['alice']), bob: credentialsOf(accounts['bob']) }
  }
  const file = process.env['ASUSER_ACCOUNTS']
  if (file === undefined) {
    throw new Error('Set ASUSER_ACCOUNTS to a JSON file of accounts, as tools/windows/test-as-system.ps1 does')
  }
  // PowerShell begins the file with a byte order mark.
  const accounts = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  return { alice: credentialsOf(accounts.alice), bob: credentialsOf(accounts.bob) }
}

function credentialsOf(account: Credentials | undefined): Credentials {
  if (account === undefined) throw new Error('The lane has no accounts alice and bob')
  return { user: account.user, domain: account.domain, password: account.password }
}
