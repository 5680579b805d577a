import { finished } from 'node:stream/promises'
import { PassThrough, Readable, Writable } from 'node:stream'
import type { Win32 } from '@asuser/native'
import { variablesOf } from '../kernel/environment.ts'
import type { FileObject } from '../kernel/file-object.ts'
import type { PipeEnd } from '../kernel/pipe.ts'
import { PipeStream } from '../kernel/pipe-stream.ts'
import type { Process } from '../kernel/process.ts'
import type { ProgramFile } from '../kernel/program-file.ts'
import { parseCommandLine } from './command-line.ts'
import type { Program } from './program.ts'

/** Runs a program in its process, and ends the process when the program has returned and its output is out. */
export function runProgram(process: Process, file: ProgramFile, win32Of: (process: Process) => Win32): void {
  const program = new RunningProgram(process, win32Of)
  try {
    const result = file.main(program)
    if (result instanceof Promise || program.hasOutput) void finish(program, result)
    else process.end(result ?? 0)
  } catch (error) {
    void crash(program, error)
  }
}

async function finish(program: RunningProgram, result: number | void | Promise<number | void>): Promise<void> {
  try {
    const exitCode = await result
    await program.flush()
    program.process.end(exitCode ?? 0)
  } catch (error) {
    await crash(program, error)
  }
}

async function crash(program: RunningProgram, error: unknown): Promise<void> {
  if (program.process.hasEnded) return
  program.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  await program.flush()
  program.process.end(1)
}

/** Its parts are made when they are asked for: most programs of a test use few of them. */
class RunningProgram implements Program {
  readonly process: Process
  readonly #win32Of: (process: Process) => Win32
  #win32: Win32 | undefined
  #argv: readonly string[] | undefined
  #env: Readonly<Record<string, string>> | undefined
  #stdin: Readable | undefined
  #stdout: Writable | undefined
  #stderr: Writable | undefined
  #abort: AbortController | undefined

  constructor(process: Process, win32Of: (process: Process) => Win32) {
    this.process = process
    this.#win32Of = win32Of
  }

  get win32(): Win32 {
    this.#win32 ??= this.#win32Of(this.process)
    return this.#win32
  }

  get processId(): number {
    return this.process.id
  }

  get commandLine(): string {
    return this.process.commandLine
  }

  get argv(): readonly string[] {
    this.#argv ??= parseCommandLine(this.process.commandLine)
    return this.#argv
  }

  get env(): Readonly<Record<string, string>> {
    this.#env ??= variablesOf(this.process.environment)
    return this.#env
  }

  get cwd(): string {
    return this.process.currentDirectory
  }

  get desktop(): string {
    const desktop = this.process.desktop
    return desktop === undefined ? '' : `${desktop.station.name}\\${desktop.name}`
  }

  get stdin(): Readable {
    this.#stdin ??= this.#owned(openInput(this.process.standard.input))
    return this.#stdin
  }

  get stdout(): Writable {
    this.#stdout ??= this.#owned(openOutput(this.process.standard.output))
    return this.#stdout
  }

  get stderr(): Writable {
    this.#stderr ??= this.#owned(openOutput(this.process.standard.error))
    return this.#stderr
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController()
      this.#abort = abort
      if (this.process.hasEnded) abort.abort()
      else this.process.onceEnded(() => abort.abort())
    }
    return this.#abort.signal
  }

  get hasOutput(): boolean {
    return this.#stdout !== undefined || this.#stderr !== undefined
  }

  /** Waits until what was written is in the pipes: writing blocks a process of Windows. */
  async flush(): Promise<void> {
    await Promise.all([this.#stdout, this.#stderr].map(ended))
  }

  /** A process that ends takes its streams with it. */
  #owned<S extends Readable | Writable>(stream: S): S {
    // What a program does not listen to must not end the test run: a broken pipe, for instance.
    stream.on('error', () => {})
    this.process.onceEnded(() => stream.destroy())
    return stream
  }
}

async function ended(stream: Writable | undefined): Promise<void> {
  if (stream === undefined || stream.destroyed) return
  stream.end()
  try {
    await finished(stream, { readable: false })
  } catch {
    // The reader is gone; the program is on its way out anyhow.
  }
}

function openInput(object: PipeEnd | FileObject | undefined): Readable {
  const pipe = pipeOf(object)
  if (pipe?.incoming !== undefined) return new PipeStream(pipe)
  const source = object?.kind === 'file' ? object.target.input : undefined
  return source === undefined ? Readable.from([]) : source.pipe(new PassThrough())
}

function openOutput(object: PipeEnd | FileObject | undefined): Writable {
  const pipe = pipeOf(object)
  if (pipe?.outgoing !== undefined) return new PipeStream(pipe)
  const target = object?.kind === 'file' ? object.target.output : undefined
  return new Writable({
    write(chunk, encoding, callback) {
      if (target === undefined) callback()
      else target.write(chunk, encoding, callback)
    },
  })
}

function pipeOf(object: PipeEnd | FileObject | undefined): PipeEnd | undefined {
  return object?.kind === 'file' ? object.target.pipe : object
}
