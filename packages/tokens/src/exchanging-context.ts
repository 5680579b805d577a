import type { SecurityContextLeg, Win32 } from '@asuser/native'
import { type SecurityExchange, type SecurityLeg, toLeg, withPackage } from './security-exchange.ts'
import { dateOfWindowsTime } from './windows-time.ts'

/** What a server's and a client's side of an exchange have in common. */
export abstract class ExchangingContext implements Disposable {
  readonly win32: Win32
  readonly #exchange: SecurityExchange
  readonly #package: string

  constructor(exchange: SecurityExchange, packageName: string, win32: Win32) {
    this.#exchange = exchange
    this.#package = packageName
    this.win32 = win32
  }

  /** Whether nothing more is to be done on this side: then a server knows who the client is. */
  get done(): boolean {
    return this.#exchange.isEstablished
  }

  /**
   * The package that was settled on: `NTLM` or `Kerberos`.
   *
   * @throws SecurityContextError `ERR_SECURITY_CONTEXT_INCOMPLETE` before this side is done
   */
  get package(): string {
    const context = this.#exchange.establishedContext
    return this.#package === 'Negotiate'
      ? this.win32.queryContextAttributes(context, 'SECPKG_ATTR_NEGOTIATION_INFO').name
      : this.#package
  }

  /**
   * When the context ends, with the client's ticket under Kerberos: ten hours after the logon as a rule. Undefined where it
   * does not. Nothing happens then by itself: a server that keeps a client for longer has to ask.
   *
   * @throws SecurityContextError `ERR_SECURITY_CONTEXT_INCOMPLETE` before this side is done
   */
  get expires(): Date | undefined {
    // Throws what there is to throw.
    void this.#exchange.establishedContext
    return dateOf(this.#exchange.expiry)
  }

  /** Takes a token of the other side; `check` refuses what Windows does not. */
  protected async takeLeg(bytes: Uint8Array, check: (leg: SecurityContextLeg) => void): Promise<SecurityLeg> {
    try {
      return toLeg(await this.#exchange.advance(bytes, check))
    } catch (error) {
      throw withPackage(error, this.#package)
    }
  }

  close(): void {
    this.#exchange.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Packages say never with a date in the distant future, or with nothing. */
const lastYear = 9999

/** From local time, as the security packages have it. */
function dateOf(expiry: bigint): Date | undefined {
  const local = dateOfWindowsTime(expiry)
  if (expiry <= 0n || local.getUTCFullYear() > lastYear) return undefined
  return new Date(
    local.getUTCFullYear(),
    local.getUTCMonth(),
    local.getUTCDate(),
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds(),
    local.getUTCMilliseconds(),
  )
}
