// Runs a program that is written in TypeScript, in a process of its own, as the suites run: `node run-source.mjs FILE ...`.
import { createServer, defaultServerConditions } from 'vite'

const server = await createServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  // `using`, which Node 20 does not know.
  oxc: { target: 'node20' },
  // As in vitest.win32.config.ts: what Wine shows of a mount point looks like a symbolic link.
  resolve: { preserveSymlinks: process.env['ASUSER_LANE'] === 'wine' },
  ssr: { resolve: { conditions: ['@asuser/source', ...defaultServerConditions] } },
})
await server.ssrLoadModule(process.argv[2] ?? '')
await server.close()
