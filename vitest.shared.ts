import { defaultServerConditions } from 'vite'
import { PendingReporter } from './tools/testing/pending-reporter.ts'

/** Sources reach each other through this condition, so that no suite needs a build. */
export const conditions: string[] = ['@asuser/source', ...defaultServerConditions]

/** For the reader, and for the count over all lanes (`tools/workspace/count-results.mjs`). */
export function reportersOf(lane: string): ['default', PendingReporter, ['json', { outputFile: string }]] {
  return ['default', new PendingReporter(), ['json', { outputFile: `build/results/${lane}.json` }]]
}
