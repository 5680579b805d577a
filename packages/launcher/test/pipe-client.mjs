// node pipe-client.mjs <path> <count>: a client with Node's own sockets. Ends with how many answers are not its SID.
import { once } from 'node:events'
import { connect } from 'node:net'
import { ownSid } from './own-sid.mjs'

const [path, count] = process.argv.slice(2)
const own = ownSid()
const answers = await Promise.all(
  Array.from({ length: Number(count) }, async () => {
    const socket = connect(path)
    socket.write('who am I?')
    const [answer] = await once(socket, 'data')
    socket.destroy()
    return String(answer)
  }),
)
process.exitCode = answers.filter((answer) => answer !== own).length
