import { acceptRequirement } from '@asuser/native'
import { Failure } from '../../kernel/failure.ts'
import { areEqual, hashOfBindings } from './proof.ts'

/**
 * Compares what the client bound its exchange to with what the server says that it runs in. A server that says nothing
 * does not ask.
 *
 * @throws Failure `SEC_E_BAD_BINDINGS`
 */
export function checkBindings(client: Uint8Array, channelBindings: Uint8Array | null, requirements: number): void {
  if (channelBindings === null) return
  const mayBeMissing = (requirements & acceptRequirement.ASC_REQ_ALLOW_MISSING_BINDINGS) !== 0
  if (client.length === 0 && mayBeMissing) return
  if (!areEqual(client, hashOfBindings(channelBindings))) throw new Failure('SEC_E_BAD_BINDINGS')
}
