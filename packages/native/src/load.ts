import { closeSync, createReadStream, createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import type { PipeStreamDirection } from './api/pipe.ts'
import type { Borrowed, Handle } from './api/handle.ts'
import type { TokenInformationClass } from './api/token.ts'
import { exitAsServer } from './exit-as-server.ts'
import { UnsupportedPlatformError, Win32Error, type ErrorContext } from './errors.ts'
import { isPacked, readPackedTokenInformation } from './packed-token-information.ts'
import type { Win32 } from './win32.ts'

/** What the addon calls back into. */
interface AddonRuntime {
  createError(errno: number, syscall: string, context: ErrorContext | undefined): Win32Error
  /** A handle was garbage collected that nobody had closed. */
  warnUnclosedHandle(kind: string): void
}

/** What the `.node` file exports: the interface, but for what is simpler in TypeScript. */
interface Addon extends Omit<
  Win32,
  'openFileDescriptor' | 'openFileReadStream' | 'openFileWriteStream' | 'openPipeStream'
> {
  /** Once for each environment (main thread, worker); returns the prototype of its handles. */
  initialize(runtime: AddonRuntime): object
  /** Whether this JavaScript thread is in the callback of a client. */
  isImpersonating(): boolean
  /** It is the server again, though it is in such a callback. */
  leaveImpersonation(): void
  /** A descriptor of libuv that owns the handle from then on. */
  openFileDescriptor(pipe: Handle<'pipe'>): number
  openDescriptorOfFile(file: Handle<'file'>): number
  /** Bytes that the next call overwrites. */
  packTokenInformation(token: Borrowed<'token'>, informationClass: number): Uint8Array
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

/** Adds what is simpler in TypeScript. */
function complete(addon: Addon): Win32 {
  const handlePrototype = addon.initialize({
    createError: (errno, syscall, context) => new Win32Error({ errno, syscall, context }),
    warnUnclosedHandle: (kind) => {
      process.emitWarning(`A ${kind} handle was garbage collected before it was closed`, {
        code: 'ASUSER_UNCLOSED_HANDLE',
        detail: 'Close it with close() or hold it with "using".',
      })
    },
  })
  exitAsServer(addon)
  // Configurable, for a second copy of this package shares the addon and its prototype.
  Object.defineProperty(handlePrototype, Symbol.dispose, {
    configurable: true,
    value(this: Handle) {
      this.close()
    },
  })
  return Object.assign(Object.create(addon), {
    getTokenInformation<C extends TokenInformationClass>(token: Borrowed<'token'>, informationClass: C) {
      return isPacked(informationClass)
        ? readPackedTokenInformation(informationClass, (number) => addon.packTokenInformation(token, number))
        : addon.getTokenInformation(token, informationClass)
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
    openPipeStream(pipe: Handle<'pipe'>, direction: PipeStreamDirection) {
      return streamOf(addon.openFileDescriptor(pipe), direction)
    },
  })
}

/** The stream owns the descriptor, unless it cannot be made. */
function streamOf(fd: number, direction: PipeStreamDirection): Socket {
  try {
    return new Socket({ fd, readable: direction !== 'outbound', writable: direction !== 'inbound' })
  } catch (error) {
    closeSync(fd)
    throw error
  }
}
