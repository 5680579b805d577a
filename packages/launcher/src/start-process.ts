import { type CreatedProcess, creationFlag, type Handle, type StartupInfo } from '@asuser/native'
import type { Token } from '@asuser/tokens'
import type { Cancellation } from './cancellation.ts'
import { formatCommandLine } from './command-line.ts'
import { formatDesktopName } from './desktop-name.ts'
import { composeEnvironment, isOfClient, readClientEnvironment } from './environment.ts'
import { AbortError, LaunchError } from './errors.ts'
import { describeClient, describeIdentity, openIdentity } from './identity.ts'
import { resolveImage } from './image.ts'
import { createJob } from './job.ts'
import type { LaunchRequest } from './launch-request.ts'
import { nameMissingPrivileges } from './missing-privileges.ts'
import { ResourceStack } from './resource-stack.ts'
import { killedExitCode, StartedProcess } from './started-process.ts'
import { StationGrant } from './station-grant.ts'
import type { ChildStdio } from './stdio.ts'
import { warnOfLeftovers } from './warnings.ts'
import { defaultWorkingDirectory } from './working-directory.ts'

/**
 * Starts a process as the client, step by step. Whatever fails, nothing is left of the attempt when the promise rejects.
 *
 * @throws LaunchError
 * @throws AbortError
 */
export async function startProcess(
  request: LaunchRequest,
  stdio: ChildStdio,
  cancellation: Cancellation,
): Promise<StartedProcess> {
  const attempt = new LaunchAttempt(request, stdio, cancellation)
  try {
    return await attempt.start()
  } catch (error) {
    await attempt.undo()
    throw attempt.describeFailure(error)
  }
}

/** What `createProcessAsUser` is given, apart from what the request says. */
interface Preparation {
  readonly token: Token
  readonly image: string
  readonly commandLine: string
  readonly workingDirectory: string
  readonly environment: readonly string[]
  readonly job: Handle<'job'>
}

class LaunchAttempt {
  readonly #request: LaunchRequest
  readonly #stdio: ChildStdio
  readonly #cancellation: Cancellation
  /** Given back after the last process, or when the attempt fails. */
  readonly #resources = new ResourceStack()
  #identity: string | undefined
  #workingDirectory: string | undefined
  #image: string | undefined

  constructor(request: LaunchRequest, stdio: ChildStdio, cancellation: Cancellation) {
    this.#request = request
    this.#stdio = stdio
    this.#cancellation = cancellation
    this.#workingDirectory = request.cwd
  }

  async start(): Promise<StartedProcess> {
    const { win32, identity } = this.#request
    this.#cancellation.throwIfCancelled()
    using token = await openIdentity(win32, identity)
    try {
      return await this.#startAs(token)
    } catch (error) {
      this.#identity = describeClient(identity, token)
      throw error
    }
  }

  async #startAs(token: Token): Promise<StartedProcess> {
    const { win32, command, args, env, extraEnv, detached } = this.#request
    const client = this.#goOn(await this.#readClientEnvironment(token))
    const environment = composeEnvironment(client, env, extraEnv)
    const workingDirectory = this.#goOn(await this.#chooseWorkingDirectory(token, client))
    const search = { win32, token, command, environment, workingDirectory }
    const image = this.#goOn(await resolveImage(search))
    this.#image = image
    const commandLine = formatCommandLine(image, args, this.#request.windowsVerbatimArguments)
    const job = this.#resources.use(createJob(win32, this.#request.job, detached))
    const grant = this.#goOn(await this.#letOntoDesktop(token))
    const preparation = { token, image, commandLine, workingDirectory, environment, job }
    const created = await this.#createProcess(preparation)
    const started = StartedProcess.watch({ win32, created, job, grant, image, resources: this.#resources })
    this.#stdio.closeChildEnds()
    await this.#endIfCancelled(started)
    return started
  }

  /** Never fails: what cannot be undone is told of in a process warning. */
  async undo(): Promise<void> {
    this.#stdio.destroy()
    try {
      await this.#resources.release()
    } catch (error) {
      warnOfLeftovers(error)
    }
  }

  describeFailure(error: unknown): Error {
    if (error instanceof AbortError) return error
    return new LaunchError({
      cause: error instanceof Error ? error : new Error(String(error)),
      command: this.#request.command,
      image: this.#image,
      workingDirectory: this.#workingDirectory,
      identity: this.#identity ?? describeIdentity(this.#request.identity),
    })
  }

  /** Passes the result of a step on, unless the launch was called off meanwhile. */
  #goOn<T>(result: T): T {
    this.#cancellation.throwIfCancelled()
    return result
  }

  /** Nothing where nobody looks: the caller names the environment and the directory. */
  async #readClientEnvironment(token: Token): Promise<readonly string[]> {
    const { win32, env, cwd } = this.#request
    return isOfClient(env) || cwd === undefined ? readClientEnvironment(win32, token) : []
  }

  async #chooseWorkingDirectory(token: Token, clientEnvironment: readonly string[]): Promise<string> {
    this.#workingDirectory ??= await defaultWorkingDirectory(this.#request.win32, token, clientEnvironment)
    return this.#workingDirectory
  }

  async #letOntoDesktop(token: Token): Promise<StationGrant | undefined> {
    const { win32, desktop } = this.#request
    if (desktop === undefined || !desktop.grant) return undefined
    const grant = await StationGrant.acquire({ win32, token, ...desktop.name })
    if (grant !== undefined) this.#resources.defer(() => grant.release())
    return grant
  }

  async #createProcess(preparation: Preparation): Promise<CreatedProcess> {
    const { token, image, commandLine, environment, workingDirectory, job } = preparation
    try {
      const created = await this.#request.win32.createProcessAsUser({
        token: token.handle,
        // The client, not the server, must be able to reach the image and the directory.
        impersonate: token.handle,
        applicationName: image,
        commandLine,
        environment,
        currentDirectory: workingDirectory,
        creationFlags: this.#creationFlags,
        startupInfo: this.#startupInfo,
        handleList: this.#stdio.handleList,
        jobList: [job],
      })
      this.#resources.use(created.process)
      created.thread.close()
      return created
    } catch (error) {
      throw nameMissingPrivileges(this.#request.win32, error)
    }
  }

  get #creationFlags(): number {
    const { windowsHide, detached } = this.#request
    // Never the console of the server: the client would read what is typed there.
    const console = windowsHide ? creationFlag.CREATE_NO_WINDOW : creationFlag.CREATE_NEW_CONSOLE
    return detached ? console | creationFlag.CREATE_NEW_PROCESS_GROUP : console
  }

  get #startupInfo(): StartupInfo {
    return {
      desktop: formatDesktopName(this.#request.desktop?.name),
      title: null,
      showWindow: null,
      standardHandles: this.#stdio.standardHandles,
    }
  }

  /** A launch that was called off while Windows was at it: the process ends, and with it the attempt. */
  async #endIfCancelled(started: StartedProcess): Promise<void> {
    if (this.#cancellation.reason === undefined) return
    started.terminateTree(killedExitCode)
    await started.ended
    throw this.#cancellation.reason
  }
}
