import { Acl, InvalidSecurityDescriptorError, Sid } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'

/** @throws Failure `ERROR_INVALID_SID` */
export function parseSid(bytes: Uint8Array): Sid {
  return parseAs('ERROR_INVALID_SID', () => Sid.fromBytes(bytes))
}

/** @throws Failure `ERROR_INVALID_ACL` */
export function parseAcl(bytes: Uint8Array): Acl {
  return parseAs('ERROR_INVALID_ACL', () => Acl.fromBytes(bytes))
}

function parseAs<T>(code: 'ERROR_INVALID_SID' | 'ERROR_INVALID_ACL', parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof InvalidSecurityDescriptorError) throw new Failure(code)
    throw error
  }
}
