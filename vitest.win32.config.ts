import { defineConfig } from 'vitest/config'
import { conditions, reportersOf } from './vitest.shared.ts'

/** `wine` or `windows`: set by whoever starts the suites. */
const lane = process.env['ASUSER_LANE'] ?? 'windows'
const [major] = process.versions.node.split('.')

/** The lanes of the addon: suites that run in node.exe, under Wine or on Windows. */
export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    name: lane,
    restoreMocks: true,
    reporters: reportersOf(`${lane}-node${major}`),
    include: ['packages/*/src/**/*.win32.test.ts', 'tools/wine/**/*.win32.test.ts'],
    // In the Wine lane the packages lie in node_modules as themselves, and their sources are TypeScript.
    server: { deps: { inline: [/@asuser[\\/]/] } },
    // Tokens, import tables and the DACLs of winsta0 belong to the whole process or session: one file at a time.
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
