import { Failure } from './failure.ts'

/** An absolute path in its parts: the drive and the names below it. */
export interface ParsedPath {
  readonly drive: string
  readonly names: readonly string[]
}

const invalidCharacters = /[<>"|?*\p{Cc}]/u

/**
 * Takes a path apart as the file functions do: slashes both ways, `.` and `..`, no dots and spaces at the end of a name.
 *
 * @throws Failure `ERROR_PATH_NOT_FOUND` for an empty path, `ERROR_INVALID_NAME`, `ERROR_BAD_NETPATH` for a share
 */
export function parsePath(path: string, currentDirectory: string): ParsedPath {
  if (path === '') throw new Failure('ERROR_PATH_NOT_FOUND', { path })
  if (path.startsWith('\\\\?\\')) return parseLiteralPath(path)
  const absolute = makeAbsolute(path.replaceAll('/', '\\'), currentDirectory)
  if (absolute.startsWith('\\\\')) throw new Failure('ERROR_BAD_NETPATH', { path })
  const names: string[] = []
  for (const part of absolute.slice(2).split('\\')) {
    if (part === '' || part === '.') continue
    if (part === '..') names.pop()
    else names.push(nameOf(part, path))
  }
  return { drive: absolute.slice(0, 2).toUpperCase(), names }
}

/** Below `\\?\` a path is taken as it is: no slashes the other way, no `.` and `..`, no trimming. */
function parseLiteralPath(path: string): ParsedPath {
  const literal = path.slice(4)
  if (/^UNC\\/iu.test(literal)) throw new Failure('ERROR_BAD_NETPATH', { path })
  if (!/^[a-z]:\\/iu.test(literal)) throw new Failure('ERROR_PATH_NOT_FOUND', { path })
  const names = literal.slice(3).split('\\')
  if (names.at(-1) === '') names.pop()
  for (const name of names) checkName(name, path)
  return { drive: literal.slice(0, 2).toUpperCase(), names }
}

/** The path in the form in which Windows shows it: one backslash between names, no slash at the end but for a drive. */
export function normalizePath(path: string, currentDirectory: string): string {
  const { drive, names } = parsePath(path, currentDirectory)
  return `${drive}\\${names.join('\\')}`
}

function makeAbsolute(path: string, currentDirectory: string): string {
  if (/^[a-z]:\\/iu.test(path) || path.startsWith('\\\\')) return path
  if (path.startsWith('\\')) return currentDirectory.slice(0, 2) + path
  return `${currentDirectory}\\${path}`
}

function checkName(name: string, path: string): void {
  const isInvalid = name === '' || invalidCharacters.test(name) || name.includes(':') || name.includes('/')
  if (isInvalid) throw new Failure('ERROR_INVALID_NAME', { path })
}

function nameOf(part: string, path: string): string {
  checkName(part, path)
  return part.replace(/[. ]+$/u, '')
}
