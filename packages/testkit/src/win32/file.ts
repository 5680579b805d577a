import type { FileApi } from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { decideAccess } from '../kernel/access.ts'
import { Failure } from '../kernel/failure.ts'
import { type FileNode, grantFileAccess } from '../kernel/file-tree.ts'
import type { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'

export function createFileApi(caller: Caller): FileApi {
  return {
    async getFileAttributes({ path, impersonate }) {
      const token = caller.workerToken(impersonate)
      const node = caller.machine.files.find(path, caller.process.currentDirectory, token)
      if (!mayList(token, node.parent)) readAttributes(token, node, path)
      return node.attributes
    },
  }
}

function readAttributes(token: Token, node: FileNode<unknown>, path: string): void {
  try {
    grantFileAccess(token, node, objectTypes.file.rights.FILE_READ_ATTRIBUTES)
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.code, { path }) : error
  }
}

/** Who may list a directory sees the attributes of what is in it. */
function mayList(token: Token, directory: FileNode<unknown> | undefined): boolean {
  if (directory === undefined) return false
  const decision = decideAccess({
    token,
    descriptor: directory.security,
    desiredAccess: objectTypes.directory.rights.FILE_LIST_DIRECTORY,
    genericMapping: objectTypes.directory.genericMapping,
  })
  return 'granted' in decision
}
