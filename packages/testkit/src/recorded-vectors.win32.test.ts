import { getWin32, tokenAccess, tokenType } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { beforeEach, describe, expect, it } from 'vitest'
import { describeRecordedVectors, privilegeSetVectors } from '../test/recorded-vectors.suite.ts'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
// @boundaries-ignore support of all test suites
import { type Koffi, loadKoffi } from '../../../tools/testing/koffi.ts'
// @boundaries-ignore support of all test suites
import {
  type AccessVector,
  type MappingVector,
  readAccessVectors,
  readSddlVectors,
  vectorsFolder,
  vectorsVariable,
} from '../../../tools/testing/recorded-vectors.ts'

const lane = process.env['ASUSER_LANE'] === 'wine' ? 'wine' : 'windows'
// Without the shim of the lane, Wine takes every descriptor for a broken one.
if (lane === 'wine') await installedAccounts()

describeRecordedVectors('the addon', lane, getWin32)

interface SystemCheck {
  /** The last error; 0 for a decision. */
  readonly errno: number
  /** What the call left there. */
  readonly length: number | undefined
}

/** The functions of the system itself, with the arguments that the seam does not have. */
class System {
  readonly #convertString
  readonly #openProcessToken
  readonly #duplicateTokenEx
  readonly #accessCheck
  readonly #closeHandle
  readonly #getLastError

  constructor(koffi: Koffi) {
    const advapi32 = koffi.load('advapi32.dll')
    const kernel32 = koffi.load('kernel32.dll')
    this.#convertString = advapi32.func(
      'int ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 text, uint32_t revision, int64_t *descriptor, uint32_t *size)',
    )
    this.#openProcessToken = advapi32.func('int OpenProcessToken(int64_t process, uint32_t access, int64_t *token)')
    this.#duplicateTokenEx = advapi32.func(
      'int DuplicateTokenEx(int64_t token, uint32_t access, void *security, int level, int type, int64_t *duplicate)',
    )
    this.#accessCheck = advapi32.func(
      'int AccessCheck(uint8_t *descriptor, int64_t token, uint32_t desired, uint32_t *mapping, uint8_t *privileges, uint32_t *length, uint32_t *granted, int *status)',
    )
    this.#closeHandle = kernel32.func('int CloseHandle(int64_t handle)')
    this.#getLastError = kernel32.func('uint32_t GetLastError()')
  }

  /** The last error of reading a text in this revision; 0 when it is read. */
  readSddl(text: string, revision: number): number {
    const address = new BigInt64Array(1)
    return this.#convertString(text, revision, address, new Uint32Array(1)) === 0 ? this.#getLastError() : 0
  }

  checkAccess(vector: AccessVector, { read, write, execute, all }: MappingVector): SystemCheck {
    const { sd, desired, privilegeSet, privilegeSetLength = 1024 } = vector
    const descriptor = SecurityDescriptor.fromSddl((sd ?? '').replace(/ \(no DACL\)$/u, '')).toBytes()
    const length = privilegeSetLength === 'NULL' ? null : new Uint32Array([Number(privilegeSetLength)])
    const token = this.#client()
    const succeeded = this.#accessCheck(
      descriptor,
      token,
      Number(desired),
      new Uint32Array([read, write, execute, all].map(Number)),
      privilegeSet === 'NULL' ? null : new Uint8Array(1024),
      length,
      new Uint32Array(1),
      new Int32Array(1),
    )
    const errno = succeeded === 0 ? this.#getLastError() : 0
    this.#closeHandle(token)
    return { errno, length: length?.[0] }
  }

  #client(): number {
    const opened = new BigInt64Array(1)
    const access = tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE
    expect(this.#openProcessToken(-1, access, opened)).toBe(1)
    const own = Number(opened[0])
    expect(this.#duplicateTokenEx(own, access, null, 2, tokenType.TokenImpersonation, opened)).toBe(1)
    this.#closeHandle(own)
    return Number(opened[0])
  }
}

const koffi = loadKoffi()
const folder = vectorsFolder()

describe('the recorded vectors of calls on the system itself', () => {
  beforeEach(({ skip }) => {
    skip(folder === undefined, `${vectorsVariable} names no folder of them`)
    skip(koffi === undefined, 'koffi is on the Windows side of the Wine lane alone')
  })

  const system = koffi === undefined ? undefined : new System(koffi)
  const { vectors = [], mappings = {} } = folder === undefined ? {} : readAccessVectors(folder)

  it.each(privilegeSetVectors)('%s comes out as recorded', (id) => {
    const vector = vectors.find((candidate) => candidate.id === id)
    const mapping = mappings[vector?.mapping ?? '']
    if (vector === undefined || mapping === undefined) throw new Error(`There is no vector ${id}, or not its mapping`)
    const { error, privilegeSetLengthOut } = vector.expect
    expect(system?.checkAccess(vector, mapping)).toEqual({
      errno: typeof error === 'object' ? error.code : undefined,
      length: privilegeSetLengthOut ?? (vector.privilegeSetLength === 'NULL' ? undefined : 1024),
    })
  })

  it('wine-cssd-00 is refused for its revision, which the seam has no argument for: it asks for revision 1', () => {
    const vector = folder === undefined ? undefined : readSddlVectors(folder).find(({ id }) => id === 'wine-cssd-00')
    if (vector === undefined) throw new Error('There is no vector wine-cssd-00')
    expect(system?.readSddl(vector.input, Number(vector.revision))).toBe(vector.error?.code)
    expect(system?.readSddl(vector.input, 1)).toBe(0)
    const bytes = getWin32().convertStringSecurityDescriptorToSecurityDescriptor(vector.input)
    expect(SecurityDescriptor.fromBytes(bytes).toSddl()).toBe(vector.input)
  })
})
