import { Win32Error } from '@asuser/native'
import { type ClientContext, type SecurityContext, SecurityContextError } from '../src/index.ts'

/** Carries the tokens to and fro until both sides are done; gives how many the client sent, and the server. */
export async function exchange(client: ClientContext, server: SecurityContext): Promise<readonly [number, number]> {
  const sent: [number, number] = [0, 0]
  let fromServer: Uint8Array | undefined
  while (!client.done || !server.done) {
    const { token } = await client.initialize(fromServer)
    if (token === undefined) break
    sent[0] += 1
    fromServer = (await server.accept(token)).token
    if (fromServer !== undefined) sent[1] += 1
    else if (client.done) break
  }
  return sent
}

/** How a leg or an exchange ends. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return 'success'
  } catch (error) {
    if (error instanceof Win32Error || error instanceof SecurityContextError) return error.code
    throw error
  }
}
