import { defaultExclude, defineConfig } from 'vitest/config'
import { onePath } from './tools/wine/one-path.ts'
import { conditions, reportersOf } from './vitest.shared.ts'

/** `wine`, which tools/wine/run says of itself, or `windows`. */
const lane = process.env['ASUSER_LANE'] ?? 'windows'
const underWine = lane === 'wine'
const [major] = process.versions.node.split('.')

const inWorker = 'packages/*/src/**/*.worker.win32.test.ts'

/** The lanes of the addon: suites that run in node.exe, under Wine or on Windows. */
export default defineConfig({
  plugins: underWine ? [onePath()] : [],
  // The view has no symbolic links, and Wine makes mount points look like some, which vite's resolver fails on.
  resolve: { preserveSymlinks: underWine },
  ssr: { resolve: { conditions } },
  test: {
    restoreMocks: true,
    reporters: reportersOf(`${lane}-node${major}`),
    // Tokens, import tables and the DACLs of winsta0 belong to the whole process or session: one file at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: lane,
          include: ['packages/*/src/**/*.win32.test.ts', 'tools/wine/**/*.win32.test.ts'],
          exclude: [...defaultExclude, inWorker],
        },
      },
      // The identity is the thread's, and so the same is shown for a thread of a worker.
      {
        extends: true,
        test: { name: `${lane}-worker`, include: [inWorker], pool: 'threads', sequence: { groupOrder: 1 } },
      },
    ],
  },
})
