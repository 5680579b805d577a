import { type Borrowed, type Handle, type SecurityContextLeg, Win32Error } from '@asuser/native'
import { InvalidArgumentError, requireCount, requireObject, requireText } from './invalid-argument.ts'
import { SecurityContextError, type SecurityContextErrorCode } from './security-context-error.ts'

/**
 * `Negotiate` takes Kerberos where client and server are of a domain that knows the service principal name which the client
 * asks for, and NTLM otherwise; the `package` of an established context tells which. With `Kerberos` there is no otherwise.
 */
export type SecurityPackage = 'Negotiate' | 'NTLM' | 'Kerberos'

/** What both sides of an exchange are told. */
export interface SecurityExchangeOptions {
  /** `Negotiate` if left out. */
  readonly package?: SecurityPackage | undefined
  /**
   * What binds the exchange to the encrypted channel that it runs in, so that it cannot be relayed into another: for TLS
   * what `tlsServerEndPoint` makes of the server's certificate.
   */
  readonly channelBindings?: Uint8Array | undefined
  /** The most bytes that a token of the other side may have; 65536 if left out, which Kerberos with many groups needs. */
  readonly maxTokenSize?: number | undefined
  /** The most tokens that the other side may send; 8 if left out. */
  readonly maxLegs?: number | undefined
}

/** What came of one leg. */
export interface SecurityLeg {
  /** Whether this side is done. */
  readonly done: boolean
  /** What to send to the other side; undefined for nothing. The last leg may have one, too. */
  readonly token: Uint8Array | undefined
}

export interface ExchangeLimits {
  readonly maxTokenSize: number
  readonly maxLegs: number
}

/** The call of Windows behind a leg. */
type TakeLeg = (
  credentials: Borrowed<'credentials'>,
  context: Borrowed<'security-context'> | null,
  token: Uint8Array,
) => Promise<SecurityContextLeg>

type State = 'open' | 'in flight' | 'established' | 'failed' | 'closed'

/**
 * One side's exchange of tokens with somebody who is not trusted yet: one leg at a time, of limited size and number.
 * The first failure ends it. It owns the credentials and the context.
 */
export class SecurityExchange {
  readonly #side: 'client' | 'server'
  readonly #credentials: Handle<'credentials'>
  readonly #limits: ExchangeLimits
  readonly #takeLeg: TakeLeg
  #context: Handle<'security-context'> | undefined
  #state: State = 'open'
  #legs = 0
  #failure: unknown
  #expiry = 0n

  /** Takes the credentials over. */
  constructor(side: 'client' | 'server', credentials: Handle<'credentials'>, limits: ExchangeLimits, takeLeg: TakeLeg) {
    this.#side = side
    this.#credentials = credentials
    this.#limits = limits
    this.#takeLeg = takeLeg
  }

  get isEstablished(): boolean {
    return this.#state === 'established'
  }

  /** As the last leg told it, once this side is done. */
  get expiry(): bigint {
    return this.#expiry
  }

  /** Lent for a call. @throws SecurityContextError before this side is done, and after it is closed */
  get establishedContext(): Borrowed<'security-context'> {
    if (this.#state === 'established' && this.#context !== undefined) return this.#context
    const waiting = this.#state === 'open' || this.#state === 'in flight'
    throw waiting ? new SecurityContextError('ERR_SECURITY_CONTEXT_INCOMPLETE') : this.#ended()
  }

  /** @param check throws for a leg that Windows takes and this side does not; until it has not, nothing is established */
  async advance(token: Uint8Array, check: (leg: SecurityContextLeg) => void): Promise<SecurityContextLeg> {
    if (this.#state === 'in flight') throw new SecurityContextError('ERR_SECURITY_CONTEXT_BUSY')
    if (this.#state !== 'open') throw this.#ended()
    this.#state = 'in flight'
    try {
      this.#requireAllowed(token)
      const leg = this.#settle(await this.#takeLeg(this.#credentials, this.#context ?? null, token))
      // In the same turn, so that nobody sees a context established that is refused.
      check(leg)
      return leg
    } catch (error) {
      this.#fail(error)
      throw error
    }
  }

  close(): void {
    this.#state = 'closed'
    this.#closeHandles()
  }

  #fail(error: unknown): void {
    if (this.#state === 'closed') return
    this.#state = 'failed'
    this.#failure = error
    this.#closeHandles()
  }

  #requireAllowed(token: Uint8Array): void {
    this.#legs += 1
    if (this.#legs > this.#limits.maxLegs) throw new SecurityContextError('ERR_TOO_MANY_LEGS')
    // The client begins. To Windows' servers an empty token would mean that they are to begin.
    const isFirstOfClient = this.#side === 'client' && this.#legs === 1
    if (token.length === 0 && !isFirstOfClient) throw new SecurityContextError('ERR_SECURITY_TOKEN_EMPTY')
    if (token.length > this.#limits.maxTokenSize) throw new SecurityContextError('ERR_SECURITY_TOKEN_TOO_LARGE')
  }

  #settle(leg: SecurityContextLeg): SecurityContextLeg {
    if (this.#state === 'closed') {
      leg.context?.close()
      throw new SecurityContextError('ERR_SECURITY_CONTEXT_CLOSED')
    }
    this.#context ??= leg.context ?? undefined
    this.#state = leg.status === 'ok' ? 'established' : 'open'
    this.#expiry = leg.expiry
    if (this.isEstablished) this.#credentials.close()
    return leg
  }

  #ended(): SecurityContextError {
    const codes: Readonly<Record<State, SecurityContextErrorCode>> = {
      open: 'ERR_SECURITY_CONTEXT_INCOMPLETE',
      'in flight': 'ERR_SECURITY_CONTEXT_BUSY',
      established: 'ERR_SECURITY_CONTEXT_ESTABLISHED',
      failed: 'ERR_SECURITY_CONTEXT_FAILED',
      closed: 'ERR_SECURITY_CONTEXT_CLOSED',
    }
    const { [this.#state]: code } = codes
    return new SecurityContextError(code, this.#state === 'failed' ? { cause: this.#failure } : {})
  }

  #closeHandles(): void {
    this.#context?.close()
    this.#credentials.close()
  }
}

export function toLeg({ status, token }: SecurityContextLeg): SecurityLeg {
  return { done: status === 'ok', token: token.length === 0 ? undefined : token }
}

export interface ParsedExchangeOptions {
  readonly packageName: string
  readonly channelBindings: Uint8Array | null
  readonly limits: ExchangeLimits
}

/** @throws InvalidArgumentError */
export function parseExchangeOptions(options: SecurityExchangeOptions): ParsedExchangeOptions {
  const {
    package: packageName = 'Negotiate',
    channelBindings,
    maxTokenSize = 65_536,
    maxLegs = 8,
  } = requireObject('options', options)
  return {
    packageName: requirePackage(packageName),
    channelBindings: requireBindings(channelBindings),
    limits: {
      maxTokenSize: requireCount('options.maxTokenSize', maxTokenSize),
      maxLegs: requireCount('options.maxLegs', maxLegs),
    },
  }
}

export function requireBytes(name: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw InvalidArgumentError.ofType(name, 'a Uint8Array', value)
  return value
}

/** What a call of Windows fails with, and for which package. */
export function withPackage(error: unknown, packageName: string): unknown {
  return error instanceof Win32Error ? error.with({ package: packageName }) : error
}

const securityPackages: readonly string[] = ['Negotiate', 'NTLM', 'Kerberos']

function requirePackage(value: unknown): string {
  const text = requireText('options.package', value)
  if (securityPackages.includes(text)) return text
  throw InvalidArgumentError.ofValue('options.package', `one of ${securityPackages.join(', ')}`, text)
}

function requireBindings(value: unknown): Uint8Array | null {
  if (value === undefined) return null
  const bytes = requireBytes('options.channelBindings', value)
  if (bytes.length === 0 || bytes.length > 0xffff) {
    throw InvalidArgumentError.ofValue('options.channelBindings', 'from 1 to 65535 bytes', bytes.length)
  }
  return Uint8Array.from(bytes)
}
