// Builds the packages and runs the main job on them, as a user of the published packages would.
import { spawnSync } from 'node:child_process'

run('turbo', ['run', 'build', '--output-logs=errors-only'])
run(process.execPath, ['examples/main-job.mjs'])

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
  if (error !== undefined || status !== 0) process.exit(status ?? 1)
}
