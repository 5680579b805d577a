import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { createClientContext } from '@asuser/tokens'

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} body
 * @property {string | undefined} token what the server says in return, in base64
 */

/** One connection, which the whole exchange and everything after it has to use. */
export function createConnection() {
  return new Agent({ keepAlive: true, maxSockets: 1 })
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
  /** @type {import('node:http').IncomingMessage} */
  const response = await new Promise((resolve, reject) => {
    request(url, { agent: connection, headers }, resolve).once('error', reject).end()
  })
  const [, token] = /^Negotiate +(\S+)$/i.exec(response.headers['www-authenticate'] ?? '') ?? []
  return { status: response.statusCode ?? 0, body: await text(response), token }
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
  const context = await createClientContext({ target: `HTTP/${url.hostname}`, credentials })
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
