import { accessRight, creationFlag, jobLimit, tokenElevationType, tokenType } from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { grantedWithoutCheck } from './access.ts'
import { defaultSecurity } from './default-security.ts'
import { connectToDesktop } from './desktop-connection.ts'
import { Failure } from './failure.ts'
import type { FileObject } from './file-object.ts'
import { grantFileAccess } from './file-tree.ts'
import type { Job } from './job.ts'
import type { Machine } from './machine.ts'
import type { PipeEnd } from './pipe.ts'
import { Process, type StandardObjects } from './process.ts'
import type { ProgramFile } from './program-file.ts'
import { primaryLevel, type Token } from './token.ts'

export interface ProcessRequest {
  /** Whose process it becomes. */
  readonly token: Token
  /** Whoever the image and the directory are reached as. */
  readonly reachAs: Token
  readonly image: string
  readonly commandLine: string
  readonly environment: readonly string[] | null
  readonly currentDirectory: string | null
  readonly creationFlags: number
  /** `station\desktop`, `''` for the station of the logon session, null for that of the creator. */
  readonly desktop: string | null
  readonly jobs: readonly Job[]
  readonly standard: StandardObjects
  /** What the process holds open from its creator, the standard objects among it. */
  readonly inherited: readonly (PipeEnd | FileObject)[]
}

const longestCommandLine = 32_766
const dllInitFailed = 0xc000_0142
const all = accessRight.GENERIC_ALL

/**
 * Creates a process and lets it run at the next turn of the event loop, unless it is to be suspended.
 *
 * The order of the checks is that of Windows where it is known: directory, token, image, privileges, manifest.
 *
 * @throws Failure as `CreateProcessAsUser` does
 */
export function createProcess(machine: Machine, creator: Process, request: ProcessRequest): Process {
  if (request.commandLine.length > longestCommandLine) throw new Failure('ERROR_FILENAME_EXCED_RANGE')
  const currentDirectory = openCurrentDirectory(machine, creator, request)
  const file = openImage(machine, creator, request)
  checkPrivileges(creator.token, request.token)
  checkElevation(file, request)
  const jobs = jobsOf(creator, request)
  const process = allocate(machine, creator, request, currentDirectory)
  enterJobs(process, jobs)
  inherit(process, request)
  machine.addProcess(process)
  process.thread.onceRunning(() => start(machine, creator, process, request.desktop, file))
  return process
}

function openCurrentDirectory(machine: Machine, creator: Process, request: ProcessRequest): string {
  if (request.currentDirectory === null) return creator.currentDirectory
  try {
    const node = machine.files.find(request.currentDirectory, creator.currentDirectory, request.reachAs)
    if (!node.isDirectory) throw new Failure('ERROR_DIRECTORY')
    grantFileAccess(request.reachAs, node, objectTypes.directory.rights.FILE_TRAVERSE)
    return node.path
  } catch (error) {
    // Whatever is wrong with the directory, Windows reports it with the one code.
    if (!(error instanceof Failure)) throw error
    throw new Failure('ERROR_DIRECTORY', { currentDirectory: request.currentDirectory })
  }
}

function openImage(machine: Machine, creator: Process, request: ProcessRequest): ProgramFile {
  const path = request.image
  const node = machine.files.find(path, creator.currentDirectory, request.reachAs)
  if (node.isDirectory) throw new Failure('ERROR_ACCESS_DENIED', { path })
  withContext({ path }, () => grantFileAccess(request.reachAs, node, objectTypes.file.rights.FILE_EXECUTE))
  if (node.program === undefined) throw new Failure('ERROR_BAD_EXE_FORMAT', { path })
  return node.program
}

/** A token of the caller's own logon needs no privilege; any other needs both (windows-behaviour 2.6). */
function checkPrivileges(caller: Token, token: Token): void {
  if (isOwnToken(caller, token)) return
  for (const privilege of ['SeAssignPrimaryTokenPrivilege', 'SeIncreaseQuotaPrivilege'] as const) {
    if (!caller.holdsPrivilege(privilege)) throw new Failure('ERROR_PRIVILEGE_NOT_HELD', { privilege })
  }
}

function isOwnToken(caller: Token, token: Token): boolean {
  return token.session.luid === caller.session.luid && token.contents.elevationType === caller.contents.elevationType
}

function checkElevation(file: ProgramFile, { token, image }: ProcessRequest): void {
  const isLimited = token.contents.elevationType === tokenElevationType.TokenElevationTypeLimited
  if (file.requiresAdministrator && (isLimited || !token.contents.elevated)) {
    throw new Failure('ERROR_ELEVATION_REQUIRED', { path: image })
  }
}

/** The jobs of the creator, unless the process breaks away, and then those of the request. */
function jobsOf(creator: Process, request: ProcessRequest): readonly Job[] {
  const inherited = creator.innermostJob
  if (inherited === undefined) return request.jobs
  if (inherited.hasLimit(jobLimit.JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK)) return request.jobs
  if (request.creationFlags & creationFlag.CREATE_BREAKAWAY_FROM_JOB) {
    if (!inherited.hasLimit(jobLimit.JOB_OBJECT_LIMIT_BREAKAWAY_OK)) throw new Failure('ERROR_ACCESS_DENIED')
    return request.jobs
  }
  return [inherited, ...request.jobs]
}

function allocate(machine: Machine, creator: Process, request: ProcessRequest, currentDirectory: string): Process {
  const token = request.token.duplicate(
    { type: tokenType.TokenPrimary, level: primaryLevel },
    // Its own default, not the DACL of the given token object (windows-behaviour 2.6); the process can open it.
    defaultSecurity(request.token.contents, 'token'),
  )
  return new Process(
    {
      id: machine.nextId(),
      threadId: machine.nextId(),
      token,
      image: request.image,
      commandLine: request.commandLine,
      environment: request.environment ?? creator.environment,
      currentDirectory,
      suspended: (request.creationFlags & creationFlag.CREATE_SUSPENDED) !== 0,
      origins: machine.origins,
      onEnd: (process) => machine.removeProcess(process),
    },
    defaultSecurity(token.contents, 'process'),
  )
}

/** From its first instruction on it is in all of its jobs, or it is not at all. */
function enterJobs(process: Process, jobs: readonly Job[]): void {
  try {
    for (const job of jobs) job.assign(process)
  } catch (error) {
    process.end(dllInitFailed)
    throw error
  }
}

function inherit(process: Process, { standard, inherited }: ProcessRequest): void {
  process.standard = standard
  for (const object of inherited) {
    if (object.kind === 'pipe') process.handles.open('pipe', object, grantedWithoutCheck(object.genericMapping, all))
    else process.handles.open('file', object, grantedWithoutCheck(object.genericMapping, all))
  }
}

function start(
  machine: Machine,
  creator: Process,
  process: Process,
  requestedDesktop: string | null,
  file: ProgramFile,
): void {
  setImmediate(() => {
    if (process.hasEnded) return
    process.desktop = connectToDesktop(machine, creator, process.token, requestedDesktop)
    if (process.desktop === undefined) process.end(dllInitFailed)
    else machine.run(process, file)
  })
}

function withContext(context: Failure['context'], work: () => void): void {
  try {
    work()
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.code, { ...error.context, ...context }) : error
  }
}
