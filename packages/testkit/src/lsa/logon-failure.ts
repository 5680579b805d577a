import { Failure, type FailureCode } from '../kernel/failure.ts'
import type { LogonKind } from './logon-kinds.ts'

export function logonFailure(
  code: FailureCode,
  { user, domain }: { readonly user: string; readonly domain: string | null },
): Failure {
  return new Failure(code, domain === null ? { user } : { user, domain })
}

export function notGranted(user: string, { right }: LogonKind): Failure {
  return new Failure('ERROR_LOGON_TYPE_NOT_GRANTED', { user, right })
}
