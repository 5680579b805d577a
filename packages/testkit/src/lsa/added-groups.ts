import { enabledGroup, type TokenGroup } from '../kernel/token.ts'
import type { Accounts } from './accounts.ts'

/** Groups that a logon adds and, as LSA expands them, the local groups that they are members of. */
export function withTheirGroups(accounts: Accounts, added: readonly TokenGroup[]): readonly TokenGroup[] {
  const expanded = added.flatMap(({ sid }) => accounts.groupsOf(sid)).map((sid) => enabledGroup(sid))
  return [...added, ...expanded]
}
