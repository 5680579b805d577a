// Token calls of the addon against koffi 3, a foreign function interface, in one run: calls per second of what a token is
// asked, of a duplicate, and of a round of impersonation. koffi is measured twice: with the bare calls, and with what gives
// the same result.
// For the Windows node.exe: under Wine `tools/wine/run --as-system -- node bench/dist/tokens.js`.
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { getWin32, type SidAndAttributes, tokenAccess, type TokenInformationClass, tokenType } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { currentProcessToken, type Token, type TokenTypeName } from '@asuser/tokens'
import { fixed, median, medianRatio, printTable } from './measure.ts'

const rounds = 1500
const callsOfTurn = 8

/** The part of koffi that is used here. The package is on the Windows side alone. */
interface Koffi {
  load(library: string): { func(prototype: string): (...args: readonly unknown[]) => number }
  alloc(type: string, length: number): unknown
  address(pointer: unknown): bigint
  view(pointer: unknown, length: number): ArrayBuffer
}

/** The calls per second of each contender, turn by turn: short turns, since the load of a shared machine changes all the time. */
async function ratesOf(contenders: readonly (() => void)[]): Promise<readonly (readonly number[])[]> {
  const rates = contenders.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const index of orderOf(round, contenders.length)) {
      const call = contenders[index]
      if (call !== undefined) rates[index]?.push(await rateOf(call))
    }
  }
  return rates
}

/** Forwards and backwards, and each is the first in turn, so that nobody always comes after the same one. */
function orderOf(round: number, count: number): readonly number[] {
  const order = Array.from({ length: count }, (_, place) => (place + round) % count)
  return Math.floor(round / count) % 2 === 0 ? order : order.toReversed()
}

/** With what the calls leave to the end of their tick. The first is not timed: it fills the caches that others have emptied. */
async function rateOf(call: () => void): Promise<number> {
  call()
  await Promise.resolve()
  const began = performance.now()
  for (let count = 0; count < callsOfTurn; count++) call()
  await Promise.resolve()
  return callsOfTurn / ((performance.now() - began) / 1000)
}

const answerSize = 4096
const currentProcess = -1
const currentThread = -2
const currentThreadToken = -5
const tokenImpersonationLevel = 9

/** What somebody would write who calls Windows through koffi and cares for speed: one memory for all answers. */
class KoffiTokens {
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

  constructor(koffi: Koffi) {
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

const loaded: Koffi = createRequire(import.meta.url)('koffi')
const theirs = new KoffiTokens(loaded)
/** What a handle of the addon is, too: hidden, closed once, and closed with a warning when it is forgotten. */
class KoffiHandle {
  static readonly #forgotten = new FinalizationRegistry<number>((handle) => {
    theirs.closeHandle(handle)
    process.emitWarning('A handle was garbage collected before it was closed')
  })
  readonly #handle: number
  #closed = false

  constructor(handle: number) {
    this.#handle = handle
    KoffiHandle.#forgotten.register(this, handle, this)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    theirs.closeHandle(this.#handle)
    KoffiHandle.#forgotten.unregister(this)
  }
}

const win32 = getWin32()
const own = currentProcessToken()
const client = own.duplicate({ type: 'impersonation' })
const nothing = (): void => {}

function tokenTypeName(type: number): TokenTypeName {
  return type === tokenType.TokenPrimary ? 'primary' : 'impersonation'
}

/** With the SID as `Token` has it. */
function sidWithAttributes({ sid, attributes }: SidAndAttributes): Token['user'] {
  return { sid: Sid.fromBytes(sid), attributes }
}

interface Contest {
  readonly call: string
  readonly asuser: () => void
  /** The bare calls of koffi. */
  readonly bare: () => void
  /** koffi with the same result. */
  readonly equal: () => void
}

function question(name: TokenInformationClass, number: number, decode: () => unknown): Contest {
  return {
    call: `getTokenInformation(${name})`,
    asuser: () => void win32.getTokenInformation(own.handle, name),
    bare: () => void theirs.read(number),
    equal: () => void decode(),
  }
}

/** The same question to a `Token`. */
function getter<T>(name: string, read: () => T, number: number, decode: () => T): Contest {
  return {
    call: `token.${name}`,
    asuser: () => void read(),
    bare: () => void theirs.read(number),
    equal: () => void decode(),
  }
}

const duplicateBare = (): void => theirs.closeHandle(theirs.duplicate())
const duplicateAsObject = (): void => new KoffiHandle(theirs.duplicate()).close()

const contests: readonly Contest[] = [
  question('TokenType', 8, () => theirs.number(8)),
  question('TokenSessionId', 12, () => theirs.number(12)),
  question('TokenElevation', 20, () => theirs.number(20) !== 0),
  question('TokenUser', 1, () => theirs.user()),
  question('TokenStatistics', 10, () => theirs.statistics()),
  question('TokenGroups', 2, () => theirs.groups()),
  question('TokenPrivileges', 3, () => theirs.privileges()),
  getter(
    'type',
    () => own.type,
    8,
    () => tokenTypeName(theirs.number(8)),
  ),
  getter(
    'sessionId',
    () => own.sessionId,
    12,
    () => theirs.number(12),
  ),
  getter(
    'user',
    () => own.user,
    1,
    () => sidWithAttributes(theirs.user()),
  ),
  getter(
    'groups',
    () => own.groups,
    2,
    () => theirs.groups().map(sidWithAttributes),
  ),
  {
    call: 'duplicate and close, win32',
    asuser() {
      win32.duplicateTokenEx(own.handle, { desiredAccess: 0, type: 2, impersonationLevel: 2 }).close()
    },
    bare: duplicateBare,
    equal: duplicateAsObject,
  },
  {
    call: 'duplicate and close, token',
    asuser: () => own.duplicate({ type: 'impersonation', access: 0 }).close(),
    bare: duplicateBare,
    equal: duplicateAsObject,
  },
  {
    call: 'a round of impersonation, win32',
    asuser: () => win32.impersonateLoggedOnUser(client.handle, nothing),
    bare: () => theirs.impersonate(nothing),
    equal: () => theirs.impersonateSafely(nothing),
  },
  {
    call: 'a round of impersonation, token',
    asuser: () => client.impersonate(nothing),
    bare: () => theirs.impersonate(nothing),
    equal: () => theirs.impersonateSafely(nothing),
  },
]

try {
  const rows: string[][] = []
  for (const { call, asuser, bare, equal } of contests) {
    const [ours = [], bareRates = [], equalRates = []] = await ratesOf([asuser, bare, equal])
    rows.push([
      call,
      fixed(median(ours), 0),
      fixed(median(bareRates), 0),
      fixed(medianRatio(ours, bareRates), 2),
      fixed(median(equalRates), 0),
      fixed(medianRatio(ours, equalRates), 2),
    ])
  }
  const header = ['call', 'asuser', 'koffi, bare', 'ratio', 'koffi, equal result', 'ratio']
  printTable(`calls per second, median of ${rounds} turns of ${callsOfTurn} calls`, header, rows)
} finally {
  client.close()
  own.close()
  theirs.close()
}
