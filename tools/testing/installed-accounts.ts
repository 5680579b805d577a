import { readFileSync } from 'node:fs'

export interface InstalledAccount {
  readonly user: string
  readonly domain: string
  readonly password: string
}

/** Who each is: `tools/wine/lsa-shim/accounts.mjs`. The lane of Windows has those that need no waiting for. */
export interface InstalledAccounts {
  readonly alice: InstalledAccount
  readonly bob: InstalledAccount
  readonly carol: InstalledAccount
  readonly dave: InstalledAccount
  readonly erin?: InstalledAccount
  readonly frank?: InstalledAccount
  readonly grace?: InstalledAccount
}

/** What is there for Kerberos; names of services are service principal names. */
export interface InstalledDomain {
  readonly user: InstalledAccount
  readonly sensitiveUser: InstalledAccount
  readonly ownService: string
  readonly otherService: string
  readonly missingService: string
}

/** The domain of the lane of Wine, in which only some of the accounts are. The lane of Windows has none. */
export async function installedDomain(): Promise<InstalledDomain | undefined> {
  if (process.env['ASUSER_LANE'] !== 'wine') return undefined
  const { accounts, services } = await import('../wine/lsa-shim/accounts.mjs')
  return {
    user: accounts.bob,
    sensitiveUser: accounts.heidi,
    ownService: services.own.name,
    otherService: services.other.name,
    missingService: 'HTTP/nobody',
  }
}

/**
 * The accounts that the suites of the addon log on: under Wine those of the LSA shim, which is installed thereby; on
 * Windows those that the lane has created and written down.
 *
 * @throws Error which says what is missing
 */
export async function installedAccounts(): Promise<InstalledAccounts> {
  if (process.env['ASUSER_LANE'] === 'wine') {
    const { accounts, installLsaShim } = await import('../wine/lsa-shim/index.mjs')
    installLsaShim()
    return accounts
  }
  const file = process.env['ASUSER_ACCOUNTS']
  if (file === undefined) {
    throw new Error('Set ASUSER_ACCOUNTS to a JSON file of accounts, as tools/windows/test-as-system.ps1 does')
  }
  // PowerShell begins the file with a byte order mark.
  return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
}
