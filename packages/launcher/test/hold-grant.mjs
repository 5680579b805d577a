// A server that lets a client onto the desktop and is ended by whoever started it: it takes nothing back.
import { fileURLToPath } from 'node:url'
import { loadConfigFromFile, runnerImport } from 'vite'

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url))
const environment = { command: 'serve', mode: 'test' }
const loaded = await loadConfigFromFile(environment, pathOf('../../../vitest.win32.config.ts'))
const { plugins, resolve, ssr } = loaded?.config ?? {}
await runnerImport(pathOf('hold-grant.ts'), {
  logLevel: 'error',
  // Node 20 knows no `using`.
  oxc: { target: 'es2022' },
  plugins,
  resolve,
  // The environment that runnerImport makes; without the conditions it would import what is built, which a fresh clone lacks.
  environments: { inline: { resolve: ssr?.resolve } },
})
