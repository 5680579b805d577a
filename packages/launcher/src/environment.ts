import type { Win32 } from '@asuser/native'
import { InvalidArgumentError, type Token } from '@asuser/tokens'
import { findVariable, foldCase, nameOf, VariableSet } from './environment-block.ts'

/** Variables by name; undefined takes one away. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/**
 * Where the environment of a client's process comes from. Never from the server.
 *
 * - `client`: what Windows gives the client at a logon. The variables that the user has set, secrets among them, are
 *   there while the profile is loaded.
 * - `minimal`: of these only what programs need to find Windows and the client's folders.
 * - a record: exactly these. Many programs fail without `SystemRoot`.
 */
export type EnvironmentChoice = 'client' | 'minimal' | EnvironmentVariables

/** What Windows gives the client at a logon: `NAME=value`, in the order of the block. */
export function readClientEnvironment(win32: Win32, token: Token): Promise<readonly string[]> {
  return win32.createEnvironmentBlock({ token: token.handle, inherit: false })
}

/** Whether an environment follows from that of the client; asking Windows for it takes milliseconds. */
export function isOfClient(choice: EnvironmentChoice): boolean {
  return typeof choice === 'string'
}

/** The environment of the process, given that of the client. */
export function composeEnvironment(
  client: readonly string[],
  choice: EnvironmentChoice,
  extra: EnvironmentVariables | undefined,
): readonly string[] {
  if (choice === 'client' && extra === undefined) return client
  const variables = new VariableSet(chooseVariables(choice, client))
  if (extra !== undefined) variables.merge(extra)
  return variables.toBlock()
}

/** @throws InvalidArgumentError for names and values that a block cannot hold, and names that differ in case alone */
export function validateVariables(argument: string, variables: EnvironmentVariables): void {
  const seen = new Map<string, string>()
  for (const [name, value] of Object.entries(variables)) {
    if (name === '' || name.includes('\0') || name.includes('=', 1)) {
      throw InvalidArgumentError.ofValue(argument, 'a record of names without "=" and NUL', name)
    }
    if (value !== undefined && typeof value !== 'string') {
      throw InvalidArgumentError.ofType(`${argument}.${name}`, 'a string or undefined', value)
    }
    if (value?.includes('\0') === true) {
      throw InvalidArgumentError.ofSecret(`${argument}.${name}`, 'a string without NUL', 'one with NUL')
    }
    const other = seen.get(foldCase(name))
    if (other !== undefined) {
      throw InvalidArgumentError.ofValue(argument, `free of names that Windows takes for the same, as ${other}`, name)
    }
    seen.set(foldCase(name), name)
  }
}

function chooseVariables(choice: EnvironmentChoice, client: readonly string[]): readonly string[] {
  if (choice === 'client') return client
  if (choice === 'minimal') return minimalVariables(client)
  return Object.entries(choice).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
}

/** What programs need to find Windows, the client's folders and who the client is. */
const minimalNames = new Set([
  'ALLUSERSPROFILE',
  'APPDATA',
  'COMMONPROGRAMFILES',
  'COMMONPROGRAMFILES(X86)',
  'COMMONPROGRAMW6432',
  'COMPUTERNAME',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'OS',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'PROGRAMW6432',
  'PUBLIC',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERDOMAIN',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
])

function minimalVariables(client: readonly string[]): readonly string[] {
  const kept = client.filter((entry) => minimalNames.has(foldCase(nameOf(entry))))
  const systemRoot = findVariable(client, 'SystemRoot')
  return systemRoot === undefined ? kept : [...kept, `Path=${systemRoot}\\System32;${systemRoot}`]
}
