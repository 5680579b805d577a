import type { Reporter, TestModule, Vitest } from 'vitest/node'

/**
 * Prints for what reasons tests are pending, which vitest itself prints only when it runs a single file. A pending test
 * that gives none fails the run: leave it so with `skip(condition, reason)` of the test's context.
 */
export class PendingReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const pending = modules.flatMap((module) => [...module.children.allTests('skipped')])
    const counts = new Map<string, number>()
    for (const test of pending) {
      const result = test.result()
      const reason = result.state === 'skipped' ? result.note : undefined
      if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1)
      else if (!this.#isFiltered()) this.#fail(`${test.module.moduleId}: ${test.fullName} is pending without a reason`)
    }
    if (counts.size > 0) this.#vitest?.logger.log(['     Pending', ...Array.from(counts, toLine), ''].join('\n'))
  }

  /** With a filter by name all other tests count as skipped. */
  #isFiltered(): boolean {
    return this.#vitest?.config.testNamePattern !== undefined
  }

  #fail(sentence: string): void {
    this.#vitest?.logger.error(sentence)
    process.exitCode = 1
  }
}

function toLine([reason, count]: [string, number]): string {
  return `${String(count).padStart(12)} × ${reason}`
}
