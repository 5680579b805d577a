import { Agent, request } from 'node:http'
import { Agent as TlsAgent, request as requestOverTls } from 'node:https'
import { text } from 'node:stream/consumers'
import { TLSSocket } from 'node:tls'
import { createClientContext, tlsServerEndPoint } from '@asuser/tokens'

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} body
 * @property {string | undefined} token what the server says in return, in base64
 * @property {import('node:crypto').X509Certificate | undefined} certificate which the server showed, over TLS
 */

/**
 * One connection, which the whole exchange and everything after it has to use.
 *
 * @param {{ ca: string, servername: string }} [tls] whom to believe that the server is who it says, for `https:`
 */
export function createConnection(tls) {
  const options = { keepAlive: true, maxSockets: 1 }
  return tls === undefined ? new Agent(options) : new TlsAgent({ ...options, ...tls })
}

/**
 * Sends a request on a connection, without showing who sends it.
 *
 * @param {URL} url
 * @param {Agent} connection
 * @param {string} [authorization]
 * @returns {Promise<Answer>}
 */
export async function get(url, connection, authorization) {
  const headers = authorization === undefined ? {} : { Authorization: authorization }
  const send = url.protocol === 'https:' ? requestOverTls : request
  /** @type {import('node:http').IncomingMessage} */
  const response = await new Promise((resolve, reject) => {
    send(url, { agent: connection, headers }, resolve).once('error', reject).end()
  })
  const certificate = response.socket instanceof TLSSocket ? response.socket.getPeerX509Certificate() : undefined
  const [, token] = /^Negotiate +(\S+)$/i.exec(response.headers['www-authenticate'] ?? '') ?? []
  return { status: response.statusCode ?? 0, body: await text(response), token, certificate }
}

/**
 * Sends a request and shows who sends it, leg by leg; the answer is the server's last.
 *
 * @param {URL} url
 * @param {Agent} connection
 * @param {{ user: string, domain?: string, password: string }} credentials
 * @returns {Promise<Answer>}
 */
export async function getAsClient(url, connection, credentials) {
  const channelBindings = await bindingsOf(url, connection)
  const context = await createClientContext({ target: `HTTP/${url.hostname}`, credentials, channelBindings })
  try {
    /** @type {Uint8Array | undefined} */
    let fromServer
    for (;;) {
      const { token } = await context.initialize(fromServer)
      const answer = await get(url, connection, `Negotiate ${Buffer.from(token ?? []).toString('base64')}`)
      fromServer = answer.token === undefined ? undefined : new Uint8Array(Buffer.from(answer.token, 'base64'))
      const isRefused = answer.status === 401 && (fromServer === undefined || context.done)
      if (isRefused) return answer
      if (answer.status !== 401) {
        // The last word is the server's: without it nothing of the answer can be trusted.
        if (!context.done) await context.initialize(fromServer)
        return answer
      }
    }
  } finally {
    context.close()
  }
}

/**
 * What binds the exchange to a connection by TLS: the certificate, which a first request without a word gets to see.
 *
 * @param {URL} url
 * @param {Agent} connection
 */
async function bindingsOf(url, connection) {
  if (url.protocol !== 'https:') return undefined
  const { certificate } = await get(url, connection)
  return certificate && tlsServerEndPoint(certificate)
}
