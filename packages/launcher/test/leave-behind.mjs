// Starts a program that waits for ever, says its process id, and ends before it. With `stdout` that program holds stdout open.
import { spawn } from 'node:child_process'

const stdio = process.argv[2] === 'stdout' ? ['ignore', 'inherit', 'ignore'] : 'ignore'
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio, detached: true })
child.once('spawn', () => {
  process.stdout.write(`${child.pid}\n`, () => process.exit(0))
})
