import { currentProcessToken } from '@asuser/tokens'

/**
 * Waits for the end of its input, then says who it is and what it was given.
 *
 * @param {object} program
 * @param {AsyncIterable<unknown>} program.stdin
 * @param {NodeJS.WritableStream} program.stdout
 * @param {import('@asuser/native').Win32} program.win32
 */
export async function reportIdentity({ stdin, stdout, win32 }) {
  let input = ''
  for await (const chunk of stdin) input += String(chunk)

  const token = currentProcessToken({ win32 })
  stdout.write(`I am ${token.user.sid}\n`)
  stdout.write(`my logon SID is ${token.logonSid}\n`)
  stdout.write(`I read ${JSON.stringify(input)}\n`)
  token.close()
  return 0
}
