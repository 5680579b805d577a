import { impersonationLevel, type Borrowed } from '@asuser/native'
import { defaultSecurity, type SecurableKind } from '../kernel/default-security.ts'
import { Failure } from '../kernel/failure.ts'
import type { HandleTable } from '../kernel/handle-table.ts'
import { impersonationTokenOf, loweredToken } from '../kernel/impersonation.ts'
import type { Machine } from '../kernel/machine.ts'
import type { Process } from '../kernel/process.ts'
import type { Thread } from '../kernel/thread.ts'
import type { Token } from '../kernel/token.ts'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import type { Lsa } from '../lsa/lsa.ts'

/** The process that a call comes from, on its machine. */
export class Caller {
  readonly machine: Machine
  readonly lsa: Lsa
  readonly process: Process

  constructor(machine: Machine, lsa: Lsa, process: Process) {
    this.machine = machine
    this.lsa = lsa
    this.process = process
  }

  get thread(): Thread {
    return this.process.thread
  }

  get handles(): HandleTable {
    return this.process.handles
  }

  /** The identity of the JavaScript thread, on which the synchronous functions run. */
  get token(): Token {
    return this.thread.effectiveToken
  }

  /**
   * The identity of work on another thread: that of the process, or of the client that it names.
   *
   * @throws Failure before the work begins when the client can only be looked at
   */
  workerToken(impersonate: Borrowed<'token'> | null): Token {
    if (impersonate === null) return this.process.token
    const token = this.impersonationToken(impersonate)
    if (token.level >= impersonationLevel.SecurityImpersonation) return token
    const isAnonymous = token.level === impersonationLevel.SecurityAnonymous
    throw new Failure(
      isAnonymous ? 'ERROR_CANT_OPEN_ANONYMOUS' : 'ERROR_BAD_IMPERSONATION_LEVEL',
      {},
      'ImpersonateLoggedOnUser',
    )
  }

  /** What a thread of this process gets when it impersonates with this handle. */
  impersonationToken(handle: Borrowed<'token'>): Token {
    return impersonationTokenOf(this.handles, handle, this.process.token, this.defaultSecurity('token'))
  }

  /** The same for a token that the thread is given itself. */
  impersonationTokenAsIs(token: Token): Token {
    return loweredToken(token, this.process.token, this.defaultSecurity('token'))
  }

  /** The security of what it creates without saying any. */
  defaultSecurity(kind: SecurableKind): SecurityDescriptor {
    return defaultSecurity(this.token.contents, kind)
  }
}
