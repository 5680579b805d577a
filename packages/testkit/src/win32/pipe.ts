import type { Handle, PipeApi, PipeStreamDirection } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { FileObject } from '../kernel/file-object.ts'
import { Failure } from '../kernel/failure.ts'
import { OpenStreamHandle } from '../kernel/handle-table.ts'
import { PipeBuffer, PipeEnd } from '../kernel/pipe.ts'
import { NamedPipeInstance } from '../kernel/named-pipe.ts'
import { PipeStream } from '../kernel/pipe-stream.ts'
import type { Caller } from './caller.ts'

const fileReadAccess = 0x12_0089
const fileWriteAccess = 0x12_0116
const fileWriteAttributes = 0x100
const fileReadAttributes = 0x80

export function createPipeApi(caller: Caller): PipeApi {
  const { handles } = caller

  function openStream(handle: Handle<'pipe'>, direction: PipeStreamDirection, onClose: () => void): PipeStream {
    const end = handles.resolve(handle, 0, 'pipe')
    if (roles[direction] !== end.role) throw new Failure('ERROR_ACCESS_DENIED')
    if (end instanceof NamedPipeInstance && end.isAwaited) throw new Failure('ERROR_BUSY')
    const { streams } = caller.process
    const stream: PipeStream = new PipeStream(end, {
      onClose() {
        streams.delete(stream)
        onClose()
      },
      writer: () => caller.token,
      hold: caller.machine.hold,
    })
    streams.add(stream)
    handle.close()
    // Reads ahead, as a socket of Node does.
    if (direction !== 'outbound') stream.read(0)
    return stream
  }

  return {
    createPipePair(direction) {
      const buffer = new PipeBuffer()
      const security = userOnlySecurity(caller)
      const reader = new PipeEnd({ incoming: buffer }, security)
      const writer = new PipeEnd({ outgoing: buffer }, security)
      return direction === 'outbound'
        ? {
            server: handles.open('pipe', writer, fileWriteAccess),
            client: handles.open('pipe', reader, fileReadAccess | fileWriteAttributes),
          }
        : {
            server: handles.open('pipe', reader, fileReadAccess),
            client: handles.open('pipe', writer, fileWriteAccess | fileReadAttributes),
          }
    },

    openPipeStream: (handle, direction) => openStream(handle, direction, () => {}),

    openNamedPipeStream(pipe) {
      const handle = new OpenStreamHandle(handles, 'pipe', handles.lookUp(pipe, 'pipe'))
      return { stream: openStream(pipe, 'duplex', () => handle.end()), handle }
    },

    duplicateStandardHandle(device) {
      const object = caller.process.standard[device]
      if (object === undefined) return null
      // The contract calls every standard handle a file.
      const file = object.kind === 'file' ? object : new FileObject({ pipe: object }, object.security)
      return handles.open('file', file, file.genericMapping.all)
    },
  }
}

const roles = { inbound: 'reader', outbound: 'writer', duplex: 'duplex' } as const

/** Owner and only user: the process that made the pipe. */
function userOnlySecurity(caller: Caller): SecurityDescriptor {
  const { owner, group } = caller.defaultSecurity('pipe')
  const user = caller.token.user.sid
  return SecurityDescriptor.fromSddl(`D:P(A;;FA;;;${user.toString()})`).with({ owner, group })
}
