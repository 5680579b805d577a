import { InvalidSecurityDescriptorError, Sid } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'

/** @throws Failure `ERROR_INVALID_SID` */
export function parseSid(bytes: Uint8Array): Sid {
  try {
    return Sid.fromBytes(bytes)
  } catch (error) {
    if (error instanceof InvalidSecurityDescriptorError) throw new Failure('ERROR_INVALID_SID')
    throw error
  }
}
