// Puts the built addon into the platform package of the current directory to be packed, and takes it away again, so
// that no old copy is there to be loaded. A package without its addon is never packed.
// node ../../scripts/stage-addon.mjs [--remove]
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const target = 'asuser_native.node'
const platform = basename(process.cwd())
const built = fileURLToPath(new URL(`../build/${platform}/${target}`, import.meta.url))

if (process.argv.includes('--remove')) {
  rmSync(target, { force: true })
} else if (existsSync(built)) {
  copyFileSync(built, target)
} else {
  console.error(`The addon for ${platform} is not built: pnpm --filter @asuser/native build:addon`)
  process.exitCode = 1
}
