import { launch, type ExitStatus, type LaunchOptions } from '../src/index.ts'
import { outputOf } from './output.ts'

/** Like `run`, which does not wait for what outlives the process, under Wine its console host: this does. */
export async function runReleased(
  command: string,
  args: readonly string[],
  options: LaunchOptions,
): Promise<ExitStatus & { readonly stdout: string }> {
  const child = await launch(command, args, options)
  const [stdout, exit] = await Promise.all([outputOf(child.stdout), child.exited])
  await child.released
  return { ...exit, stdout }
}
