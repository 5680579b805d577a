import { InvalidSecurityDescriptorError, SecurityDescriptor } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'

/**
 * The security descriptor that a caller hands over.
 *
 * @throws Failure `ERROR_INVALID_SECURITY_DESCR`, whatever is wrong with it
 */
export function readDescriptor(bytes: Uint8Array): SecurityDescriptor {
  try {
    return SecurityDescriptor.fromBytes(bytes)
  } catch (error) {
    if (error instanceof InvalidSecurityDescriptorError) throw new Failure('ERROR_INVALID_SECURITY_DESCR')
    throw error
  }
}
