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
  /** What Negotiate settles on for them. */
  readonly package: 'NTLM' | 'Kerberos'
  /** Who gives a wrong password hears so from the server, not before anything is sent to it. */
  readonly sendsWrongPassword: boolean
  /** Why nothing can be bound to the certificate of a server there, if nothing can. */
  readonly withoutBindings?: string | undefined
  close(): void
}

/** The example of HTTP Negotiate, on whatever Windows there is. */
export function describeHttpNegotiate(name: string, openStage: () => Promise<HttpNegotiateStage>): void {
  describe(`HTTP Negotiate on ${name}`, () => {
    let stage: HttpNegotiateStage
    let installed: Disposable
    let server: Server
    let createServer: ServerExample['createNegotiateServer']
    let example: ClientExample
    let url: URL
    let handlesBefore = 0
    const connections: Agent[] = []

    beforeEach(async () => {
      const folder = new URL('../../../examples/http-negotiate/', import.meta.url)
      const serverExample: ServerExample = await import(new URL('server.mjs', folder).href)
      createServer = serverExample.createNegotiateServer
      example = await import(new URL('client.mjs', folder).href)
      stage = await openStage()
      installed = setWin32(stage.win32)
      handlesBefore = stage.win32.countOpenHandles()
      server = createServer((request, response, client) => {
        if (request.url === '/fails') throw new RangeError('from the handler')
        response.end(request.url === '/package' ? client.package : client.impersonate(readEffectiveUser))
      })
      url = new URL(`http://127.0.0.1:${await listen(server)}/`)
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
      const isSent = stage.sendsWrongPassword
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
      // Not `end`: a server of Node answers nobody who has stopped talking.
      socket.write(`${leg}\r\n${leg}Connection: close\r\n\r\n`)
      expect((await received).match(/^HTTP\/1\.1 401/gmu)).toHaveLength(2)
    })

    it('answers 500 when the work for the client fails, and lives', async () => {
      const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
      const connection = open()
      expect((await example.getAsClient(new URL('/fails', url), connection, stage.clients[0])).status).toBe(500)
      expect(printed).toHaveBeenCalledOnce()
      expect((await example.get(url, connection)).status).toBe(200)
    })

    it('binds the exchange to the certificate of the server', async ({ skip }) => {
      skip(stage.withoutBindings !== undefined, stage.withoutBindings)
      const [alice] = stage.clients
      await using tls = await openTls()
      const expected = { status: 200, body: await sidOfClient(alice) }
      const connection = tls.connect()
      expect(await example.getAsClient(tls.url, connection, alice)).toMatchObject(expected)
      expect(await example.get(tls.url, connection)).toMatchObject(expected)

      // Somebody in the middle, whose own certificate the client has seen, or none.
      const other = tlsServerEndPoint(Buffer.from(certificates['ecdsa-sha256'], 'base64'))
      for (const channelBindings of [other, undefined]) {
        using context = await createClientContext({ target: 'HTTP/127.0.0.1', credentials: alice, channelBindings })
        expect(await relay(context, tls.url, tls.connect())).toBe(401)
      }
    })

    /** The same server, over TLS. */
    async function openTls() {
      const [key, cert] = [ecdsaKeyInPem, inPem('ecdsa-sha384')]
      const tlsServer = createServer(
        (_request, response, client) => response.end(client.impersonate(readEffectiveUser)),
        { key, cert },
      )
      return {
        url: new URL(`https://127.0.0.1:${await listen(tlsServer)}/`),
        connect(): Agent {
          const connection = example.createConnection({ ca: cert, servername: 'asuser.test' })
          connections.push(connection)
          return connection
        },
        [Symbol.asyncDispose]: () => end(tlsServer),
      }
    }

    /** Hands on what a client says, for as long as the server answers; the last status. */
    async function relay(context: ClientContext, to: URL, connection: Agent): Promise<number> {
      let fromServer: Uint8Array | undefined
      for (;;) {
        const { token = new Uint8Array() } = await context.initialize(fromServer)
        const authorization = `Negotiate ${Buffer.from(token).toString('base64')}`
        const { status, token: answered } = await example.get(to, connection, authorization)
        if (status !== 401 || answered === undefined || context.done) return status
        fromServer = new Uint8Array(Buffer.from(answered, 'base64'))
      }
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

/** On a port that is free, which it gives. */
async function listen(server: Server): Promise<number> {
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
