import type { ImpersonateOption } from './impersonation.ts'

export interface GetFileAttributesOptions extends ImpersonateOption {
  readonly path: string
}

export interface FileApi {
  /**
   * The `FILE_ATTRIBUTE_*` bits of a file or directory, as the client of `impersonate` sees it.
   *
   * Needs `FILE_READ_ATTRIBUTES` on the file, or `FILE_LIST_DIRECTORY` on its directory.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_PATH_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_NAME`
   * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getfileattributesw
   */
  getFileAttributes(options: GetFileAttributesOptions): Promise<number>
}
