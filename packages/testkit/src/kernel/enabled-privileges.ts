import { privilegeAttribute, type LuidAndAttributes } from '@asuser/native'
import { adjustPrivileges } from './adjust-privileges.ts'
import { Failure } from './failure.ts'
import { HandleTarget } from './handle-target.ts'
import type { Token } from './token.ts'

interface Holding {
  holders: number
  readonly before: readonly LuidAndAttributes[]
}

/** The privileges of a process that are on for as long as somebody in it asks for them. */
export class PrivilegeHoldings {
  readonly #token: Token
  readonly #holdings = new Map<bigint, Holding>()

  constructor(token: Token) {
    this.#token = token
  }

  acquire(luid: bigint): void {
    const holding = this.#holdings.get(luid)
    if (holding === undefined) this.#holdings.set(luid, { holders: 1, before: this.#enable(luid) })
    else holding.holders += 1
  }

  release(luid: bigint): void {
    const holding = this.#holdings.get(luid)
    if (holding === undefined) return
    holding.holders -= 1
    if (holding.holders > 0) return
    this.#holdings.delete(luid)
    adjustPrivileges(this.#token, holding.before)
  }

  #enable(luid: bigint): readonly LuidAndAttributes[] {
    const attributes = privilegeAttribute.SE_PRIVILEGE_ENABLED
    const { previous, allAssigned } = adjustPrivileges(this.#token, [{ luid, attributes }])
    if (!allAssigned) throw new Failure('ERROR_NOT_ALL_ASSIGNED')
    return previous
  }
}

/** What one call enabled: all of it or nothing. */
export class EnabledPrivileges extends HandleTarget {
  readonly kind = 'enabled-privileges'
  readonly #holdings: PrivilegeHoldings
  readonly #privileges: bigint[] = []

  constructor(holdings: PrivilegeHoldings, privileges: readonly bigint[]) {
    super()
    this.#holdings = holdings
    try {
      for (const luid of privileges) {
        holdings.acquire(luid)
        this.#privileges.push(luid)
      }
    } catch (error) {
      this.lastHandleClosed()
      throw error
    }
  }

  protected override lastHandleClosed(): void {
    for (const luid of this.#privileges.splice(0)) this.#holdings.release(luid)
  }
}
