/**
 * The arguments of a command line, as the C runtime of Windows sees them.
 *
 * @see https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw
 */
export function parseCommandLine(commandLine: string): string[] {
  const { text: program, next } = parseProgramName(commandLine)
  const args = [program]
  let at = skipSpaces(commandLine, next)
  while (at < commandLine.length) {
    const argument = parseArgument(commandLine, at)
    args.push(argument.text)
    at = skipSpaces(commandLine, argument.next)
  }
  return args
}

/** argv[0] has rules of its own: a quote ends it at the next quote, and a backslash is a backslash. */
function parseProgramName(commandLine: string): { text: string; next: number } {
  if (commandLine.startsWith('"')) {
    const end = commandLine.indexOf('"', 1)
    return end === -1
      ? { text: commandLine.slice(1), next: commandLine.length }
      : { text: commandLine.slice(1, end), next: end + 1 }
  }
  let end = 0
  while (end < commandLine.length && !isSpace(commandLine[end])) end += 1
  return { text: commandLine.slice(0, end), next: end }
}

function parseArgument(commandLine: string, start: number): { text: string; next: number } {
  let text = ''
  let at = start
  let quoted = false
  while (at < commandLine.length && (quoted || !isSpace(commandLine[at]))) {
    const backslashes = countBackslashes(commandLine, at)
    at += backslashes
    if (commandLine[at] !== '"') {
      text += '\\'.repeat(backslashes)
      if (backslashes > 0) continue
      text += commandLine[at]
      at += 1
      continue
    }
    // Before a quote, two backslashes are one, and an odd one makes the quote a plain character.
    text += '\\'.repeat(Math.floor(backslashes / 2))
    if (backslashes % 2 === 1) text += '"'
    else if (quoted && commandLine[at + 1] === '"') {
      text += '"'
      at += 1
    } else quoted = !quoted
    at += 1
  }
  return { text, next: at }
}

function countBackslashes(commandLine: string, start: number): number {
  let at = start
  while (commandLine[at] === '\\') at += 1
  return at - start
}

function skipSpaces(commandLine: string, start: number): number {
  let at = start
  while (at < commandLine.length && isSpace(commandLine[at])) at += 1
  return at
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
