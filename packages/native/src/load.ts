import { createReadStream, createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import type { ImpersonatedCallback } from './api/impersonation.ts'
import type { PipeStreamDirection } from './api/pipe.ts'
import type { Borrowed, Handle, HandleKind, StreamHandle } from './api/handle.ts'
import type { DuplicateTokenOptions, TokenInformationClass } from './api/token.ts'
import { exitAsServer } from './exit-as-server.ts'
import { UnsupportedPlatformError, Win32Error, type ErrorContext } from './errors.ts'
import { createHandleObjects, type HandleKey, type HandleKeys, type HandleObjects } from './open-handle.ts'
import { packedAnswer, packedClassOf } from './packed-token-information.ts'
import { socketOfPipe } from './pipe-socket.ts'
import type { Win32 } from './win32.ts'

/** What the addon calls back into. */
interface AddonRuntime {
  createError(errno: number, syscall: string, context: ErrorContext | undefined): Win32Error
  readonly handles: HandleObjects
}

/** What the `.node` file exports: the interface, but for what is simpler in TypeScript. */
interface Addon
  extends
    HandleKeys,
    Omit<
      Win32,
      | 'duplicateTokenEx'
      | 'impersonateLoggedOnUser'
      | 'openFileDescriptor'
      | 'openFileReadStream'
      | 'openFileWriteStream'
      | 'openNamedPipeStream'
      | 'openPipeStream'
    > {
  /** Once for each environment (main thread, worker) and copy of this package. Returns the handles of the first copy. */
  initialize(runtime: AddonRuntime): HandleObjects
  /** Whether this JavaScript thread is in the callback of a client. */
  isImpersonating(): boolean
  /** It is the server again, though it is in such a callback. */
  leaveImpersonation(): void
  /** A descriptor of libuv that owns the handle from then on. */
  openFileDescriptor(pipe: Handle<'pipe'>): number
  openDescriptorOfFile(file: Handle<'file'>): number
  openDescriptorAndHandle(pipe: Handle<'pipe'>): { descriptor: number; handle: StreamHandle<'pipe'> }
  /** With the options one by one, whatever they are; a handle is made of what it returns. */
  duplicateTokenEx(token: unknown, desiredAccess: unknown, type: unknown, impersonationLevel: unknown): HandleKey
  impersonateLoggedOnUser<T>(token: unknown, callback: ImpersonatedCallback<T>): T
  /** Where `packTokenInformation` puts its answers, each over the one before. */
  answerMemory(): Uint8Array
  /** Returns the answer if it is too long for the memory. */
  packTokenInformation(token: unknown, informationClass: number): Uint8Array | undefined
}

/** Where the addon may be, best first; each is a module specifier from this file's point of view. */
const candidates = [
  `@asuser/native-win32-${process.arch}/asuser_native.node`,
  `../build/win32-${process.arch}/asuser_native.node`,
]

export function loadAddon(): Win32 {
  if (process.platform !== 'win32') {
    throw new UnsupportedPlatformError(
      `@asuser/native works on Windows, and this is ${process.platform}: ` +
        'install a simulated Windows with setWin32(createWindows(...).startProcess(...).win32) from @asuser/testkit, ' +
        'or run on Windows',
    )
  }
  return complete(requireAddon())
}

function requireAddon(): Addon {
  const require = createRequire(import.meta.url)
  const failures: string[] = []
  for (const candidate of candidates) {
    try {
      return require(candidate)
    } catch (error) {
      failures.push(`${candidate}: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`)
    }
  }
  throw new UnsupportedPlatformError(
    [
      `Cannot load the addon of @asuser/native for win32-${process.arch}:`,
      ...failures.map((failure) => `  ${failure}`),
      'Remedies:',
      `  install with optional dependencies, so that @asuser/native-win32-${process.arch} comes along (x64 and arm64 exist)`,
      '  do not copy node_modules from another system: install on this one',
      '  in a clone of the repository build it: pnpm --filter @asuser/native build:addon',
    ].join('\n'),
  )
}

/** Adds what is simpler in TypeScript, or faster: a call of the addon costs less with a key than with a handle. */
function complete(addon: Addon): Win32 {
  const { createHandle, keyOf } = addon.initialize({
    createError: (errno, syscall, context) => new Win32Error({ errno, syscall, context }),
    handles: createHandleObjects(addon, warnUnclosed),
  })
  const memory = packedAnswer(addon.answerMemory())
  exitAsServer(addon)
  return Object.assign(Object.create(addon), {
    getTokenInformation<C extends TokenInformationClass>(token: Borrowed<'token'>, informationClass: C) {
      const packed = packedClassOf(informationClass)
      if (packed === undefined) return addon.getTokenInformation(token, informationClass)
      const long = addon.packTokenInformation(keyOf(token) ?? token, packed.number)
      return packed.unpack(long === undefined ? memory : packedAnswer(long))
    },
    duplicateTokenEx(token: Borrowed<'token'>, options: DuplicateTokenOptions | null | undefined) {
      return createHandle(
        addon.duplicateTokenEx(
          keyOf(token) ?? token,
          options?.desiredAccess,
          options?.type,
          options?.impersonationLevel,
        ),
      )
    },
    impersonateLoggedOnUser<T>(token: Borrowed<'token'>, callback: ImpersonatedCallback<T>) {
      return addon.impersonateLoggedOnUser(keyOf(token) ?? token, callback)
    },
    openFileDescriptor(file: Handle<'file'>) {
      return addon.openDescriptorOfFile(file)
    },
    openFileReadStream(file: Handle<'file'>) {
      return createReadStream('', { fd: addon.openDescriptorOfFile(file), start: 0 })
    },
    openFileWriteStream(file: Handle<'file'>) {
      return createWriteStream('', { fd: addon.openDescriptorOfFile(file) })
    },
    openNamedPipeStream(pipe: Handle<'pipe'>) {
      const { descriptor, handle } = addon.openDescriptorAndHandle(pipe)
      return { stream: socketOfPipe(descriptor, 'duplex'), handle }
    },
    openPipeStream(pipe: Handle<'pipe'>, direction: PipeStreamDirection) {
      return socketOfPipe(addon.openFileDescriptor(pipe), direction)
    },
  })
}

function warnUnclosed(kind: HandleKind): void {
  process.emitWarning(`A ${kind} handle was garbage collected before it was closed`, {
    code: 'ASUSER_UNCLOSED_HANDLE',
    detail: 'Close it with close() or hold it with "using".',
  })
}
