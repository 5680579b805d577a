import type { LuidSource } from '../kernel/luid.ts'
import type { AccountRights } from './account-rights.ts'
import type { Accounts } from './accounts.ts'
import type { KeyDistributionCenter } from './kerberos/key-distribution-center.ts'
import type { ReplayCache } from './kerberos/replay-cache.ts'

/** The local security authority: who may log on, and what the token of a logon says. */
export interface Lsa {
  readonly accounts: Accounts
  readonly rights: AccountRights
  readonly luids: LuidSource
  /** Whether administrators get two tokens, as UAC has it. */
  readonly uac: boolean
  /** Of the domain, if there is one. */
  readonly keyDistributionCenter: KeyDistributionCenter | undefined
  readonly replays: ReplayCache
}
