import { fileAttribute, Win32Error, type Win32 } from '@asuser/native'
import type { Token } from '@asuser/tokens'
import { findVariable } from './environment-block.ts'

/**
 * Where a process starts that was not told where: in the client's own folder if the client can reach it, otherwise in
 * the system folder, which everybody can. Never where the server stands.
 *
 * @throws Win32Error `ERROR_PATH_NOT_FOUND` when the client's environment names neither
 */
export async function defaultWorkingDirectory(
  win32: Win32,
  token: Token,
  clientEnvironment: readonly string[],
): Promise<string> {
  const profile = findVariable(clientEnvironment, 'USERPROFILE')
  if (profile !== undefined && (await isReachableDirectory(win32, token, profile))) return profile
  const systemRoot = findVariable(clientEnvironment, 'SystemRoot')
  if (systemRoot === undefined) {
    throw Win32Error.of('ERROR_PATH_NOT_FOUND', 'CreateEnvironmentBlock', { missing: 'USERPROFILE, SystemRoot' })
  }
  return `${systemRoot}\\System32`
}

async function isReachableDirectory(win32: Win32, token: Token, path: string): Promise<boolean> {
  try {
    const attributes = await win32.getFileAttributes({ path, impersonate: token.handle })
    return (attributes & fileAttribute.FILE_ATTRIBUTE_DIRECTORY) !== 0
  } catch (error) {
    if (error instanceof Win32Error) return false
    throw error
  }
}
