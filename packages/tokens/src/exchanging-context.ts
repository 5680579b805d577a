import type { SecurityContextLeg, Win32 } from '@asuser/native'
import { type SecurityExchange, type SecurityLeg, toLeg, withPackage } from './security-exchange.ts'

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

  /** The package that was settled on: `NTLM` or `Kerberos`. */
  get package(): string {
    const context = this.#exchange.establishedContext
    return this.#package === 'Negotiate'
      ? this.win32.queryContextAttributes(context, 'SECPKG_ATTR_NEGOTIATION_INFO').name
      : this.#package
  }

  /** Takes a token of the other side. */
  protected async takeLeg(bytes: Uint8Array, check?: (leg: SecurityContextLeg) => void): Promise<SecurityLeg> {
    try {
      const leg = await this.#exchange.advance(bytes)
      check?.(leg)
      return toLeg(leg)
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
