// Installs what the workspace needs, once: with nothing but Node and npm on the machine.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const stamp = 'node_modules/.asuser-installed'
const wanted = fingerprint()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  install()
  writeFileSync(stamp, wanted)
}

/** Of the files that decide what gets installed; the lock file repeats every manifest. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const file of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml']) hash.update(readFileSync(file))
  return hash.digest('hex')
}

function install() {
  const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'))
  const { status, error } = spawnSync(
    'npx',
    ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32', // npx is a .cmd there
      env: { ...process.env, CI: 'true' }, // never ask
    },
  )
  if (error !== undefined || status !== 0) {
    console.error(`Cannot install the dependencies: ${packageManager} ended with ${error?.message ?? status}`)
    console.error('Is the npm registry reachable? "npm ping" tells.')
    process.exit(1)
  }
}
