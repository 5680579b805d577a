import type { Duplex } from 'node:stream'
import { type ErrorContext, Win32Error } from '@asuser/native'

export interface FirstBytes {
  /**
   * Rejects with `ERROR_BROKEN_PIPE` when the stream closes before, and with `ERROR_SEM_TIMEOUT` when they take too
   * long, which destroys it.
   */
  readonly arrival: Promise<void>
  haveCome(): boolean
}

/**
 * Waits for the first bytes of a stream and reads none: they stay for whom the stream is for.
 *
 * @param timeout in milliseconds; `Infinity` for no limit
 * @param contextOf what an error says besides, asked when there is one
 */
export function waitForFirstBytes(stream: Duplex, timeout: number, contextOf: () => ErrorContext): FirstBytes {
  let wasPushed = false
  const haveCome = (): boolean => wasPushed || hasReceived(stream)

  const arrival = new Promise<void>((resolve, reject) => {
    // The stream keeps the process alive, if anything shall.
    const timer = timeout === Infinity ? undefined : setTimeout(giveUp, timeout).unref()
    const push = stream.push.bind(stream)
    // A listener for 'readable' would keep the stream from flowing, and costs two turns.
    stream.push = (chunk: unknown, encoding) => {
      if (chunk !== null) arrive()
      return push(chunk, encoding)
    }
    stream.on('close', leave)
    if (stream.readableLength > 0) arrive()

    function arrive(): void {
      wasPushed = true
      stopWaiting()
      resolve()
    }
    function leave(): void {
      stopWaiting()
      if (haveCome()) resolve()
      else reject(Win32Error.of('ERROR_BROKEN_PIPE', 'ReadFile', contextOf()))
    }
    function giveUp(): void {
      stopWaiting()
      if (haveCome()) resolve()
      else {
        reject(Win32Error.of('ERROR_SEM_TIMEOUT', 'ReadFile', { ...contextOf(), firstByteTimeout: timeout }))
        stream.destroy()
      }
    }
    function stopWaiting(): void {
      clearTimeout(timer)
      stream.push = push
      stream.off('close', leave)
    }
  })
  return { arrival, haveCome }
}

/** Whether a socket has read what was never pushed: HTTP and TLS take a socket's bytes below its stream. */
function hasReceived(stream: Duplex): boolean {
  return 'bytesRead' in stream && typeof stream.bytesRead === 'number' && stream.bytesRead > 0
}
