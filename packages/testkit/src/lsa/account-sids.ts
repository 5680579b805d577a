import { Sid } from '@asuser/security-descriptors'
import type { Accounts } from './accounts.ts'
import type { LogonKind } from './logon-kinds.ts'
import { administrators } from './token-contents.ts'
import type { UserAccount } from './user-account.ts'

/** The user and all of its groups, in the order in which a token has them. */
export function accountSids(accounts: Accounts, user: UserAccount, kind: LogonKind): readonly Sid[] {
  const domainGroups = accounts.domainGroupsOf(user)
  const groups = accounts.groupsOf(user.sid, user.primaryGroup, ...domainGroups)
  const isAdministrator = groups.some((sid) => sid.equals(administrators))
  return [
    user.sid,
    user.primaryGroup,
    Sid.wellKnown('World'),
    ...(isAdministrator && user.isLocal ? [Sid.wellKnown('LocalAccountAndAdministrator')] : []),
    ...groups,
    ...kind.groups.map((name) => Sid.wellKnown(name)),
    Sid.wellKnown('AuthenticatedUser'),
    Sid.wellKnown('ThisOrganization'),
    ...(user.isLocal ? [Sid.wellKnown('LocalAccount')] : []),
    ...(kind.isNetwork ? [] : [Sid.wellKnown('Local')]),
    ...domainGroups,
  ]
}

/** The same without what a way to log on adds, for who is not logged on. */
export function sidsWithoutLogon(accounts: Accounts, user: UserAccount): readonly Sid[] {
  const domainGroups = accounts.domainGroupsOf(user)
  return [
    user.sid,
    user.primaryGroup,
    Sid.wellKnown('World'),
    ...accounts.groupsOf(user.sid, user.primaryGroup, ...domainGroups),
    Sid.wellKnown('AuthenticatedUser'),
    Sid.wellKnown('ThisOrganization'),
    ...(user.isLocal ? [Sid.wellKnown('LocalAccount')] : []),
    ...domainGroups,
  ]
}
