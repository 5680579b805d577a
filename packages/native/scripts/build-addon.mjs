// Builds the addon for this machine's Windows, or cross-compiles it for x64: node scripts/build-addon.mjs [preset]
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [preset = process.platform === 'win32' ? `msvc-${process.arch}` : 'mingw-x64'] = process.argv.slice(2)
const options = { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: /** @type {const} */ ('inherit') }

execFileSync('cmake', ['--preset', preset], options)
execFileSync('cmake', ['--build', '--preset', preset], options)
