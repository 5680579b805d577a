import { InvalidSecurityDescriptorError, SecurityDescriptor } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'

/**
 * The security descriptor that a caller hands over.
 *
 * @throws Failure `ERROR_INVALID_SECURITY_DESCR`, whatever is wrong with the bytes
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when they are none
 */
export function readDescriptor(bytes: Uint8Array): SecurityDescriptor {
  if (!(bytes instanceof Uint8Array)) {
    const received = bytes === null ? 'null' : typeof bytes
    throw Object.assign(new TypeError(`"descriptor" must be a Uint8Array. Received ${received}`), {
      code: 'ERR_INVALID_ARG_TYPE',
    })
  }
  try {
    return SecurityDescriptor.fromBytes(bytes)
  } catch (error) {
    if (error instanceof InvalidSecurityDescriptorError) throw new Failure('ERROR_INVALID_SECURITY_DESCR')
    throw error
  }
}
