import type { Credentials } from '../../kernel/credentials.ts'
import type { EstablishedPeer, Exchange, LegAnswer, LegRequest } from '../../kernel/security-context.ts'
import { NotSimulatedError } from '../../not-simulated-error.ts'
import { isTokenOfWindows } from './message.ts'

/** One side of an exchange, whose package is settled on the way. */
export abstract class SettlingExchange implements Exchange {
  readonly package: Credentials['package']
  readonly #otherSide: string
  readonly #syscall: string

  constructor(packageName: Credentials['package'], otherSide: string, syscall: string) {
    this.package = packageName
    this.#otherSide = otherSide
    this.#syscall = syscall
  }

  abstract readonly current: Exchange | undefined

  get settled(): 'NTLM' | 'Kerberos' {
    return this.current?.settled ?? 'NTLM'
  }

  get peer(): EstablishedPeer | undefined {
    return this.current?.peer
  }

  advance(request: LegRequest): LegAnswer {
    if (isTokenOfWindows(request.token)) {
      throw new NotSimulatedError(this.#syscall, `${this.#otherSide} that are not simulated too`)
    }
    return this.takeLeg(request)
  }

  protected abstract takeLeg(request: LegRequest): LegAnswer
}
