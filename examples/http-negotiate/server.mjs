import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createSecurityContext, tlsServerEndPoint } from '@asuser/tokens'

/**
 * What belongs to a connection. Negotiate authenticates connections, not requests: who has once shown who it is, is that
 * for every later request on the same one. A proxy that shares connections between users must not stand before it.
 *
 * @typedef {object} Authentication
 * @property {import('@asuser/tokens').SecurityContext} context
 * @property {boolean} isUnderWay a leg is; a second one at the same time is refused
 */

/**
 * @callback Handler what answers a request of a known client; `client` is established
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {import('@asuser/tokens').SecurityContext} client
 * @returns {void}
 */

const scheme = /^Negotiate +([A-Za-z0-9+/]+={0,2})$/i
const maxTokenSize = 48 * 1024

/**
 * A server of Node that answers only those whom Windows knows.
 *
 * With TLS the exchange is bound to the server's certificate. Without it whoever a client can be made to talk to can hand
 * on here what that client says, and be it: then only the network keeps such people out.
 *
 * @param {Handler} handler
 * @param {{ key: string, cert: string }} [tls] key and certificate in PEM
 */
export function createNegotiateServer(handler, tls) {
  const channelBindings = tls && tlsServerEndPoint(new X509Certificate(tls.cert))
  /** @type {WeakMap<import('node:net').Socket, Authentication>} */
  const authentications = new WeakMap()

  // A Kerberos token of somebody in many groups is larger than the headers that Node allows by itself.
  const options = { maxHeaderSize: 80 * 1024 }
  const server = tls === undefined ? createServer(options, listen) : createTlsServer({ ...options, ...tls }, listen)
  // Whoever does not say anything keeps a connection for this long and nothing else.
  server.headersTimeout = 10_000
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket) => {
    socket.once('close', () => forget(socket))
  })
  return server

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  function listen(request, response) {
    void respond(request, response)
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function respond(request, response) {
    // The reason of a refusal is nobody's business but the server's.
    const client = await authenticate(request, response).catch(() => undefined)
    if (client !== undefined) answer(request, response, client)
    else if (!response.headersSent) refuse(request, response)
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   * @param {import('@asuser/tokens').SecurityContext} client
   */
  function answer(request, response, client) {
    try {
      handler(request, response, client)
    } catch (error) {
      console.error(error)
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { 'Content-Length': 0 }).end()
    }
  }

  /**
   * Who asks; undefined when that is not known yet or never will be.
   *
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function authenticate(request, response) {
    const { authorization } = request.headers
    if (authorization === undefined) {
      const known = authentications.get(request.socket)
      return known?.context.done === true ? known.context : undefined
    }
    const token = tokenOf(authorization)
    return token === undefined ? undefined : takeLeg(request, response, token)
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   * @param {Uint8Array} token
   */
  async function takeLeg(request, response, token) {
    const { socket } = request
    const authentication = await authenticationOf(socket)
    if (authentication === undefined) return undefined
    authentication.isUnderWay = true
    try {
      const leg = await authentication.context.accept(token)
      if (leg.token !== undefined) response.setHeader('WWW-Authenticate', `Negotiate ${toBase64(leg.token)}`)
      if (leg.done) return authentication.context
      challenge(request, response)
      return undefined
    } catch (error) {
      forget(socket)
      throw error
    } finally {
      authentication.isUnderWay = false
    }
  }

  /**
   * The exchange of this connection, or a new one for a client that begins; undefined while a leg is under way.
   *
   * @param {import('node:net').Socket} socket
   */
  async function authenticationOf(socket) {
    const known = authentications.get(socket)
    if (known?.isUnderWay === true) return undefined
    if (known !== undefined && !known.context.done) return known
    forget(socket)
    const context = await createSecurityContext({ maxTokenSize, channelBindings })
    const wasOvertaken = socket.destroyed || authentications.has(socket)
    if (wasOvertaken) {
      context.close()
      return undefined
    }
    const authentication = { context, isUnderWay: false }
    authentications.set(socket, authentication)
    return authentication
  }

  /** @param {import('node:net').Socket} socket */
  function forget(socket) {
    authentications.get(socket)?.context.close()
    authentications.delete(socket)
  }
}

/**
 * Asks for the first token.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function refuse(request, response) {
  response.setHeader('WWW-Authenticate', 'Negotiate')
  challenge(request, response)
}

/**
 * The connection has to stay, for the next leg comes on it: so what was sent with this one is read and dropped.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
function challenge(request, response) {
  request.resume()
  response.writeHead(401, { 'Content-Length': 0 }).end()
}

/**
 * @param {string} authorization
 * @returns {Uint8Array | undefined} undefined for what is no token of Negotiate
 */
function tokenOf(authorization) {
  const [, base64] = scheme.exec(authorization) ?? []
  return base64 === undefined ? undefined : new Uint8Array(Buffer.from(base64, 'base64'))
}

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
