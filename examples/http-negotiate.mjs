// Who is asking? A server of Node's own `http` finds out by HTTP Negotiate (RFC 4559), and answers as the client. Where it
// runs is the stage's business: Windows, Wine with the domain of tools/wine, or the simulated Windows.
import { once } from 'node:events'
import { getWin32 } from '@asuser/native'
import { effectiveToken } from '@asuser/tokens'
import { createConnection, get, getAsClient } from './http-negotiate/client.mjs'
import { createNegotiateServer } from './http-negotiate/server.mjs'
import { openStage } from './stage/stage.mjs'

const stage = await openStage()
try {
  await showNegotiate()
} finally {
  stage.close()
}

async function showNegotiate() {
  say('Where', stage.description)

  const server = createNegotiateServer((_request, response, client) => {
    const sid = client.impersonate(readEffectiveUser) // as the client; the server is itself again behind it
    response.end(`You are ${client.clientName}, by ${client.package}; your work is done as ${sid}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(`http://127.0.0.1:${portOf(server)}/`)

  const connection = createConnection()
  say('Without a word', String((await get(url, connection)).status))
  say('As the client', await describe(getAsClient(url, connection, stage.client)))
  say('Once more', await describe(get(url, connection))) // the connection is known now
  const wrong = { ...stage.client, password: 'not the password' }
  say('Wrong password', await describe(getAsClient(url, connection, wrong)))
  say('Then', await describe(get(url, connection))) // what was known before is forgotten

  connection.destroy()
  server.close()
  await once(server, 'close')
  say('Open handles', String(getWin32().countOpenHandles()))
}

function readEffectiveUser() {
  const token = effectiveToken({ access: 8 })
  try {
    return token.user.sid.toString()
  } finally {
    token.close()
  }
}

/** @param {Promise<import('./http-negotiate/client.mjs').Answer>} answer */
async function describe(answer) {
  const { status, body } = await answer
  return body === '' ? String(status) : `${status} ${body}`
}

/** @param {import('node:http').Server} server */
function portOf(server) {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port')
  return address.port
}

/**
 * @param {string} topic
 * @param {string} text
 */
function say(topic, text) {
  console.log(`${topic.padEnd(17)} ${text}`)
}
