import { defineConfig, defaultExclude } from 'vitest/config'
import { defaultServerConditions } from 'vite'

const packages = ['security-descriptors', 'native', 'tokens', 'launcher', 'testkit']

/** Sources reach each other through this condition, so that no suite needs a build. */
const conditions = ['@asuser/source', ...defaultServerConditions]

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    restoreMocks: true,
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
