import { creationDisposition, fileShare, type FileApi, type FilePathOptions, type Handle } from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { Failure } from '../kernel/failure.ts'
import { FileObject } from '../kernel/file-object.ts'
import { ClientFiles, type OpenRequest } from '../kernel/file-system.ts'
import type { FileNode } from '../kernel/file-tree.ts'
import { FileReadStream, FileWriteStream } from '../kernel/file-stream.ts'
import type { OpenFile } from '../kernel/open-file.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'

const shareAll = fileShare.FILE_SHARE_READ | fileShare.FILE_SHARE_WRITE | fileShare.FILE_SHARE_DELETE
const fileGenericRead = objectTypes.file.genericMapping.read
const volumeSerialNumber = 0x5eed_c0de

export function createFileApi(caller: Caller): FileApi {
  /** Does something as the client, and names the path where it fails. */
  function as<T>({ impersonate, path }: FilePathOptions, work: (files: ClientFiles) => T): T {
    try {
      const token = caller.workerToken(impersonate)
      return work(new ClientFiles(caller.machine.files, caller.process.currentDirectory, token))
    } catch (error) {
      throw error instanceof Failure ? new Failure(error.code, { path, ...error.context }, error.syscall) : error
    }
  }

  function withOpenFile<T>(options: FilePathOptions & OpenRequest, work: (file: OpenFile) => T): T {
    return as(options, (files) => {
      const file = files.open(options)
      try {
        return work(file)
      } finally {
        file.close()
      }
    })
  }

  /** The file of a handle, which is closed; whoever gets the object holds it open. */
  function take(handle: Handle<'file'>): { readonly object: FileObject; readonly open: OpenFile } {
    const object = caller.handles.resolve(handle, 0, 'file')
    const { open } = object.target
    if (open === undefined) throw new NotSimulatedError('a stream of a file', 'a standard handle')
    return { object, open }
  }

  return {
    async getFileAttributes(options) {
      return as(options, (files) => files.attributes(options.path))
    },

    async createFile(options) {
      const open = as(options, (files) => files.open(options))
      return caller.handles.open('file', new FileObject({ open }, open.node.security), open.access)
    },

    openFileDescriptor() {
      throw new NotSimulatedError('openFileDescriptor', 'any file, for Node knows only descriptors of the real system')
    },

    openFileReadStream(handle) {
      const { object, open } = take(handle)
      open.checkRead()
      const stream = new FileReadStream(object, open)
      handle.close()
      caller.process.onceEnded(() => stream.destroy())
      return stream
    },

    openFileWriteStream(handle) {
      const { object, open } = take(handle)
      open.checkWrite()
      const stream = new FileWriteStream(object, open)
      handle.close()
      caller.process.onceEnded(() => stream.destroy())
      return stream
    },

    async readFile(options) {
      const request: OpenRequest = {
        path: options.path,
        desiredAccess: fileGenericRead,
        shareMode: shareAll,
        creationDisposition: creationDisposition.OPEN_EXISTING,
        flagsAndAttributes: 0,
      }
      return withOpenFile({ ...options, ...request }, (file) => file.readAll())
    },

    async writeFile(options) {
      const data = options.data.slice()
      const request = { ...options, shareMode: shareAll, flagsAndAttributes: 0 }
      withOpenFile(request, (file) => file.write(data))
    },

    async getFileInformation(options) {
      const node = as(options, (files) => files.look(options.path, options.followLinks))
      return {
        attributes: node.attributes,
        reparseTag: node.reparseTag,
        size: BigInt(node.contents.length),
        creationTime: node.times.created,
        lastAccessTime: node.times.accessedAt,
        lastWriteTime: node.times.writtenAt,
        changeTime: node.times.changedAt,
        volumeSerialNumber,
        fileId: node.id,
        numberOfLinks: 1,
      }
    },

    async findFiles(options) {
      return as(options, (files) => files.list(options.path)).map(foundFile)
    },

    async createDirectory(options) {
      as(options, (files) => files.createDirectory(options.path))
    },

    async deleteFile(options) {
      as(options, (files) => files.deleteFile(options.path, options.ignoreReadOnly))
    },

    async removeDirectory(options) {
      as(options, (files) => files.removeDirectory(options.path, options.ignoreReadOnly))
    },

    async removeTree(options) {
      as(options, (files) => files.removeTree(options.path))
    },

    async moveFile(options) {
      as(options, (files) => files.move(options.path, options.newPath, options.replaceExisting))
    },

    async getFinalPathName(options) {
      return `\\\\?\\${as(options, (files) => files.look(options.path, true)).path}`
    },
  }
}

function foundFile({ name, attributes, reparseTag, contents }: FileNode<unknown>): {
  readonly name: string
  readonly attributes: number
  readonly reparseTag: number
  readonly size: bigint
} {
  return { name, attributes, reparseTag, size: BigInt(contents.length) }
}
