import { errorCodes, errorName, errorSentence, type Win32ErrorCode } from './error-codes.ts'

const win32ErrorBrand = Symbol.for('@asuser/native/Win32Error')
const unsupportedPlatformBrand = Symbol.for('@asuser/native/UnsupportedPlatformError')

/** What the failed call was about: a path, an account, a privilege. Never a secret. */
export type ErrorContext = Readonly<Record<string, string | number>>

export interface Win32ErrorOptions {
  readonly errno: number
  readonly syscall: string
  readonly context?: ErrorContext | undefined
  readonly cause?: unknown
}

/**
 * A Win32 function failed. `instanceof` also holds for the class of another installed copy of this package.
 *
 * @see https://learn.microsoft.com/windows/win32/debug/system-error-codes
 */
export class Win32Error extends Error {
  /** `ERROR_ACCESS_DENIED` */
  readonly code: Win32ErrorCode
  /** 5 */
  readonly errno: number
  /** `OpenProcessToken` */
  readonly syscall: string
  readonly context: ErrorContext

  constructor({ errno, syscall, context = {}, cause }: Win32ErrorOptions) {
    super(describe(errno, syscall, context), cause === undefined ? undefined : { cause })
    this.code = errorName(errno)
    this.errno = errno
    this.syscall = syscall
    this.context = context
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'Win32Error', configurable: true, writable: true })
    Object.defineProperty(this.prototype, win32ErrorBrand, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === Win32Error
      ? hasBrand(value, win32ErrorBrand)
      : Function.prototype[Symbol.hasInstance].call(this, value)
  }

  /** The error of a code by its name. */
  static of(code: keyof typeof errorCodes, syscall: string, context?: ErrorContext): Win32Error {
    return new Win32Error({ errno: errorCodes[code][0], syscall, context })
  }

  /** The same failure with more of what it was about. */
  with(context: ErrorContext): Win32Error {
    return new Win32Error({
      errno: this.errno,
      syscall: this.syscall,
      context: { ...this.context, ...context },
      cause: this,
    })
  }
}

/** There is no Win32 interface here: another system, or an addon that cannot be loaded. The message says what to do. */
export class UnsupportedPlatformError extends Error {
  readonly code = 'ERR_UNSUPPORTED_PLATFORM'

  static {
    Object.defineProperty(this.prototype, 'name', {
      value: 'UnsupportedPlatformError',
      configurable: true,
      writable: true,
    })
    Object.defineProperty(this.prototype, unsupportedPlatformBrand, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, unsupportedPlatformBrand)
  }
}

function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && brand in value
}

function describe(errno: number, syscall: string, context: ErrorContext): string {
  const details = Object.entries(context).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  const suffix = details.length === 0 ? '' : ` (${details.join(', ')})`
  return `${syscall} failed with ${errorName(errno)} (${formatNumber(errno)}): ${errorSentence(errno)}${suffix}`
}

/** Codes that are status values, with the highest bit set, are known by their hexadecimal digits. */
function formatNumber(errno: number): string {
  return errno > 0x7fff_ffff ? `0x${errno.toString(16)}` : String(errno)
}
