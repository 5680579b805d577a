import { Win32Error } from '@asuser/native'

/** In UTF-16 units, with the terminator; Windows refuses longer ones. */
const maximumLength = 32_767

/**
 * The command line of a process: the image, quoted, and the arguments, quoted so that `CommandLineToArgvW` and the C
 * runtime read them back unchanged; `verbatim` ones are joined as they are.
 *
 * @throws Win32Error `ERROR_FILENAME_EXCED_RANGE` when it would be too long
 * @see https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw
 */
export function formatCommandLine(image: string, args: readonly string[], verbatim: boolean): string {
  // The first word follows another rule: quotes only delimit, backslashes never escape. A path has no quotes.
  const words = [`"${image}"`, ...(verbatim ? args : args.map(quoteArgument))]
  const commandLine = words.join(' ')
  if (commandLine.length >= maximumLength) {
    throw Win32Error.of('ERROR_FILENAME_EXCED_RANGE', 'CreateProcessAsUserW', {
      commandLineLength: commandLine.length,
      limit: maximumLength - 1,
    })
  }
  return commandLine
}

/** One argument as `CommandLineToArgvW` reads it: backslashes are literal unless a quote follows them. */
export function quoteArgument(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument
  let quoted = '"'
  let backslashes = 0
  for (const character of argument) {
    if (character === '\\') {
      backslashes++
      continue
    }
    quoted += '\\'.repeat(character === '"' ? 2 * backslashes + 1 : backslashes) + character
    backslashes = 0
  }
  return `${quoted}${'\\'.repeat(2 * backslashes)}"`
}
