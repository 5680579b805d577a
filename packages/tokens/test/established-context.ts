import type { Win32 } from '@asuser/native'
import { createClientContext, createSecurityContext, type Credentials, type SecurityContext } from '../src/index.ts'
import { exchange } from './exchange.ts'

/** The server's side of an exchange that is done; the caller closes it. */
export async function establishedContext(
  credentials: Pick<Credentials, 'user' | 'domain' | 'password'>,
  win32: Win32,
): Promise<SecurityContext> {
  using client = await createClientContext({ package: 'NTLM', target: 'HTTP/server.test', credentials, win32 })
  const server = await createSecurityContext({ package: 'NTLM', win32 })
  await exchange(client, server)
  return server
}

/** Why the lanes of the addon have no caller. */
export const noCaller =
  'Node serves no calls of RPC and COM and has no windows, so that none of its threads has a caller'
