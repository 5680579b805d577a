// Runs the benches that this machine can run: the pure ones here, those of the addon in the Windows node.exe, under Wine on Linux.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const onWindows = process.platform === 'win32'
const pure = ['import', 'security-descriptors']
const native = ['launch', 'pipe-server', 'security-descriptors-os', 'tokens']

for (const name of pure) run(process.execPath, [script(name)])
for (const name of native) {
  if (onWindows) run(process.execPath, [script(name)])
  else run('tools/wine/run', ['--as-system', '--', 'node', script(name)])
}

/** @param {string} name */
function script(name) {
  const path = `bench/dist/${name}.js`
  if (!existsSync(path)) throw new Error(`${path} is missing: build first, "npm run bench" does`)
  return path
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
