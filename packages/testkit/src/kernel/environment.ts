/** Variables of a process or user by name. */
export type Variables = Readonly<Record<string, string>>

/** What every process sees, whoever it runs as. */
export function systemVariables(computerName: string): Variables {
  return {
    ALLUSERSPROFILE: 'C:\\ProgramData',
    CommonProgramFiles: 'C:\\Program Files\\Common Files',
    COMPUTERNAME: computerName,
    ComSpec: 'C:\\Windows\\System32\\cmd.exe',
    NUMBER_OF_PROCESSORS: '2',
    OS: 'Windows_NT',
    Path: 'C:\\Windows\\System32;C:\\Windows',
    PATHEXT: '.COM;.EXE;.BAT;.CMD',
    PROCESSOR_ARCHITECTURE: 'AMD64',
    ProgramData: 'C:\\ProgramData',
    ProgramFiles: 'C:\\Program Files',
    PUBLIC: 'C:\\Users\\Public',
    SystemDrive: 'C:',
    SystemRoot: 'C:\\Windows',
    TEMP: 'C:\\Windows\\Temp',
    TMP: 'C:\\Windows\\Temp',
    windir: 'C:\\Windows',
  }
}

/** What a user has besides. */
export function userVariables(name: string, domain: string, profileDirectory: string): Variables {
  return {
    APPDATA: `${profileDirectory}\\AppData\\Roaming`,
    HOMEDRIVE: profileDirectory.slice(0, 2),
    HOMEPATH: profileDirectory.slice(2),
    LOCALAPPDATA: `${profileDirectory}\\AppData\\Local`,
    TEMP: `${profileDirectory}\\AppData\\Local\\Temp`,
    TMP: `${profileDirectory}\\AppData\\Local\\Temp`,
    USERDOMAIN: domain,
    USERNAME: name,
    USERPROFILE: profileDirectory,
  }
}

/** `NAME=value` strings in the order of a block. Later variables replace earlier ones; letter case does not matter. */
export function environmentStrings(...layers: readonly Variables[]): readonly string[] {
  const merged = new Map<string, string>()
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) merged.set(name.toUpperCase(), `${name}=${value}`)
  }
  return [...merged].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, string]) => string)
}

/** The variables of `NAME=value` strings; a name may begin with `=`. */
export function variablesOf(strings: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const string of strings) {
    const separator = string.indexOf('=', 1)
    if (separator > 0) variables[string.slice(0, separator)] = string.slice(separator + 1)
  }
  return variables
}
