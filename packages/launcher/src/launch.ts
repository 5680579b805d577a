import type { ClientProcess } from './client-process.ts'
import type { LaunchOptions } from './options.ts'
import { spawn } from './spawn.ts'

/**
 * Starts a process as a client, and resolves when it is up. An abort after that ends the process without an `error`
 * event that nobody listens to.
 *
 * @throws LaunchError when it could not be started; then nothing is left of the attempt
 * @throws AbortError
 * @throws all that {@link spawn} throws
 */
export async function launch(command: string, args: readonly string[], options: LaunchOptions): Promise<ClientProcess> {
  const child = spawn(command, args, options)
  return new Promise((resolve, reject) => {
    // The second stays for good: once the promise is settled it does nothing more.
    child.once('spawn', () => resolve(child)).on('error', reject)
  })
}
