import { tokenAccess, type Win32 } from '@asuser/native'
import { type Credentials, logonUser, type Token } from '@asuser/tokens'

/** Who the process runs as: a token that the caller has, or credentials to log on with for this launch. */
export type Identity =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'credentials'; readonly credentials: Credentials }

/**
 * A primary token of the client, which the launch owns. A borrowed token is duplicated, before the first `await`, so
 * that the caller may close it as soon as the launch is under way; an impersonation token becomes a primary one thereby.
 *
 * @throws Win32Error `ERROR_BAD_IMPERSONATION_LEVEL` for a token that may not be acted with, and those of `logonUser`
 */
export async function openIdentity(win32: Win32, identity: Identity): Promise<Token> {
  if (identity.kind === 'token') return primaryTokenOf(identity.token)
  const token = await logonUser({ ...identity.credentials, win32 })
  if (identity.credentials.type !== 'network') return token
  // The only type of logon that gives an impersonation token.
  using impersonation = token
  return primaryTokenOf(impersonation)
}

/** What a launch does with a token: it looks at it, acts for it and starts a process with it. */
const launchAccess =
  tokenAccess.TOKEN_QUERY |
  tokenAccess.TOKEN_DUPLICATE |
  tokenAccess.TOKEN_IMPERSONATE |
  tokenAccess.TOKEN_ASSIGN_PRIMARY

function primaryTokenOf(token: Token): Token {
  return token.duplicate({ type: 'primary', access: launchAccess })
}

/** Who it is, for errors: never more than names and SIDs. */
export function describeIdentity(identity: Identity): string {
  return identity.kind === 'credentials' ? nameOf(identity.credentials) : describeUser(identity.token)
}

/** The same of a launch that has its own token: the caller may have closed the borrowed one. */
export function describeClient(identity: Identity, token: Token): string {
  return identity.kind === 'credentials' ? nameOf(identity.credentials) : describeUser(token)
}

function nameOf({ user, domain }: Credentials): string {
  return domain === undefined ? user : `${domain}\\${user}`
}

function describeUser(token: Token): string {
  try {
    return token.user.sid.toString()
  } catch {
    return 'a token that cannot be read'
  }
}
