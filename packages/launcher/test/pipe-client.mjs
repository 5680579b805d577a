// node pipe-client.mjs <path> <count>: a client with Node's own sockets. Ends with how many answers are not its SID.
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { ownSid } from './own-sid.mjs'

const [path, count] = process.argv.slice(2)
const own = ownSid()
const answers = await Promise.all(
  Array.from({ length: Number(count) }, () => {
    const socket = connect(path)
    socket.write('who am I?')
    return text(socket)
  }),
)
process.exitCode = answers.filter((answer) => answer !== own).length
