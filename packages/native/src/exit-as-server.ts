interface Impersonation {
  /** Whether this JavaScript thread is in the callback of a client. */
  isImpersonating(): boolean
  /** It is the server again, though it is in such a callback. */
  leaveImpersonation(): void
}

/**
 * Lets whatever listens to the exit of the process, or of the worker, run as the server when `process.exit()` is called
 * in the callback of a client, to which it never returns.
 *
 * A listener of our own would come too late: others may be put before it. Node asks `process` for its `emit` when it
 * exits, and in such a callback gets one that leaves the client first; everywhere else it is the one that there was, or
 * that somebody put in its place. So a round of impersonation costs nothing more.
 */
export function exitAsServer(impersonation: Impersonation): void {
  let emit: typeof process.emit = Reflect.get(process, 'emit')
  Object.defineProperty(process, 'emit', {
    configurable: true,
    enumerable: false,
    get: () => (impersonation.isImpersonating() ? leavingFirst(emit, impersonation) : emit),
    set(replacement: typeof emit) {
      emit = replacement
    },
  })
}

/** What a callback takes for its own wrapper goes on to the `emit` that there was then, and never round in a circle. */
function leavingFirst(emit: typeof process.emit, impersonation: Impersonation): typeof process.emit {
  return new Proxy(emit, {
    apply(target, receiver, parameters) {
      if (parameters[0] === 'exit') impersonation.leaveImpersonation()
      return Reflect.apply(target, receiver, parameters)
    },
  })
}
