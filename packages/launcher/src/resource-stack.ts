/**
 * What has been opened so far, given back in reverse order. Everything is given back even if something fails on the
 * way. (`AsyncDisposableStack` does the same and is not in Node 20.)
 */
export class ResourceStack {
  readonly #releases: (() => void | PromiseLike<void>)[] = []

  /** Takes a resource over, and returns it. */
  use<T extends Disposable>(resource: T): T {
    this.#releases.push(() => {
      resource[Symbol.dispose]()
    })
    return resource
  }

  defer(release: () => void | PromiseLike<void>): void {
    this.#releases.push(release)
  }

  /** @throws the failure, or an AggregateError of several, after everything else has been given back */
  async release(): Promise<void> {
    const failures: unknown[] = []
    for (let next = this.#releases.pop(); next !== undefined; next = this.#releases.pop()) {
      try {
        await next()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} resources could not be given back`)
  }
}
