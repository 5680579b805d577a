import { type DdeConversation, getWin32, type ImpersonatedCallback, type Win32 } from '@asuser/native'
import { callerIdentity, type ImpersonateCallerOptions, runImpersonated } from './impersonation.ts'
import { InvalidArgumentError } from './invalid-argument.ts'
import type { Synchronous } from './synchronous-scope.ts'

/** An `HWND`: its number, or its 8 bytes, as Electron gives `wParam` and `getNativeWindowHandle()`. */
export type WindowHandle = bigint | Uint8Array

/** Who talks to whom by Dynamic Data Exchange, where the host handles its messages itself. */
export interface DdeWindows {
  /** The window of the client: the `wParam` of the `WM_DDE_INITIATE` that began the conversation. */
  readonly client: WindowHandle
  /** The window that answered, of the thread that calls. */
  readonly server: WindowHandle
}

/** A conversation of a host that leaves the messages to the DDE Management Library. */
export interface DdeLibraryConversation {
  /** The `HCONV` that the callback of `DdeInitialize` got on this thread: its number, or its 8 bytes. */
  readonly conversation: bigint | Uint8Array
}

/**
 * Runs `callback` as the client of a conversation by Dynamic Data Exchange. Node itself has no windows: this is for a
 * host that has, such as Electron, or an addon with a message loop on the JavaScript thread. Such a host knows the two
 * windows or, with the DDE Management Library, the conversation. Those belong to the thread that made them.
 *
 * Needs no privilege, but SeImpersonatePrivilege for the client of another user: without it Windows lowers the level.
 *
 * @throws InvalidArgumentError
 * @throws ImpersonationLevelError
 * @throws Win32Error `ERROR_INVALID_WINDOW_HANDLE`, `ERROR_ACCESS_DENIED` for a window of another thread,
 *   `ERROR_CANNOT_IMPERSONATE` without a conversation where Windows does not say more: of the library's own reasons it
 *   says nothing, which the host asks for with `DdeGetLastError`
 * @see https://learn.microsoft.com/windows/win32/api/dde/nf-dde-impersonateddeclientwindow
 * @see https://learn.microsoft.com/windows/win32/api/ddeml/nf-ddeml-ddeimpersonateclient
 */
export function impersonateDdeClient<T>(
  source: DdeWindows | DdeLibraryConversation,
  callback: () => Synchronous<T>,
  { win32 = getWin32(), ...options }: ImpersonateCallerOptions = {},
): T {
  const { syscall, enter } = parseSource(source)
  const enterAsClient = (run: ImpersonatedCallback<T>): T => enter(win32, run)
  return runImpersonated(callback, options, enterAsClient, callerIdentity(syscall))
}

/** A function of Windows that knows the client, and how it is called. */
interface DdeSource {
  readonly syscall: string
  readonly enter: <T>(win32: Win32, run: ImpersonatedCallback<T>) => T
}

function parseSource(source: unknown): DdeSource {
  if (typeof source !== 'object' || source === null) throw InvalidArgumentError.ofType('source', 'an object', source)
  if ('conversation' in source) {
    if ('client' in source || 'server' in source) {
      throw InvalidArgumentError.ofValue('source', 'either two windows or a conversation', 'both')
    }
    const conversation = parseHandle('source.conversation', source.conversation)
    return {
      syscall: 'DdeImpersonateClient',
      enter: (win32, run) => win32.ddeImpersonateClient(conversation, run),
    }
  }
  const windows = parseWindows(source)
  return {
    syscall: 'ImpersonateDdeClientWindow',
    enter: (win32, run) => win32.impersonateDdeClientWindow(windows, run),
  }
}

function parseWindows(windows: object): DdeConversation {
  const { client, server } = { client: undefined, server: undefined, ...windows }
  return { client: parseHandle('source.client', client), server: parseHandle('source.server', server) }
}

const handleBytes = 8

function parseHandle(name: string, value: unknown): bigint {
  if (value instanceof Uint8Array) {
    if (value.length !== handleBytes) {
      throw InvalidArgumentError.ofValue(name, `the ${handleBytes} bytes of a handle`, `${value.length} bytes`)
    }
    return new DataView(value.buffer, value.byteOffset, handleBytes).getBigUint64(0, true)
  }
  if (typeof value !== 'bigint') throw InvalidArgumentError.ofType(name, 'a bigint or a Uint8Array', value)
  if (value !== BigInt.asUintN(64, value)) throw InvalidArgumentError.ofValue(name, 'from 0n to 2n ** 64n - 1n', value)
  return value
}
