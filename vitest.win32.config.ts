import { defineConfig } from 'vitest/config'
import { onePath } from './tools/wine/one-path.ts'
import { conditions, reportersOf } from './vitest.shared.ts'

/** `wine`, which tools/wine/run says of itself, or `windows`. */
const lane = process.env['ASUSER_LANE'] ?? 'windows'
const underWine = lane === 'wine'
const [major] = process.versions.node.split('.')

/** The lanes of the addon: suites that run in node.exe, under Wine or on Windows. */
export default defineConfig({
  plugins: underWine ? [onePath()] : [],
  // The view has no symbolic links, and Wine makes mount points look like some, which vite's resolver fails on.
  resolve: { preserveSymlinks: underWine },
  ssr: { resolve: { conditions } },
  test: {
    name: lane,
    restoreMocks: true,
    reporters: reportersOf(`${lane}-node${major}`),
    include: ['packages/*/src/**/*.win32.test.ts', 'tools/wine/**/*.win32.test.ts'],
    // Tokens, import tables and the DACLs of winsta0 belong to the whole process or session: one file at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
