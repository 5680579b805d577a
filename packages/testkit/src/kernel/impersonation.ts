import { impersonationLevel, tokenAccess, tokenType, type Borrowed, type ImpersonationLevel } from '@asuser/native'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'
import type { HandleTable } from './handle-table.ts'
import type { Token } from './token.ts'

/**
 * The token that a thread gets when it impersonates with this handle.
 *
 * @throws Failure `ERROR_ACCESS_DENIED` for a handle without the access that its type of token needs
 */
export function impersonationTokenOf(
  handles: HandleTable,
  handle: Borrowed<'token'>,
  server: Token,
  security: SecurityDescriptor,
): Token {
  const { object: token, granted } = handles.lookUp(handle, 'token')
  const needed = token.isPrimary
    ? tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE
    : tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE
  if ((granted & needed) !== needed) throw new Failure('ERROR_ACCESS_DENIED', { handle: 'token' })
  return loweredToken(token, server, security)
}

/** The token itself, or the duplicate that Windows puts in its place: of the type and the level that the thread may have. */
export function loweredToken(token: Token, server: Token, security: SecurityDescriptor): Token {
  const level = token.isPrimary ? impersonationLevel.SecurityImpersonation : token.level
  if (!token.isPrimary && isLevelHonoured(token, level, server)) return token
  return impersonationTokenAt(level, token, server, security)
}

/** A token to impersonate with at this level, or at Identification where the server may not have it. */
export function impersonationTokenAt(
  level: ImpersonationLevel,
  token: Token,
  server: Token,
  security: SecurityDescriptor,
): Token {
  const allowed = isLevelHonoured(token, level, server)
  return token.duplicate(
    { type: tokenType.TokenImpersonation, level: allowed ? level : impersonationLevel.SecurityIdentification },
    security,
  )
}

/** Whether the server may act as the client, or else only look at who it is (windows-behaviour 2.2, rules 1 to 4). */
function isLevelHonoured(token: Token, level: number, server: Token): boolean {
  return (
    level < impersonationLevel.SecurityImpersonation ||
    server.hasEnabledPrivilege('SeImpersonatePrivilege') ||
    isLoggedOnFrom(token, server) ||
    (token.user.sid.equals(server.user.sid) && !isAboveIntegrityOf(token, server))
  )
}

function isLoggedOnFrom(token: Token, server: Token): boolean {
  return token.contents.origin !== 0n && token.contents.origin === server.session.luid
}

function isAboveIntegrityOf(token: Token, server: Token): boolean {
  return (token.integrityLevel.rid ?? 0) > (server.integrityLevel.rid ?? 0)
}
