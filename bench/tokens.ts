// Token calls of the addon against koffi 3, a foreign function interface, in one run: calls per second of what a token is
// asked, and of a round of impersonation. For the Windows node.exe: under Wine `tools/wine/run --as-system -- node bench/dist/tokens.js`.
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { getWin32, tokenAccess, tokenType, type TokenInformationClass } from '@asuser/native'
import { currentProcessToken } from '@asuser/tokens'
import { fixed, interleave, median, printTable } from './measure.ts'

const rounds = 15
const milliseconds = 60

/** The part of koffi that is used here. The package is on the Windows side alone. */
interface Koffi {
  load(library: string): { func(prototype: string): (...args: readonly unknown[]) => number }
}

/** How often a call succeeds in a second. */
function rateOf(call: () => void): number {
  let calls = 0
  const began = performance.now()
  let elapsed = 0
  do {
    for (let count = 0; count < 50; count++) call()
    calls += 50
    elapsed = performance.now() - began
  } while (elapsed < milliseconds)
  return calls / (elapsed / 1000)
}

/** What somebody would write who calls Windows through koffi: the same calls, checked, with the answer copied. */
class KoffiTokens {
  readonly #getTokenInformation
  readonly #openProcessToken
  readonly #duplicateTokenEx
  readonly #impersonateLoggedOnUser
  readonly #revertToSelf
  readonly #closeHandle
  readonly #token: number
  readonly #client: number

  constructor(koffi: Koffi) {
    const advapi32 = koffi.load('advapi32.dll')
    const kernel32 = koffi.load('kernel32.dll')
    this.#getTokenInformation = advapi32.func(
      'int GetTokenInformation(int64_t token, int informationClass, uint8_t *memory, uint32_t size, uint32_t *needed)',
    )
    this.#openProcessToken = advapi32.func('int OpenProcessToken(int64_t process, uint32_t access, int64_t *token)')
    this.#duplicateTokenEx = advapi32.func(
      'int DuplicateTokenEx(int64_t token, uint32_t access, void *security, int level, int type, int64_t *duplicate)',
    )
    this.#impersonateLoggedOnUser = advapi32.func('int ImpersonateLoggedOnUser(int64_t token)')
    this.#revertToSelf = advapi32.func('int RevertToSelf()')
    this.#closeHandle = kernel32.func('int CloseHandle(int64_t handle)')
    const opened = new BigInt64Array(1)
    check(this.#openProcessToken(-1, tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE, opened))
    this.#token = Number(opened[0])
    const access = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE
    check(this.#duplicateTokenEx(this.#token, access, null, 2, tokenType.TokenImpersonation, opened))
    this.#client = Number(opened[0])
  }

  /** Asks for the size and for the answer, and copies it. */
  read(informationClass: number): Uint8Array {
    const needed = new Uint32Array(1)
    const memory = new Uint8Array(256)
    if (this.#getTokenInformation(this.#token, informationClass, memory, memory.length, needed) !== 0) {
      return memory.slice(0, needed[0])
    }
    const larger = new Uint8Array(needed[0] ?? 0)
    check(this.#getTokenInformation(this.#token, informationClass, larger, larger.length, needed))
    return larger
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

  duplicate(): void {
    const duplicate = new BigInt64Array(1)
    check(this.#duplicateTokenEx(this.#token, 0, null, 2, tokenType.TokenImpersonation, duplicate))
    check(this.#closeHandle(Number(duplicate[0])))
  }

  close(): void {
    this.#closeHandle(this.#token)
    this.#closeHandle(this.#client)
  }
}

function check(succeeded: number): void {
  if (succeeded === 0) throw new Error('A Win32 function failed')
}

const loaded: Koffi = createRequire(import.meta.url)('koffi')
const theirs = new KoffiTokens(loaded)
const win32 = getWin32()
const own = currentProcessToken()
const client = own.duplicate({ type: 'impersonation' })
const nothing = (): void => {}

/** Name, what the addon does, what koffi does. */
const contenders: readonly (readonly [string, () => void, () => void])[] = [
  ...(
    [
      ['TokenType', 8],
      ['TokenSessionId', 12],
      ['TokenElevation', 20],
      ['TokenUser', 1],
      ['TokenStatistics', 10],
      ['TokenGroups', 2],
      ['TokenPrivileges', 3],
    ] as const satisfies readonly (readonly [TokenInformationClass, number])[]
  ).map(
    ([name, number]) =>
      [
        `getTokenInformation(${name})`,
        () => void win32.getTokenInformation(own.handle, name),
        () => void theirs.read(number),
      ] as const,
  ),
  ['duplicate and close', () => own.duplicate({ type: 'impersonation', access: 0 }).close(), () => theirs.duplicate()],
  [
    'a round of impersonation, win32',
    () => win32.impersonateLoggedOnUser(client.handle, nothing),
    () => theirs.impersonate(nothing),
  ],
  ['a round of impersonation, token', () => client.impersonate(nothing), () => theirs.impersonate(nothing)],
]

try {
  const rows: string[][] = []
  for (const [name, ours, koffi] of contenders) {
    const [us = [], them = []] = await interleave(rounds, [async () => rateOf(ours), async () => rateOf(koffi)])
    const [rate, rival] = [median(us), median(them)]
    rows.push([name, fixed(rate, 0), fixed(rival, 0), fixed(rate / rival, 2)])
  }
  printTable(`calls per second, median of ${rounds}`, ['call', 'asuser', 'koffi 3', 'ratio'], rows)
} finally {
  client.close()
  own.close()
  theirs.close()
}
