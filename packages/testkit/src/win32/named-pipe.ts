import {
  accessRight,
  pipeAccess,
  type Borrowed,
  type CreateNamedPipeOptions,
  type Handle,
  type NamedPipeApi,
  type StreamHandle,
} from '@asuser/native'
import { mapGenericMask, SecurityDescriptor } from '@asuser/security-descriptors'
import { grantAccess } from '../kernel/access.ts'
import { genericMappingOf } from '../kernel/default-security.ts'
import { Failure } from '../kernel/failure.ts'
import {
  defaultQualityOfService,
  type NamedPipe,
  NamedPipeClientEnd,
  NamedPipeInstance,
  networkQualityOfService,
} from '../kernel/named-pipe.ts'
import type { PipeEnd } from '../kernel/pipe.ts'
import { remoteClientToken } from '../lsa/remote-client.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'
import { securityOf } from './given-security.ts'

export function createNamedPipeApi(caller: Caller): NamedPipeApi {
  const { handles, lsa, machine } = caller

  /** How the next instance of the same pipe is created. */
  const creations = new WeakMap<Handle<'pipe'>, CreateNamedPipeOptions>()

  function instanceOf(end: PipeEnd): NamedPipeInstance {
    if (!(end instanceof NamedPipeInstance)) throw new Failure('ERROR_INVALID_FUNCTION')
    return end
  }

  function endOf(handle: Borrowed<'pipe'> | StreamHandle<'pipe'>): PipeEnd {
    return handles.lookUpForNow(handle, 'pipe').object
  }

  function findPipe(name: string): NamedPipe {
    const pipe = machine.namedPipes.find(nameHere(name))
    if (pipe === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { name })
    return pipe
  }

  /** The name on this computer, which a client may reach over the network as well. */
  function nameHere(name: string): string {
    const [, computer, path] = otherComputer.exec(name) ?? []
    if (computer === undefined || path === undefined) return localName(name)
    if (computer.toLowerCase() === lsa.accounts.computerName.toLowerCase()) return path
    throw new NotSimulatedError('openNamedPipe', `another computer (${name})`)
  }

  function createInstance(options: CreateNamedPipeOptions): Handle<'pipe'> {
    const { name, firstInstance, maxInstances, security } = options
    const existing = machine.namedPipes.find(localName(name))
    if (existing !== undefined && firstInstance) throw new Failure('ERROR_ACCESS_DENIED', { name })
    if (existing !== undefined) checkMayAddInstance(caller, existing)
    const pipe = existing ?? machine.namedPipes.create(localName(name), maxInstances, pipeSecurity(caller, security))
    const handle = handles.open('pipe', pipe.addInstance(caller.process, options.rejectRemoteClients), serverAccess)
    creations.set(handle, { ...options, firstInstance: false })
    return handle
  }

  function createInstanceLike(handle: Handle<'pipe'>): Handle<'pipe'> | null {
    const options = creations.get(handle)
    if (options === undefined) return null
    try {
      return createInstance(options)
    } catch (error) {
      if (error instanceof Failure) return null
      throw error
    }
  }

  return {
    createNamedPipe: createInstance,

    async connectNamedPipe(handle, addAnother) {
      const instance = instanceOf(handles.resolve(handle, 0, 'pipe'))
      const forget = handles.whenClosed(handle, () => instance.cancelConnect())
      try {
        await instance.connect(machine.hold)
      } finally {
        forget()
      }
      return addAnother ? createInstanceLike(handle) : null
    },

    setConnectNamedPipeRef(handle, referenced) {
      instanceOf(handles.resolve(handle, 0, 'pipe')).setConnectRef(referenced)
    },

    disconnectNamedPipe(handle) {
      instanceOf(handles.resolve(handle, 0, 'pipe')).disconnect()
    },

    async openNamedPipe({ name, desiredAccess, securityQualityOfService, impersonate }) {
      const isRemote = otherComputer.test(name)
      const pipe = findPipe(name)
      const client = caller.workerToken(impersonate)
      const token = isRemote ? remoteClientToken(lsa, client) : client
      const asked = mapGenericMask(desiredAccess, genericMapping) & ~pipeAccess.FILE_CREATE_PIPE_INSTANCE
      const wanted = asked | alwaysAsked
      const granted = grantAccess({ token, descriptor: pipe.security, desiredAccess: wanted, genericMapping })
      const { listening } = pipe
      if (listening === undefined) throw new Failure('ERROR_PIPE_BUSY', { name })
      // That it is this code is what those who try it see: spiffe/spire, pull request 3236.
      if (isRemote && listening.rejectsRemoteClients) throw new Failure('ERROR_ACCESS_DENIED', { name })
      const end = listening.accept({
        process: caller.process,
        remoteComputer: isRemote ? lsa.accounts.computerName : undefined,
        token,
        // What a client of another computer says of it is passed over (windows-behaviour 2.3).
        service: isRemote ? networkQualityOfService : (securityQualityOfService ?? defaultQualityOfService),
        tokenSecurity: caller.defaultSecurity('token'),
      })
      return handles.open('pipe', end, granted)
    },

    async waitNamedPipe({ name, timeout }) {
      const pipe = findPipe(name)
      if (pipe.listening === undefined) await untilListening(pipe, timeout, name)
    },

    getNamedPipeClientProcessId(handle) {
      const { client } = instanceOf(endOf(handle))
      if (client.remoteComputer === undefined) return client.process.id
      throw new NotSimulatedError('getNamedPipeClientProcessId', 'a client of the network')
    },

    getNamedPipeClientSessionId(handle) {
      const { client } = instanceOf(endOf(handle))
      if (client.remoteComputer === undefined) return client.process.token.sessionId
      throw new NotSimulatedError('getNamedPipeClientSessionId', 'a client of the network')
    },

    getNamedPipeClientComputerName(handle) {
      const { remoteComputer } = instanceOf(endOf(handle)).client
      if (remoteComputer === undefined) throw new Failure('ERROR_PIPE_LOCAL')
      return remoteComputer
    },

    getNamedPipeServerProcessId(handle) {
      const end = endOf(handle)
      if (end instanceof NamedPipeClientEnd) return end.instance.server.id
      return instanceOf(end).server.id
    },
  }
}

const genericMapping = genericMappingOf('pipe')

/** What `CreateFile` adds to the access that it is told. */
const alwaysAsked = accessRight.SYNCHRONIZE | pipeAccess.FILE_READ_ATTRIBUTES

/** Generic read and write, which a duplex instance is opened with. */
const serverAccess = genericMapping.read | genericMapping.write

const localPrefix = /^\\\\[.?]\\pipe\\/iu
/** Over the network, though the computer may be this one. */
const otherComputer = /^\\\\([^\\.?][^\\]*)\\pipe\\(.+)/iu

/** The name within this computer. */
function localName(name: string): string {
  const local = name.replace(localPrefix, '')
  if (local === name || local === '') throw new Failure('ERROR_INVALID_NAME', { name })
  return local
}

function checkMayAddInstance(caller: Caller, { security }: NamedPipe): void {
  const desiredAccess = serverAccess | pipeAccess.FILE_CREATE_PIPE_INSTANCE
  grantAccess({ token: caller.token, descriptor: security, desiredAccess, genericMapping })
}

/**
 * What is given, or the default of named pipes: all for the creator, SYSTEM and administrators, and reading for everyone.
 *
 * @see https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights
 */
function pipeSecurity(caller: Caller, given: Uint8Array | null): SecurityDescriptor {
  if (given !== null) return securityOf(caller, 'pipe', given)
  const { owner, group } = caller.defaultSecurity('pipe')
  const creator = owner === undefined ? '' : `(A;;FA;;;${owner.toString()})`
  return SecurityDescriptor.fromSddl(`D:(A;;FA;;;SY)(A;;FA;;;BA)${creator}(A;;FR;;;WD)(A;;FR;;;AN)`).with({
    owner,
    group,
  })
}

async function untilListening(pipe: NamedPipe, timeout: number, name: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      stopWaiting()
      reject(new Failure('ERROR_SEM_TIMEOUT', { name }))
    }, timeout)
    const stopWaiting = pipe.whenListening((exists) => {
      clearTimeout(timer)
      if (exists) resolve()
      else reject(new Failure('ERROR_FILE_NOT_FOUND', { name }))
    })
  })
}
