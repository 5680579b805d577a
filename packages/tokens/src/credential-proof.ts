import { connectFlag, type ErrorContext, networkResourceType, Win32Error, type Win32ErrorCode } from '@asuser/native'
import { ignoreEnded } from './network-lease.ts'
import type { Token } from './token.ts'

/** A server did not take the credentials of a logon of type `newCredentials`. */
export class CredentialsRefusedError extends Win32Error {
  readonly server: string

  constructor(refusal: Win32Error, server: string) {
    super({ errno: refusal.errno, syscall: refusal.syscall, context: refusal.context, cause: refusal })
    this.server = server
  }

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'CredentialsRefusedError',
      configurable: true,
      writable: true,
    })
  }
}

/** What a server answers to a wrong password, and to an account that it does not let in. */
const refusals: ReadonlySet<Win32ErrorCode> = new Set<Win32ErrorCode>([
  'ERROR_ACCESS_DENIED',
  'ERROR_INVALID_PASSWORD',
  'ERROR_LOGON_FAILURE',
  'ERROR_ACCOUNT_RESTRICTION',
  'ERROR_INVALID_LOGON_HOURS',
  'ERROR_INVALID_WORKSTATION',
  'ERROR_PASSWORD_EXPIRED',
  'ERROR_ACCOUNT_DISABLED',
  'ERROR_LOGON_TYPE_NOT_GRANTED',
  'ERROR_ACCOUNT_EXPIRED',
  'ERROR_PASSWORD_MUST_CHANGE',
  'ERROR_ACCOUNT_LOCKED_OUT',
])

/**
 * Shows the network credentials of a logon session to a server, once: connects to its `IPC$`, which every account that
 * the server lets in may do, and takes the connection back. The session must have no connection to the server yet.
 *
 * @param context of the logon, for errors
 * @throws CredentialsRefusedError
 * @throws Win32Error with `server` in its context when the server could not be asked, and from `WNetCancelConnection2W`
 *   when the connection could not be taken back: then it ends with the logon session
 */
export async function proveCredentials({ win32, handle }: Token, server: string, context: ErrorContext): Promise<void> {
  const remoteName = `\\\\${server}\\IPC$`
  const about = { ...context, server }
  try {
    await win32.wNetAddConnection2({
      remoteName,
      localName: null,
      user: null,
      password: null,
      type: networkResourceType.RESOURCETYPE_ANY,
      flags: connectFlag.CONNECT_TEMPORARY,
      impersonate: handle,
    })
  } catch (error) {
    throw error instanceof Win32Error ? explain(error.with(about), server) : error
  }
  try {
    // Nobody else knows of the session, so that there is nothing open for anybody to lose.
    await win32
      .wNetCancelConnection2({ name: remoteName, flags: 0, force: true, impersonate: handle })
      .catch(ignoreEnded)
  } catch (error) {
    // The server has taken the credentials: no code says that it refused them.
    throw error instanceof Win32Error ? error.with(about) : error
  }
}

function explain(error: Win32Error, server: string): Win32Error {
  return refusals.has(error.code) ? new CredentialsRefusedError(error, server) : error
}
