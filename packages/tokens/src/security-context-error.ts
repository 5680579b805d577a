export const securityContextErrors = {
  ERR_SECURITY_CONTEXT_BUSY: 'the leg before has not ended',
  ERR_SECURITY_CONTEXT_CLOSED: 'the context is closed',
  ERR_SECURITY_CONTEXT_ESTABLISHED: 'the context is established and takes no more tokens',
  ERR_SECURITY_CONTEXT_FAILED: 'a leg has failed, which ends the exchange',
  ERR_SECURITY_CONTEXT_INCOMPLETE: 'the context is not established yet',
  ERR_SECURITY_TOKEN_EMPTY: 'the other side sent no token',
  ERR_SECURITY_TOKEN_TOO_LARGE: 'the other side sent a token that is larger than allowed',
  ERR_TOO_MANY_LEGS: 'the exchange takes more legs than allowed',
  ERR_ANONYMOUS_CLIENT: 'the client is anonymous',
  ERR_WRONG_TARGET: 'the client wants to reach another service, or does not say which',
  ERR_SERVER_NOT_AUTHENTICATED: 'the server has not proved who it is, which NTLM never does',
  ERR_DELEGATION_REFUSED:
    'the identity may not be delegated: the server’s account is not trusted for it, or the client’s is not to be delegated, or it is not Kerberos',
} as const

export type SecurityContextErrorCode = keyof typeof securityContextErrors

const brand = Symbol.for('@asuser/tokens/SecurityContextError')

/** An exchange of security tokens cannot go on, for a reason that is not Windows' own. It shows nothing of a token. */
export class SecurityContextError extends Error {
  readonly code: SecurityContextErrorCode

  constructor(code: SecurityContextErrorCode, options?: ErrorOptions) {
    super(`The security context cannot go on: ${securityContextErrors[code]}`, options)
    this.code = code
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'SecurityContextError', configurable: true, writable: true })
    Object.defineProperty(this.prototype, brand, { value: true })
  }

  /** Also true for an error of another installed copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}
