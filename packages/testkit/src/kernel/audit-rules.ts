import { aceFlags, type SecurityDescriptor, type Sid } from '@asuser/security-descriptors'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Token } from './token.ts'

/** Whether the SACL asks for an entry about this client and this access. */
export function isAudited({ sacl }: SecurityDescriptor, client: Token, access: number, isSuccess: boolean): boolean {
  const flag = isSuccess ? aceFlags.SUCCESSFUL_ACCESS : aceFlags.FAILED_ACCESS
  return (sacl?.entries ?? []).some((ace) => {
    if (ace.flags & aceFlags.INHERIT_ONLY || !(ace.flags & flag)) return false
    if (ace.type !== 'systemAudit') throw new NotSimulatedError('objectOpenAuditAlarm', `entries of type ${ace.type}`)
    return (ace.mask & access) !== 0 && isClient(client, ace.sid)
  })
}

function isClient(client: Token, sid: Sid): boolean {
  return client.user.sid.equals(sid) || client.groups.some((group) => group.sid.equals(sid))
}
