import { once } from 'node:events'
import type { Agent, IncomingMessage, Server, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setWin32, type Win32 } from '@asuser/native'
import { effectiveToken, type SecurityContext, sidOf } from '../src/index.ts'

interface Answer {
  readonly status: number
  readonly body: string
}

interface Credentials {
  readonly user: string
  readonly domain: string
  readonly password: string
}

interface ServerExample {
  readonly createNegotiateServer: (
    handler: (request: IncomingMessage, response: ServerResponse, client: SecurityContext) => void,
  ) => Server
}

interface ClientExample {
  createConnection(): Agent
  get(url: URL, connection: Agent, authorization?: string): Promise<Answer>
  getAsClient(url: URL, connection: Agent, credentials: Credentials): Promise<Answer>
}

export interface HttpNegotiateStage {
  readonly win32: Win32
  readonly clients: readonly [Credentials, Credentials]
  /** What Negotiate settles on for them. */
  readonly package: 'NTLM' | 'Kerberos'
  close(): void
}

/** The example of HTTP Negotiate, on whatever Windows there is. */
export function describeHttpNegotiate(name: string, openStage: () => Promise<HttpNegotiateStage>): void {
  describe(`HTTP Negotiate on ${name}`, () => {
    let stage: HttpNegotiateStage
    let installed: Disposable
    let server: Server
    let example: ClientExample
    let url: URL
    let handlesBefore = 0
    const connections: Agent[] = []

    beforeEach(async () => {
      const folder = new URL('../../../examples/http-negotiate/', import.meta.url)
      const { createNegotiateServer }: ServerExample = await import(new URL('server.mjs', folder).href)
      example = await import(new URL('client.mjs', folder).href)
      stage = await openStage()
      installed = setWin32(stage.win32)
      handlesBefore = stage.win32.countOpenHandles()
      server = createNegotiateServer((request, response, client) => {
        if (request.url === '/fails') throw new RangeError('from the handler')
        response.end(request.url === '/package' ? client.package : client.impersonate(readEffectiveUser))
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('The server listens on no port')
      url = new URL(`http://127.0.0.1:${address.port}/`)
    })

    afterEach(async () => {
      for (const connection of connections.splice(0)) connection.destroy()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      // A connection ends one turn after its socket.
      await expect.poll(() => stage.win32.countOpenHandles()).toBe(handlesBefore)
      installed[Symbol.dispose]()
      stage.close()
    })

    function open(): Agent {
      const connection = example.createConnection()
      connections.push(connection)
      return connection
    }

    async function sidOfClient({ domain, user }: Credentials): Promise<string> {
      return (await sidOf(`${domain}\\${user}`)).toString()
    }

    it('answers as the client, and knows it for every later request on the connection', async () => {
      const [alice] = stage.clients
      const connection = open()
      expect((await example.get(url, connection)).status).toBe(401)
      const expected = { status: 200, body: await sidOfClient(alice) }
      expect(await example.getAsClient(url, connection, alice)).toMatchObject(expected)
      expect(await example.get(url, connection)).toMatchObject(expected)
    })

    it('settles on the package that client and server have in common', async () => {
      const answer = await example.getAsClient(new URL('/package', url), open(), stage.clients[0])
      expect(answer).toMatchObject({ status: 200, body: stage.package })
    })

    it('keeps connections apart', async () => {
      const [alice, bob] = stage.clients
      const [first, second, third] = [open(), open(), open()]
      const answers = await Promise.all([
        example.getAsClient(url, first, alice),
        example.getAsClient(url, second, bob),
        example.get(url, third),
      ])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 401])
      expect((await example.get(url, first)).body).toBe(await sidOfClient(alice))
      expect((await example.get(url, second)).body).toBe(await sidOfClient(bob))
    })

    it('answers nobody with a wrong password, and knows nobody after it whom the server has refused', async () => {
      const [alice] = stage.clients
      const connection = open()
      expect((await example.getAsClient(url, connection, alice)).status).toBe(200)
      const wrong = example.getAsClient(url, connection, { ...alice, password: 'not the password' })
      // Kerberos finds out before anything is sent to the server.
      const isSent = stage.package === 'NTLM'
      expect(await wrong.catch(({ code }: { readonly code: string }) => code)).toEqual(
        isSent ? expect.objectContaining({ status: 401, body: '' }) : 'SEC_E_LOGON_DENIED',
      )
      expect((await example.get(url, connection)).status).toBe(isSent ? 401 : 200)
    })

    it.each([
      'Negotiate',
      'Negotiate ',
      'Negotiate ====',
      'Negotiate AAAA',
      'Basic YWxpY2U6',
      'Negotiate AAAA, Basic BB',
    ])('refuses the header %j and lives', async (authorization) => {
      const connection = open()
      expect((await example.get(url, connection, authorization)).status).toBe(401)
      expect((await example.getAsClient(url, connection, stage.clients[0])).status).toBe(200)
    })

    it('refuses a token that is too large', async () => {
      const large = `Negotiate ${'A'.repeat(72 * 1024)}`
      expect((await example.get(url, open(), large)).status).toBe(401)
    })

    it('answers legs that come at once, each with a refusal', async () => {
      const socket = connect(Number(url.port), '127.0.0.1')
      const received = text(socket)
      const leg = 'GET / HTTP/1.1\r\nHost: here\r\nAuthorization: Negotiate AAAA\r\n'
      socket.end(`${leg}\r\n${leg}Connection: close\r\n\r\n`)
      expect((await received).match(/^HTTP\/1\.1 401/gmu)).toHaveLength(2)
    })

    it('answers 500 when the work for the client fails, and lives', async () => {
      const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
      const connection = open()
      expect((await example.getAsClient(new URL('/fails', url), connection, stage.clients[0])).status).toBe(500)
      expect(printed).toHaveBeenCalledOnce()
      expect((await example.get(url, connection)).status).toBe(200)
    })

    it('leaves nothing of 50 clients that vanish in the middle', async () => {
      const gone = Array.from({ length: 50 }, async () => {
        const connection = open()
        await example.get(url, connection, 'Negotiate QVNVU0lN')
        connection.destroy()
      })
      await Promise.all(gone)
      expect((await example.getAsClient(url, open(), stage.clients[0])).status).toBe(200)
    })
  })
}

function readEffectiveUser(): string {
  using token = effectiveToken({ access: 8 })
  return token.user.sid.toString()
}
