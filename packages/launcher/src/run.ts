import type { Readable } from 'node:stream'
import { InvalidArgumentError } from '@asuser/tokens'
import type { ClientProcess } from './client-process.ts'
import { AbortError, RunError, type RunErrorCode } from './errors.ts'
import { parseInteger } from './option-checks.ts'
import type { LaunchOptions } from './options.ts'
import type { RunResult } from './result.ts'
import { spawn } from './spawn.ts'

export type OutputEncoding = 'utf8' | 'utf16le' | 'latin1' | 'buffer'

export interface RunOptions extends Omit<LaunchOptions, 'stdio'> {
  /** What the process reads. If left out, nothing. */
  readonly input?: string | Uint8Array | undefined
  /** How its output becomes text; `buffer` leaves the bytes. `utf8` if left out. */
  readonly encoding?: OutputEncoding | undefined
  /** Bytes of output, on each stream, beyond which the process is ended. 100 MiB if left out. */
  readonly maxBuffer?: number | undefined
}

const defaultMaxBuffer = 100 * 1024 * 1024

/**
 * Runs a process as a client to its end and collects its output. Whatever exit code the program chooses is a result;
 * what cuts it short is an error.
 *
 * @throws LaunchError when it could not be started
 * @throws RunError `ETIMEDOUT`, `ABORT_ERR`, `ERR_CHILD_PROCESS_STDIO_MAXBUFFER`, with the output until then
 * @throws all that {@link spawn} throws
 */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions & { readonly encoding: 'buffer' },
): Promise<RunResult<Uint8Array>>
export function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult<string>>
export async function run(
  command: string,
  args: readonly string[],
  { input, encoding = 'utf8', maxBuffer, ...options }: RunOptions,
): Promise<RunResult<string | Uint8Array>> {
  requireEncoding(encoding)
  requireInput(input)
  const limit = parseInteger('options.maxBuffer', maxBuffer, 1, Number.MAX_SAFE_INTEGER) ?? defaultMaxBuffer
  const begin = performance.now()
  const child = spawn(command, args, { ...options, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
  const stdout = new OutputCollector(child, child.stdout, limit)
  const stderr = new OutputCollector(child, child.stderr, limit)
  feed(child, input)
  const failure = await untilClosed(child)
  const result = {
    ...(await child.exited),
    stdout: stdout.decode(encoding),
    stderr: stderr.decode(encoding),
    durationMs: performance.now() - begin,
  }
  const code = reasonOf(child, failure, stdout.isTooLong || stderr.isTooLong)
  if (code !== undefined) throw new RunError(code, command, result, failure)
  return result
}

/** The bytes of one stream. When they are too many the process is ended, and what came until then is kept. */
class OutputCollector {
  readonly #chunks: Uint8Array[] = []
  #length = 0
  isTooLong = false

  constructor(child: ClientProcess, stream: Readable | null, limit: number) {
    stream?.on('data', (chunk: Uint8Array) => {
      if (this.isTooLong) return
      this.isTooLong = this.#length + chunk.length > limit
      const kept = this.isTooLong ? chunk.subarray(0, limit - this.#length) : chunk
      this.#chunks.push(kept)
      this.#length += kept.length
      if (this.isTooLong) child.killTree()
    })
  }

  decode(encoding: OutputEncoding): string | Uint8Array {
    const bytes = Buffer.concat(this.#chunks, this.#length)
    return encoding === 'buffer' ? bytes : bytes.toString(encoding)
  }
}

function feed(child: ClientProcess, input: string | Uint8Array | undefined): void {
  // A process that ends without having read everything is not an error: its exit code tells.
  child.stdin?.on('error', () => {})
  if (input !== undefined) child.stdin?.end(input)
}

/** Resolves with an error that came while the process ran; rejects when it never did. */
function untilClosed(child: ClientProcess): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined
    child.on('error', (error) => {
      failure = error
    })
    child.once('close', () => resolve(failure))
    child.exited.catch(reject)
  })
}

function reasonOf(child: ClientProcess, failure: Error | undefined, isTooLong: boolean): RunErrorCode | undefined {
  if (isTooLong) return 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
  if (child.timedOut) return 'ETIMEDOUT'
  return failure instanceof AbortError ? 'ABORT_ERR' : undefined
}

function requireEncoding(encoding: unknown): void {
  if (encoding === 'utf8' || encoding === 'utf16le' || encoding === 'latin1' || encoding === 'buffer') return
  throw InvalidArgumentError.ofValue('options.encoding', '"utf8", "utf16le", "latin1" or "buffer"', encoding)
}

function requireInput(input: unknown): void {
  if (input === undefined || typeof input === 'string' || input instanceof Uint8Array) return
  throw InvalidArgumentError.ofType('options.input', 'a string or a Uint8Array', input)
}
