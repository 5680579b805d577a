// Packs every package as it would be published and looks at the tarball: publint and "are the types wrong".
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const folders = [...foldersOf('packages'), ...foldersOf('packages/native/npm').filter(isBuilt)]
const target = mkdtempSync(join(tmpdir(), 'asuser-packages-'))
try {
  const failed = folders.filter((folder) => !check(folder))
  if (failed.length > 0) throw new Error(`Packages with problems: ${failed.join(', ')}`)
  console.log(`${folders.length} packages are clean`)
} finally {
  rmSync(target, { recursive: true })
}

function foldersOf(parent) {
  const children = existsSync(parent) ? readdirSync(parent) : []
  return children.map((name) => join(parent, name)).filter((folder) => existsSync(join(folder, 'package.json')))
}

/** A platform package has nothing to look at where its addon cannot be built. */
function isBuilt(folder) {
  const built = existsSync(`packages/native/build/${basename(folder)}/asuser_native.node`)
  if (!built) console.log(`${folder}: not looked at, its addon is not built on this machine`)
  return built
}

function check(folder) {
  const { main, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const destination = mkdtempSync(join(target, 'package-'))
  run('pnpm', ['--dir', folder, 'pack', '--pack-destination', destination])
  const [filename] = readdirSync(destination).map((name) => join(destination, name))
  console.log(`${folder}:`)
  const clean = show('publint', ['run', filename, '--strict'])
  // A platform package exports nothing but its addon, which has no types to look at.
  const hasModules = main !== undefined || exports['.'] !== undefined
  return clean && (!hasModules || show('attw', [filename, '--profile', 'esm-only']))
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`)
  return stdout
}

function show(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
  return status === 0
}
