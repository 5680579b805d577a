import type { Borrowed } from './handle.ts'

export interface CreateEnvironmentBlockOptions {
  /** Whose environment; null for the system variables alone. */
  readonly token: Borrowed<'token'> | null
  /** Whether the environment of this process is merged in. */
  readonly inherit: boolean
}

export interface ProfileApi {
  /**
   * The environment variables of a user as `NAME=value` strings, in the order of the block. Some names start with `=`
   * (`=C:=C:\work`).
   *
   * Needs `TOKEN_QUERY | TOKEN_DUPLICATE` on a primary token, `TOKEN_QUERY` on an impersonation token. The variables
   * that the user has set are there only while the profile is loaded.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_INVALID_HANDLE`
   * @see https://learn.microsoft.com/windows/win32/api/userenv/nf-userenv-createenvironmentblock
   */
  createEnvironmentBlock(options: CreateEnvironmentBlockOptions): Promise<readonly string[]>

  /**
   * The root folder of the profile of a user, whether it exists or not.
   *
   * Needs `TOKEN_QUERY`.
   *
   * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_NONE_MAPPED`, `ERROR_FILE_NOT_FOUND`
   * @see https://learn.microsoft.com/windows/win32/api/userenv/nf-userenv-getuserprofiledirectoryw
   */
  getUserProfileDirectory(token: Borrowed<'token'>): Promise<string>
}
