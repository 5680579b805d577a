import { availableParallelism } from 'node:os'
import { defaultExclude, defineConfig } from 'vitest/config'
import { conditions, reportersOf } from './vitest.shared.ts'

const packages = ['security-descriptors', 'native', 'tokens', 'launcher', 'testkit']

/** The simulated lane: every suite that runs on any system. */
export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    restoreMocks: true,
    // Suites leave nothing behind, so that they can share their modules: that halves the time.
    isolate: false,
    // Vitest leaves a processor free, which on a machine with two is half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: reportersOf('simulated'),
    projects: packages.map((name) => ({
      extends: true,
      test: {
        name,
        root: `packages/${name}`,
        include: ['src/**/*.test.ts'],
        exclude: [...defaultExclude, '**/*.win32.test.ts'],
      },
    })),
  },
})
