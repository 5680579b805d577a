import { win32 as path } from 'node:path'
import { fileAttribute, Win32Error, type Win32 } from '@asuser/native'
import type { Token } from '@asuser/tokens'
import { findVariable } from './environment-block.ts'
import { extensionOf, hasDirectory, hasStreamName, isFullyQualified, normalizePath } from './image-path.ts'

export interface ImageRequest {
  readonly win32: Win32
  /** Whose eyes the file is looked for with. */
  readonly token: Token
  readonly command: string
  /** Of the new process: its `PATH` and `PATHEXT` are searched. */
  readonly environment: readonly string[]
  /** Of the new process: a relative path with a directory starts here. */
  readonly workingDirectory: string
}

/**
 * The absolute path of the image that a command means: itself, or the first match in `PATH`. The directory that the
 * server stands in is never searched.
 *
 * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_BAD_PATHNAME`
 */
export async function resolveImage(request: ImageRequest): Promise<string> {
  const { command, workingDirectory } = request
  if (!hasDirectory(command)) return searchPath(request)
  const file = normalizePath(isFullyQualified(command) ? command : path.join(workingDirectory, command))
  if (!isFullyQualified(file) || hasStreamName(file)) {
    throw Win32Error.of('ERROR_BAD_PATHNAME', 'CreateProcessAsUserW', { path: command })
  }
  // The launch itself finds out whether it is there; asking before would only cost time and tell less.
  if (executableExtensions.includes(extensionOf(file))) return file
  return findFirst(request, withExtensions(request, file))
}

const executableExtensions: readonly string[] = ['.COM', '.EXE']

function searchPath(request: ImageRequest): Promise<string> {
  const directories = (findVariable(request.environment, 'PATH') ?? '')
    .split(';')
    .map((entry) => entry.replaceAll('"', '').trim())
    // A relative entry would be searched from where the server stands.
    .filter(isFullyQualified)
  const names = withExtensions(request, request.command)
  return findFirst(
    request,
    directories.flatMap((directory) => names.map((name) => path.join(directory, name))),
  )
}

/** The name itself where it has an extension, then with each executable extension in the order of `PATHEXT`. */
function withExtensions({ environment }: ImageRequest, name: string): readonly string[] {
  const extension = extensionOf(name)
  if (executableExtensions.includes(extension)) return [name]
  const listed = (findVariable(environment, 'PATHEXT') ?? '')
    .split(';')
    .map((entry) => entry.trim().toUpperCase())
    .filter((entry) => executableExtensions.includes(entry))
  const extended = (listed.length === 0 ? executableExtensions : listed).map((entry) => name + entry.toLowerCase())
  return extension === '' ? extended : [name, ...extended]
}

/** A file that the client may not look at is passed over; where nothing else is found, it is what the error tells of. */
async function findFirst({ win32, token, command }: ImageRequest, candidates: readonly string[]): Promise<string> {
  let denied: Win32Error | undefined
  for (const candidate of candidates) {
    try {
      const attributes = await win32.getFileAttributes({ path: candidate, impersonate: token.handle })
      if ((attributes & fileAttribute.FILE_ATTRIBUTE_DIRECTORY) === 0) return candidate
    } catch (error) {
      if (!(error instanceof Win32Error)) throw error
      if (!notThere.has(error.code)) denied ??= error.with({ path: candidate })
    }
  }
  throw denied ?? Win32Error.of('ERROR_FILE_NOT_FOUND', 'GetFileAttributesW', { path: command })
}

const notThere = new Set<string>([
  'ERROR_FILE_NOT_FOUND',
  'ERROR_PATH_NOT_FOUND',
  'ERROR_INVALID_NAME',
  'ERROR_BAD_PATHNAME',
  'ERROR_BAD_NETPATH',
  'ERROR_BAD_NET_NAME',
])
