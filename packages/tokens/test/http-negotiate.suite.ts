import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { Agent, IncomingMessage, Server, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setWin32, type Win32 } from '@asuser/native'
import {
  type ClientContext,
  createClientContext,
  effectiveToken,
  type SecurityContext,
  sidOf,
  tlsServerEndPoint,
} from '../src/index.ts'
import { certificates, ecdsaKey } from './certificates.ts'

interface Answer {
  readonly status: number
  readonly body: string
  readonly token: string | undefined
}

interface Credentials {
  readonly user: string
  readonly domain: string
  readonly password: string
}

interface ServerExample {
  readonly createNegotiateServer: (
    handler: (request: IncomingMessage, response: ServerResponse, client: SecurityContext) => void,
    tls?: { readonly key: string; readonly cert: string },
  ) => Server
}

interface ClientExample {
  createConnection(tls?: { readonly ca: string; readonly servername: string }): Agent
  get(url: URL, connection: Agent, authorization?: string): Promise<Answer>
  getAsClient(url: URL, connection: Agent, credentials: Credentials): Promise<Answer>
}

export interface HttpNegotiateStage {
  readonly win32: Win32
  readonly clients: readonly [Credentials, Credentials]
  close(): void
}

/** The example of HTTP Negotiate, on whatever Windows there is. */
export function describeHttpNegotiate(name: string, openStage: () => Promise<HttpNegotiateStage>): void {
  describe(`HTTP Negotiate on ${name}`, () => {
    let stage: HttpNegotiateStage
    let installed: Disposable
    let server: Server
    let example: ClientExample
    let createServer: ServerExample['createNegotiateServer']
    let url: URL
    let handlesBefore = 0
    const connections: Agent[] = []

    beforeEach(async () => {
      const folder = new URL('../../../examples/http-negotiate/', import.meta.url)
      ;({ createNegotiateServer: createServer } = await import(new URL('server.mjs', folder).href))
      example = await import(new URL('client.mjs', folder).href)
      stage = await openStage()
      installed = setWin32(stage.win32)
      handlesBefore = stage.win32.countOpenHandles()
      server = createServer(answer)
      url = new URL(`http://127.0.0.1:${await portOf(server)}/`)
    })

    afterEach(async () => {
      for (const connection of connections.splice(0)) connection.destroy()
      await end(server)
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

    it('refuses a wrong password, and forgets who was known on the connection', async () => {
      const [alice] = stage.clients
      const connection = open()
      expect((await example.getAsClient(url, connection, alice)).status).toBe(200)
      const wrong = { ...alice, password: 'not the password' }
      expect(await example.getAsClient(url, connection, wrong)).toMatchObject({ status: 401, body: '' })
      expect((await example.get(url, connection)).status).toBe(401)
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

    it('binds the exchange to the certificate of the server', async () => {
      const [alice] = stage.clients
      const tlsServer = createServer(answer, { key: ecdsaKeyInPem, cert: inPem('ecdsa-sha384') })
      const tlsUrl = new URL(`https://127.0.0.1:${await portOf(tlsServer)}/`)
      const openTls = (): Agent => {
        const connection = example.createConnection({ ca: inPem('ecdsa-sha384'), servername: 'asuser.test' })
        connections.push(connection)
        return connection
      }
      try {
        const expected = { status: 200, body: await sidOfClient(alice) }
        const connection = openTls()
        expect(await example.getAsClient(tlsUrl, connection, alice)).toMatchObject(expected)
        expect(await example.get(tlsUrl, connection)).toMatchObject(expected)

        // Somebody in the middle, whose own certificate the client has seen, or none.
        const other = tlsServerEndPoint(Buffer.from(certificates['ecdsa-sha256'], 'base64'))
        for (const channelBindings of [other, undefined]) {
          using context = await createClientContext({ target: 'HTTP/127.0.0.1', credentials: alice, channelBindings })
          const statuses = await relay(context, tlsUrl, openTls())
          expect(statuses).toEqual([401, 401])
        }
      } finally {
        for (const connection of connections.splice(0)) connection.destroy()
        await end(tlsServer)
      }
    })

    /** Hands on what a client says; the answers of the server. */
    async function relay(context: ClientContext, to: URL, connection: Agent): Promise<readonly number[]> {
      const statuses: number[] = []
      let fromServer: Uint8Array | undefined
      for (let leg = 0; leg < 2; leg++) {
        const { token = new Uint8Array() } = await context.initialize(fromServer)
        const authorization = `Negotiate ${Buffer.from(token).toString('base64')}`
        const { status, token: answered = '' } = await example.get(to, connection, authorization)
        statuses.push(status)
        fromServer = new Uint8Array(Buffer.from(answered, 'base64'))
      }
      return statuses
    }

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

function answer(request: IncomingMessage, response: ServerResponse, client: SecurityContext): void {
  if (request.url === '/fails') throw new RangeError('from the handler')
  response.end(client.impersonate(readEffectiveUser))
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port')
  return address.port
}

async function end(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

const ecdsaKeyInPem = `-----BEGIN PRIVATE KEY-----\n${ecdsaKey}\n-----END PRIVATE KEY-----\n`

function inPem(name: keyof typeof certificates): string {
  return new X509Certificate(Buffer.from(certificates[name], 'base64')).toString()
}

function readEffectiveUser(): string {
  using token = effectiveToken({ access: 8 })
  return token.user.sid.toString()
}
