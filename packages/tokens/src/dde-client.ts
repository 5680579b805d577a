import { type DdeConversation, getWin32 } from '@asuser/native'
import { callerIdentity, type ImpersonateCallerOptions, runImpersonated } from './impersonation.ts'
import { InvalidArgumentError } from './invalid-argument.ts'

/** An `HWND`: its number, or its 8 bytes, as Electron gives `wParam` and `getNativeWindowHandle()`. */
export type WindowHandle = bigint | Uint8Array

/** Who talks to whom by Dynamic Data Exchange. */
export interface DdeWindows {
  /** The window of the client: the `wParam` of the `WM_DDE_INITIATE` that began the conversation. */
  readonly client: WindowHandle
  /** The window that answered, of the thread that calls. */
  readonly server: WindowHandle
}

/**
 * Runs `callback` as the client of a conversation by Dynamic Data Exchange. Node itself has no windows: this is for a
 * host that has, such as Electron, or an addon with a message loop on the JavaScript thread.
 *
 * Needs no privilege, but SeImpersonatePrivilege for the client of another user: without it Windows lowers the level.
 *
 * @throws InvalidArgumentError
 * @throws ImpersonationLevelError
 * @throws Win32Error `ERROR_INVALID_WINDOW_HANDLE`, `ERROR_ACCESS_DENIED` for a window of another thread,
 *   `ERROR_CANNOT_IMPERSONATE` without a conversation between the two where Windows does not say more
 * @see https://learn.microsoft.com/windows/win32/api/dde/nf-dde-impersonateddeclientwindow
 */
export function impersonateDdeClient<T>(
  windows: DdeWindows,
  callback: () => T,
  { win32 = getWin32(), ...options }: ImpersonateCallerOptions = {},
): T {
  const conversation = parseWindows(windows)
  const enter = (run: Parameters<typeof win32.impersonateDdeClientWindow<T>>[1]): T =>
    win32.impersonateDdeClientWindow(conversation, run)
  return runImpersonated(callback, options, enter, callerIdentity('ImpersonateDdeClientWindow'))
}

function parseWindows(windows: unknown): DdeConversation {
  if (typeof windows !== 'object' || windows === null)
    throw InvalidArgumentError.ofType('windows', 'an object', windows)
  const { client, server } = { client: undefined, server: undefined, ...windows }
  return { client: parseWindow('windows.client', client), server: parseWindow('windows.server', server) }
}

const handleBytes = 8

function parseWindow(name: string, value: unknown): bigint {
  if (value instanceof Uint8Array) {
    if (value.length !== handleBytes) {
      throw InvalidArgumentError.ofValue(name, `the ${handleBytes} bytes of a window handle`, `${value.length} bytes`)
    }
    return new DataView(value.buffer, value.byteOffset, handleBytes).getBigUint64(0, true)
  }
  if (typeof value !== 'bigint') throw InvalidArgumentError.ofType(name, 'a bigint or a Uint8Array', value)
  if (value !== BigInt.asUintN(64, value)) throw InvalidArgumentError.ofValue(name, 'from 0n to 2n ** 64n - 1n', value)
  return value
}
