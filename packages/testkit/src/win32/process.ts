import {
  accessRight,
  processAccess,
  STILL_ACTIVE,
  tokenAccess,
  type Borrowed,
  type CreatedProcess,
  type CreateProcessAsUserOptions,
  type ProcessApi,
} from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { grantOpen } from '../kernel/access.ts'
import { createProcess } from '../kernel/create-process.ts'
import { Failure } from '../kernel/failure.ts'
import { FileObject } from '../kernel/file-object.ts'
import { LentHandle } from '../kernel/handle-table.ts'
import type { PipeEnd } from '../kernel/pipe.ts'
import type { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'
import { registerWait } from './wait.ts'

const threadAllAccess = 0x1f_ffff
const threadSuspendResume = 2

export function createProcessApi(caller: Caller): ProcessApi {
  const { handles, machine } = caller
  const currentProcess = new LentHandle(handles, 'process', caller.process, processAccess.PROCESS_ALL_ACCESS)

  return {
    getCurrentProcess: () => currentProcess,

    getCurrentProcessId: () => caller.process.id,

    async createProcessAsUser(options) {
      return create(caller, options)
    },

    openProcess(processId, desiredAccess) {
      const process = machine.process(processId)
      if (process === undefined) throw new Failure('ERROR_INVALID_PARAMETER', { processId })
      return handles.open('process', process, grantOpen(caller.token, process, desiredAccess))
    },

    openThread(threadId, desiredAccess) {
      const thread = machine.thread(threadId)
      if (thread === undefined) throw new Failure('ERROR_INVALID_PARAMETER', { threadId })
      return handles.open('thread', thread, grantOpen(caller.token, thread, desiredAccess))
    },

    getExitCodeProcess(handle) {
      const process = handles.resolve(handle, processAccess.PROCESS_QUERY_LIMITED_INFORMATION, 'process')
      return process.exitCode ?? STILL_ACTIVE
    },

    terminateProcess(handle, exitCode) {
      const process = handles.resolve(handle, processAccess.PROCESS_TERMINATE, 'process')
      if (process.hasEnded) throw new Failure('ERROR_ACCESS_DENIED')
      process.end(exitCode)
    },

    resumeThread(handle) {
      return handles.resolve(handle, threadSuspendResume, 'thread').resume()
    },

    getProcessHandleCount(handle) {
      return handles.resolve(handle, processAccess.PROCESS_QUERY_LIMITED_INFORMATION, 'process').handles.size
    },

    registerWaitForSingleObject(handle, callback) {
      const object = handles.resolve(handle, accessRight.SYNCHRONIZE, 'process', 'thread', 'job')
      return registerWait(object, callback, machine.hold)
    },
  }
}

function create(caller: Caller, options: CreateProcessAsUserOptions): CreatedProcess {
  const { handles } = caller
  const inherited = new Map(
    options.handleList.map((handle) => [handle, handles.resolve(handle, 0, 'pipe', 'file')] as const),
  )
  const { input = null, output = null, error = null } = options.startupInfo.standardHandles ?? {}
  const nullDevice = [input, output, error].includes('null-device') ? openNullDevice() : undefined
  const process = createProcess(caller.machine, caller.process, {
    token: primaryTokenOf(caller, options.token),
    reachAs: caller.workerToken(options.impersonate),
    image: options.applicationName,
    commandLine: options.commandLine,
    environment: options.environment,
    currentDirectory: options.currentDirectory,
    creationFlags: options.creationFlags,
    desktop: options.startupInfo.desktop,
    jobs: options.jobList.map((job) => handles.resolve(job, 0, 'job')),
    standard: {
      input: input === 'null-device' ? nullDevice : standardObject('input', input, inherited),
      output: output === 'null-device' ? nullDevice : standardObject('output', output, inherited),
      error: error === 'null-device' ? nullDevice : standardObject('error', error, inherited),
    },
    inherited: nullDevice === undefined ? [...inherited.values()] : [...inherited.values(), nullDevice],
  })
  return {
    process: handles.open('process', process, processAccess.PROCESS_ALL_ACCESS),
    thread: handles.open('thread', process.thread, threadAllAccess),
    processId: process.id,
    threadId: process.thread.id,
  }
}

/** Both rights are needed, and since Windows 7 an impersonation token will do (windows-behaviour 2.6). */
function primaryTokenOf(caller: Caller, token: Borrowed<'token'>): Token {
  return caller.handles.resolve(token, tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_ASSIGN_PRIMARY, 'token')
}

function openNullDevice(): FileObject {
  return new FileObject({}, nullDeviceSecurity)
}

const nullDeviceSecurity = SecurityDescriptor.fromSddl('O:BAG:SYD:(A;;GRGWGX;;;WD)(A;;FA;;;SY)(A;;FA;;;BA)')

function standardObject(
  name: string,
  handle: Borrowed<'pipe' | 'file'> | null,
  inherited: ReadonlyMap<Borrowed<'pipe' | 'file'>, PipeEnd | FileObject>,
): PipeEnd | FileObject | undefined {
  if (handle === null) return undefined
  const object = inherited.get(handle)
  if (object !== undefined) return object
  throw Object.assign(
    new TypeError(`startupInfo.standardHandles.${name} must be in the handle list: a process inherits nothing else`),
    { code: 'ERR_INVALID_ARG_VALUE' },
  )
}
