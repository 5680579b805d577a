import { Acl, InvalidSecurityDescriptorError, Sid } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'

/**
 * The SID that a caller hands over.
 *
 * @throws Failure `ERROR_INVALID_SID`
 */
export function readSid(bytes: Uint8Array): Sid {
  return readAs('ERROR_INVALID_SID', () => Sid.fromBytes(bytes))
}

/**
 * The ACL that a caller hands over.
 *
 * @throws Failure `ERROR_INVALID_ACL`
 */
export function readAcl(bytes: Uint8Array): Acl {
  return readAs('ERROR_INVALID_ACL', () => Acl.fromBytes(bytes))
}

function readAs<T>(code: 'ERROR_INVALID_SID' | 'ERROR_INVALID_ACL', read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidSecurityDescriptorError) throw new Failure(code)
    throw error
  }
}
