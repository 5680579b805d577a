import { privilegeAttribute, type AdjustedPrivileges, type LuidAndAttributes } from '@asuser/native'
import type { Token, TokenPrivilege } from './token.ts'

/** What is not there is left out and said; the rest is done all the same (windows-behaviour 2.10). */
export function adjustPrivileges(token: Token, changes: readonly LuidAndAttributes[]): AdjustedPrivileges {
  const previous: LuidAndAttributes[] = []
  let privileges = token.privileges
  let allAssigned = true
  for (const { luid, attributes } of changes) {
    const held = privileges.find((privilege) => privilege.luid === luid)
    if (held === undefined) {
      allAssigned = false
    } else if (attributes & privilegeAttribute.SE_PRIVILEGE_REMOVED) {
      // It cannot be had again, so it is not part of the state to restore.
      privileges = privileges.filter((privilege) => privilege !== held)
    } else if (isEnabled(held.attributes) !== isEnabled(attributes)) {
      previous.push({ luid, attributes: held.attributes })
      privileges = privileges.map((privilege) => (privilege === held ? toggled(held) : privilege))
    }
  }
  if (privileges !== token.privileges) token.adjust({ privileges })
  return { previous, allAssigned }
}

function isEnabled(attributes: number): boolean {
  return (attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0
}

function toggled(privilege: TokenPrivilege): TokenPrivilege {
  return { ...privilege, attributes: privilege.attributes ^ privilegeAttribute.SE_PRIVILEGE_ENABLED }
}
