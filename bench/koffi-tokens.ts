// The same calls through koffi 3, as somebody would write them who cares for speed.
import { createRequire } from 'node:module'
import { type SidAndAttributes, tokenAccess, tokenType } from '@asuser/native'

/** The part of koffi that is used here. The package is on the Windows side alone. */
interface Koffi {
  load(library: string): { func(prototype: string): (...args: readonly unknown[]) => number }
  alloc(type: string, length: number): unknown
  address(pointer: unknown): bigint
  view(pointer: unknown, length: number): ArrayBuffer
}

const answerSize = 4096
const currentProcess = -1
const currentThread = -2
const currentThreadToken = -5
const tokenImpersonationLevel = 9

/** What somebody would write who calls Windows through koffi and cares for speed: one memory for all answers. */
export class KoffiTokens {
  readonly #getTokenInformation
  readonly #openProcessToken
  readonly #openThreadToken
  readonly #duplicateTokenEx
  readonly #impersonateLoggedOnUser
  readonly #setThreadToken
  readonly #revertToSelf
  readonly #closeHandle
  readonly #memory
  /** The lower half, which is enough to tell places in the memory apart. */
  readonly #memoryAddress: number
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #needed = new Uint32Array(1)
  readonly #opened = new BigInt64Array(1)
  readonly #token: number
  readonly #client: number
  readonly forgotten = new FinalizationRegistry<number>((handle) => {
    this.closeHandle(handle)
    process.emitWarning('A handle was garbage collected before it was closed')
  })

  constructor() {
    const koffi: Koffi = createRequire(import.meta.url)('koffi')
    const advapi32 = koffi.load('advapi32.dll')
    const kernel32 = koffi.load('kernel32.dll')
    this.#getTokenInformation = advapi32.func(
      'int GetTokenInformation(int64_t token, int informationClass, uint8_t *memory, uint32_t size, uint32_t *needed)',
    )
    this.#openProcessToken = advapi32.func('int OpenProcessToken(int64_t process, uint32_t access, int64_t *token)')
    this.#openThreadToken = advapi32.func(
      'int OpenThreadToken(int64_t thread, uint32_t access, int openAsSelf, int64_t *token)',
    )
    this.#duplicateTokenEx = advapi32.func(
      'int DuplicateTokenEx(int64_t token, uint32_t access, void *security, int level, int type, int64_t *duplicate)',
    )
    this.#impersonateLoggedOnUser = advapi32.func('int ImpersonateLoggedOnUser(int64_t token)')
    this.#setThreadToken = advapi32.func('int SetThreadToken(void *thread, int64_t token)')
    this.#revertToSelf = advapi32.func('int RevertToSelf()')
    this.#closeHandle = kernel32.func('int CloseHandle(int64_t handle)')
    this.#memory = koffi.alloc('uint8_t', answerSize)
    this.#memoryAddress = Number(BigInt.asUintN(32, koffi.address(this.#memory)))
    const buffer = koffi.view(this.#memory, answerSize)
    this.#bytes = new Uint8Array(buffer)
    this.#view = new DataView(buffer)
    check(this.#openProcessToken(currentProcess, tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE, this.#opened))
    this.#token = Number(this.#opened[0])
    const access = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE
    check(this.#duplicateTokenEx(this.#token, access, null, 2, tokenType.TokenImpersonation, this.#opened))
    this.#client = Number(this.#opened[0])
  }

  /** The answer as bytes, with pointers in it. */
  read(informationClass: number): Uint8Array {
    this.#ask(this.#token, informationClass)
    return this.#bytes.slice(0, this.#needed[0])
  }

  number(informationClass: number): number {
    this.#ask(this.#token, informationClass)
    return this.#view.getUint32(0, true)
  }

  user(): SidAndAttributes {
    this.#ask(this.#token, 1)
    return this.#sidAndAttributes(0)
  }

  groups(): readonly SidAndAttributes[] {
    this.#ask(this.#token, 2)
    const groups: SidAndAttributes[] = []
    const end = 8 + 16 * this.#view.getUint32(0, true)
    for (let offset = 8; offset < end; offset += 16) groups.push(this.#sidAndAttributes(offset))
    return groups
  }

  privileges(): readonly object[] {
    this.#ask(this.#token, 3)
    const privileges: object[] = []
    const end = 4 + 12 * this.#view.getUint32(0, true)
    for (let offset = 4; offset < end; offset += 12) {
      privileges.push({
        luid: this.#view.getBigUint64(offset, true),
        attributes: this.#view.getUint32(offset + 8, true),
      })
    }
    return privileges
  }

  statistics(): object {
    this.#ask(this.#token, 10)
    const view = this.#view
    return {
      tokenId: view.getBigUint64(0, true),
      authenticationId: view.getBigUint64(8, true),
      expirationTime: view.getBigInt64(16, true),
      tokenType: view.getUint32(24, true),
      impersonationLevel: view.getUint32(28, true),
      dynamicCharged: view.getUint32(32, true),
      dynamicAvailable: view.getUint32(36, true),
      groupCount: view.getUint32(40, true),
      privilegeCount: view.getUint32(44, true),
      modifiedId: view.getBigUint64(48, true),
    }
  }

  /** The bare calls: nothing asks for the level, nothing puts an outer identity back. */
  impersonate(callback: () => void): void {
    check(this.#impersonateLoggedOnUser(this.#client))
    try {
      callback()
    } finally {
      check(this.#revertToSelf())
    }
  }

  /**
   * What the addon's round promises, in the fewest calls: the outer identity is looked for, the level is checked. The token
   * is known to be one for impersonation, so that it can be set without a question for its type.
   */
  impersonateSafely(callback: () => void): void {
    const isNested = this.#openThreadToken(currentThread, tokenAccess.TOKEN_IMPERSONATE, 1, this.#opened) !== 0
    if (isNested) throw new Error('Here nobody is impersonated')
    check(this.#setThreadToken(null, this.#client))
    try {
      this.#ask(currentThreadToken, tokenImpersonationLevel)
      if (this.#view.getUint32(0, true) < 2) throw new Error('The level was lowered')
      callback()
    } finally {
      check(this.#revertToSelf())
    }
  }

  duplicate(): number {
    check(this.#duplicateTokenEx(this.#token, 0, null, 2, tokenType.TokenImpersonation, this.#opened))
    return Number(this.#opened[0])
  }

  closeHandle(handle: number): void {
    check(this.#closeHandle(handle))
  }

  close(): void {
    this.#closeHandle(this.#token)
    this.#closeHandle(this.#client)
  }

  #ask(token: number, informationClass: number): void {
    check(this.#getTokenInformation(token, informationClass, this.#memory, answerSize, this.#needed))
  }

  #sidAndAttributes(offset: number): SidAndAttributes {
    const sid = (this.#view.getUint32(offset, true) - this.#memoryAddress) >>> 0
    const end = sid + 8 + 4 * this.#view.getUint8(sid + 1)
    return { sid: this.#bytes.slice(sid, end), attributes: this.#view.getUint32(offset + 8, true) }
  }
}

function check(succeeded: number): void {
  if (succeeded === 0) throw new Error('A Win32 function failed')
}

/** What a handle of the addon is, too: hidden, closed once, and closed with a warning when it is forgotten. */
export class KoffiHandle {
  readonly #tokens: KoffiTokens
  readonly #handle: number
  #closed = false

  constructor(tokens: KoffiTokens, handle: number) {
    this.#tokens = tokens
    this.#handle = handle
    tokens.forgotten.register(this, handle, this)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#tokens.closeHandle(this.#handle)
    this.#tokens.forgotten.unregister(this)
  }
}
