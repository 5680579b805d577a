import type { HandleOrigins } from '../kernel/handle-table.ts'

/** Knows which function is running, for the handles that it opens. */
export class CallOrigins implements HandleOrigins {
  readonly #withStacks: boolean
  #current = 'the machine'

  /** @param withStacks whether each handle remembers where it was opened, which costs time */
  constructor(withStacks: boolean) {
    this.#withStacks = withStacks
  }

  enter(name: string): void {
    this.#current = name
  }

  current(): { readonly openedBy: string; readonly stack: string | undefined } {
    return { openedBy: this.#current, stack: this.#withStacks ? callerStack() : undefined }
  }
}

/** The frames of the test and what it tests, without those of the simulation. */
function callerStack(): string {
  const frames = (new Error('opened here').stack ?? '').split('\n').slice(1)
  return frames.filter((frame) => !/[\\/]testkit[\\/](?:src|dist)[\\/](?:kernel|win32)[\\/]/u.test(frame)).join('\n')
}
