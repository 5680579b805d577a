import type { Win32 } from '@asuser/native'
import { createClientContext, createSecurityContext, type Credentials, type SecurityContext } from '../src/index.ts'

/** The server's side of an exchange that is done; the caller closes it. */
export async function establishedContext(
  credentials: Pick<Credentials, 'user' | 'domain' | 'password'>,
  win32: Win32,
): Promise<SecurityContext> {
  using client = await createClientContext({ package: 'NTLM', target: 'HTTP/server.test', credentials, win32 })
  const server = await createSecurityContext({ package: 'NTLM', win32 })
  let fromServer: Uint8Array | undefined
  while (!server.done) {
    const { token = new Uint8Array() } = await client.initialize(fromServer)
    const leg = await server.accept(token)
    fromServer = leg.token
  }
  return server
}

/** Why the lanes of the addon have no caller. */
export const noCaller =
  'Node serves no calls of RPC and COM and has no windows, so that none of its threads has a caller'
