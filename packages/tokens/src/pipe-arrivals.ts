import type { EventEmitter } from 'node:events'
import type { PipeClient } from './pipe-client.ts'
import type { PipeServerEvents } from './pipe-server.ts'

/** Somebody who waits for the next client, or for the end. */
interface Iteration {
  readonly resolve: (client: PipeClient | undefined) => void
  readonly reject: (error: Error) => void
}

/** The clients of a server whom nobody has been told of yet, and who is told: loops first, and listeners else. */
export class Arrivals {
  readonly #server: EventEmitter<PipeServerEvents>
  readonly #clients = new Set<PipeClient>()
  readonly #iterations: Iteration[] = []
  /** Loops that go on, be it that they wait or that they are busy with a client. */
  #loops = 0
  /** For a loop that was busy when it happened. */
  #failure: Error | undefined
  #ended = false

  constructor(server: EventEmitter<PipeServerEvents>) {
    this.#server = server
    whenListenedTo(server, 'client', () => this.announce())
  }

  add(client: PipeClient): void {
    this.#clients.add(client)
  }

  delete(client: PipeClient): void {
    this.#clients.delete(client)
  }

  announce(): void {
    for (const client of this.#clients) {
      const iteration = this.#iterations.shift()
      if (iteration === undefined && this.#server.listenerCount('client') === 0) return
      this.#clients.delete(client)
      if (iteration === undefined) this.#emit(client)
      else iteration.resolve(client)
    }
  }

  /** Each client once, whoever iterates, until the end. */
  async *iterate(): AsyncGenerator<PipeClient, void, undefined> {
    this.#loops += 1
    try {
      for (;;) {
        const client = await this.#next()
        if (client === undefined) return
        yield client
      }
    } finally {
      this.#loops -= 1
      if (this.#loops === 0) this.#announceFailure()
    }
  }

  /** No more will come. */
  end(): void {
    this.#ended = true
    this.#endIterations()
  }

  /** Why no more will come; the end is the caller's to tell. */
  fail(failure: Error): void {
    this.#failure = failure
    if (this.#loops === 0) this.#announceFailure()
  }

  /** What a listener throws is not caught, as with Node's servers, and keeps nobody else waiting. */
  #emit(client: PipeClient): void {
    try {
      this.#server.emit('client', client)
    } catch (error) {
      process.nextTick(() => {
        throw error
      })
    }
  }

  #next(): Promise<PipeClient | undefined> {
    return new Promise((resolve, reject) => {
      this.#iterations.push({ resolve, reject })
      this.announce()
      if (this.#ended) this.#endIterations()
    })
  }

  #endIterations(): void {
    const failure = this.#failure
    for (const { resolve, reject } of this.#iterations.splice(0)) {
      if (failure === undefined) resolve(undefined)
      else reject(failure)
      this.#failure = undefined
    }
  }

  /** To who listens, when no loop learns of it. */
  #announceFailure(): void {
    const failure = this.#failure
    if (failure === undefined) return
    this.#failure = undefined
    process.nextTick(() => this.#server.emit('error', failure))
  }
}

/** Calls back after somebody has begun to listen. The type of an emitter knows only the events of its class. */
function whenListenedTo(emitter: EventEmitter, event: string, callback: () => void): void {
  emitter.on('newListener', (name) => {
    if (name === event) process.nextTick(callback)
  })
}
