import { pipeline } from 'node:stream/promises'
import type { Program } from './program.ts'

/**
 * `cmd /c` with one of the commands `echo`, `exit`, `set`, `cd`, `more` (copies stdin to stdout) and `rem`; there is no
 * interactive mode. What it does not know it refuses as `cmd` does, with 1.
 */
export async function cmd(program: Program): Promise<number> {
  const line = /\s\/[ck]\s+(?<command>.*)$/iu.exec(program.commandLine)?.groups?.['command']
  if (line === undefined) {
    program.stderr.write('The simulated cmd.exe only knows /c.\r\n')
    return 1
  }
  const text = stripQuotes(line)
  const name = /^[^\s/.]*/u.exec(text)?.[0] ?? ''
  return run(program, name, text.slice(name.length))
}

async function run(program: Program, name: string, rest: string): Promise<number> {
  switch (name.toLowerCase()) {
    case 'echo':
      program.stdout.write(`${rest.slice(1)}\r\n`)
      return 0
    case 'exit':
      return exitCode(rest)
    case 'set':
      return printVariables(program, rest.trim())
    case 'cd':
      program.stdout.write(`${program.cwd}\r\n`)
      return 0
    case 'more':
      await pipeline(program.stdin, program.stdout, { end: false })
      return 0
    case 'rem':
      return 0
    default:
      program.stderr.write(`'${name}' is not recognized as an internal or external command,\r\n`)
      program.stderr.write('operable program or batch file.\r\n')
      return 1
  }
}

function exitCode(rest: string): number {
  const code = Number.parseInt(rest.replace(/^\s*\/b/iu, '').trim(), 10)
  return Number.isNaN(code) ? 0 : code >>> 0
}

function printVariables(program: Program, prefix: string): number {
  const names = Object.keys(program.env)
    .filter((name) => name.toLowerCase().startsWith(prefix.toLowerCase()) && !name.startsWith('='))
    .toSorted((left, right) => (left.toLowerCase() < right.toLowerCase() ? -1 : 1))
  if (names.length === 0) {
    program.stderr.write(`Environment variable ${prefix} not defined\r\n`)
    return 1
  }
  for (const name of names) program.stdout.write(`${name}=${program.env[name]}\r\n`)
  return 0
}

/** `cmd /c "..."` takes the quotes around the whole away. */
function stripQuotes(line: string): string {
  const text = line.trim()
  return text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text
}
