import { ClientProcess } from './client-process.ts'
import { parseLaunch } from './launch-request.ts'
import type { LaunchOptions } from './options.ts'

/**
 * Starts a process as a client and returns at once, with streams that can be used from then on. Events tell the rest,
 * as with `spawn` of `node:child_process`.
 *
 * Needs SeAssignPrimaryTokenPrivilege and SeIncreaseQuotaPrivilege, which services of LocalSystem hold; `interactive`
 * needs what `StationGrant.acquire` does.
 *
 * @throws InvalidArgumentError
 * @throws BatchFileError
 * @throws Win32Error when the streams cannot be opened
 * @throws UnsupportedPlatformError
 */
export function spawn(command: string, args: readonly string[], options: LaunchOptions): ClientProcess {
  return ClientProcess.start(parseLaunch(command, args, options))
}
