import {
  impersonationLevel,
  securityInformation,
  tokenAccess,
  tokenType,
  type AccessCheckByTypeOptions,
  type AccessCheckOptions,
  type Borrowed,
  type GenericMapping as Win32GenericMapping,
  type Handle,
  type KernelObjectKind,
  type Win32,
} from '@asuser/native'
import {
  type GenericMapping,
  type ObjectTypeName,
  objectTypes,
  SecurityDescriptor,
  Sid,
} from '@asuser/security-descriptors'
import { describe, expect, it, type TestContext } from 'vitest'
import type { Lane } from '../src/contract/backend.ts'
import { asyncOutcomeOf, outcomeOf } from '../src/contract/contract-run.ts'
import { deviationIn } from '../src/contract/deviations.ts'
// @boundaries-ignore support of all test suites
import {
  type AccessVector,
  isAboutTheCall,
  type MappingVector,
  readAccessVectors,
  type RecordedError,
  vectorsFolder,
  vectorsVariable,
} from '../../../tools/testing/recorded-vectors.ts'

/** What the recorded call was given besides what the seam takes: nothing but Windows' own function can be given it. */
export const privilegeSetVectors = [
  'wine-privset-null',
  'wine-privlen-null',
  'wine-privset-both-null',
  'wine-nodacl-privset-null',
  'wine-privset-null-len1',
  'wine-privset-null-len19',
  'wine-privset-null-len20',
  'wine-privset-len19',
] as const

/**
 * The recorded vectors that are about the call and not about the decision, which the suite of the pure access check
 * leaves to this one: each is given to `Win32`, or the sentence of its test says why it cannot be.
 */
export function describeRecordedVectors(name: string, lane: Lane, win32Of: () => Win32): void {
  const folder = vectorsFolder()
  if (folder === undefined) {
    it(`replays the recorded vectors of calls on ${name}`, ({ skip }) =>
      skip(`${vectorsVariable} names no folder of them`))
    return
  }
  const { vectors, mappings } = readAccessVectors(folder)
  const replay = new VectorReplay(win32Of, lane, mappings)
  const vectorNamed = (id: string): AccessVector => {
    const vector = vectors.find((candidate) => candidate.id === id)
    if (vector === undefined) throw new Error(`There is no vector ${id} in ${folder}`)
    return vector
  }

  describe(`the recorded vectors of calls on ${name}`, () => {
    const replayed = new Set<string>()

    function test(id: string, sentence: string, body: (vector: AccessVector, context: TestContext) => unknown): void {
      replayed.add(id)
      it(`${id} ${sentence}`, async (context) => {
        const vector = vectorNamed(id)
        expect(vector.evidence).toBe('windows-asserted')
        await body(vector, context)
      })
    }

    for (const id of ['wine-primary-token', 'wine-anon-token']) {
      test(id, 'comes out of accessCheck as recorded', (vector) => replay.refusedCheck(vector))
    }
    for (const id of ['reactos-bt-primary', 'reactos-bt-anon']) {
      test(id, 'comes out of accessCheckByType as recorded', (vector, context) => {
        replay.needs('access checks by type', context)
        replay.refusedCheckByType(vector)
      })
    }
    test('reactos-bt-nulltoken', 'comes out as recorded for a closed handle; null is a TypeError', (vector) =>
      replay.missingToken(vector),
    )
    test('reactos-bt-nullsd', 'comes out as recorded for no bytes; null is a TypeError', (vector) =>
      replay.missingDescriptor(vector),
    )
    test('wine-anon-privcheck', 'comes out of privilegeCheck as recorded', (vector) => replay.privilegeCheck(vector))
    test('wine-ident-open-object', 'comes out of opening a registry key as recorded', (vector) =>
      replay.openAtIdentification(vector),
    )
    for (const id of ['wine-defsd-max', 'wine-defsd-sacl']) {
      test(id, 'comes out as recorded for a process', (vector) => {
        replay.defaultSecurity(vector, win32Of().getCurrentProcess())
      })
      test(id, 'comes out as recorded for a mutex', (vector, context) => {
        replay.needs('access to an object with its default security', context)
        using mutex = win32Of().createMutex({ name: 'Local\\asuser-recorded-vector', security: null })
        replay.defaultSecurity(vector, mutex)
      })
    }
    for (const id of privilegeSetVectors) {
      test(id, 'cannot come out of accessCheck, which brings its own memory for privileges and so decides', (vector) =>
        replay.withoutPrivilegeSet(vector),
      )
    }

    it('are all that the suite of the pure access check leaves out', () => {
      expect([...replayed].toSorted()).toEqual(
        vectors
          .filter(isAboutTheCall)
          .map(({ id }) => id)
          .toSorted(),
      )
    })
  })
}

/** The steps of the replay on one `Win32`, whose own user is the user of the vectors: any does. */
class VectorReplay {
  readonly #win32Of: () => Win32
  readonly #lane: Lane
  readonly #mappings: Readonly<Record<string, MappingVector>>

  constructor(win32Of: () => Win32, lane: Lane, mappings: Readonly<Record<string, MappingVector>>) {
    this.#win32Of = win32Of
    this.#lane = lane
    this.#mappings = mappings
  }

  needs(what: string, context: TestContext): void {
    const row = deviationIn(this.#lane, what)
    if (row !== undefined) context.skip(`${row.what}: ${row.differs} (${row.source})`)
  }

  refusedCheck(vector: AccessVector): void {
    using token = this.#tokenOf(vector)
    expect(outcomeOf(() => this.#win32.accessCheck(this.#request(vector, token)))).toBe(errorOf(vector).win32)
  }

  refusedCheckByType(vector: AccessVector): void {
    using token = this.#tokenOf(vector)
    const check = (): unknown => this.#win32.accessCheckByType(this.#requestByType(vector, token))
    expect(outcomeOf(check)).toBe(errorOf(vector).win32)
  }

  missingToken(vector: AccessVector): void {
    const token = this.#clientToken(impersonationLevel.SecurityImpersonation)
    token.close()
    const request = this.#requestByType(vector, token)
    expect(outcomeOf(() => this.#win32.accessCheckByType(request))).toBe(errorOf(vector).win32)
    this.#expectTypeError({ ...request, token: vector.token })
  }

  missingDescriptor(vector: AccessVector): void {
    using token = this.#tokenOf(vector)
    const request = this.#requestByType(vector, token)
    const check = (): unknown => this.#win32.accessCheckByType({ ...request, descriptor: new Uint8Array() })
    expect(outcomeOf(check)).toBe(errorOf(vector).win32)
    this.#expectTypeError({ ...request, descriptor: vector.sd })
  }

  privilegeCheck(vector: AccessVector): void {
    using token = this.#tokenOf(vector)
    const privileges = Object.keys(vector.token?.privileges ?? {}).map((held) => this.#win32.lookupPrivilegeValue(held))
    expect(privileges).toHaveLength(1)
    const check = (): unknown => this.#win32.privilegeCheck({ token, privileges, allNecessary: true })
    expect(outcomeOf(check)).toBe(errorOf(vector).win32)
  }

  async openAtIdentification(vector: AccessVector): Promise<void> {
    expect(vector.sd).toBe('(HKCU\\Software)')
    using token = this.#tokenOf(vector)
    const user = Sid.fromBytes(this.#win32.getTokenInformation(token, 'TokenUser').sid)
    const open = (impersonate: Borrowed<'token'> | null): Promise<string> =>
      asyncOutcomeOf(() =>
        this.#win32.regEnumKey({ root: 'HKEY_USERS', path: `${user.toString()}\\Software`, impersonate }),
      )
    expect(await open(null)).toBe('success')
    const { win32, alternatives = [] } = errorOf(vector)
    const recorded = [win32, ...alternatives.map((alternative) => alternative.replace(/ \d+$/u, ''))]
    expect(recorded).toContain(await open(token))
  }

  defaultSecurity(vector: AccessVector, object: Borrowed<KernelObjectKind & ObjectTypeName>): void {
    const { genericMapping } = objectTypes[object.kind]
    const { OWNER_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION, DACL_SECURITY_INFORMATION } = securityInformation
    const information = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION
    using token = this.#tokenOf(vector)
    const { status, granted } = vector.expect
    const { accessStatus, grantedAccess, errno } = this.#win32.accessCheck({
      descriptor: this.#win32.getKernelObjectSecurity(object, information),
      token,
      desiredAccess: Number(vector.desired),
      genericMapping: toWin32(genericMapping),
    })
    expect([accessStatus, grantedAccess, errno]).toEqual([
      status,
      granted === 'mapping.all' ? genericMapping.all : Number(granted),
      status === true ? 0 : errorOf(vector).code,
    ])
  }

  /** The same call with memory that is large enough: what comes next in it. */
  withoutPrivilegeSet(vector: AccessVector): void {
    expect(vector).toSatisfy(
      ({ privilegeSet, privilegeSetLength }: AccessVector) =>
        privilegeSet === 'NULL' || privilegeSetLength === 'NULL' || privilegeSetLength === 19,
    )
    using token = this.#tokenOf(vector)
    const check = (): AccessCheckOptions => this.#request(vector, token)
    if (Number(vector.desired) === 0x8000_0000) {
      expect(outcomeOf(() => this.#win32.accessCheck(check()))).toBe('ERROR_GENERIC_NOT_MAPPED')
    } else {
      const granted = Number(vector.desired)
      expect(this.#win32.accessCheck(check())).toMatchObject({ accessStatus: true, grantedAccess: granted })
    }
  }

  get #win32(): Win32 {
    return this.#win32Of()
  }

  #tokenOf({ token }: AccessVector): Handle<'token'> {
    if (token?.type === 'primary') return this.#ownToken(tokenAccess.TOKEN_QUERY)
    const level = levels[token?.level ?? '']
    if (level === undefined) throw new Error(`There is no level ${token?.level}`)
    const client = this.#clientToken(level)
    for (const [privilege, state] of Object.entries(token?.privileges ?? {})) {
      expect(state).toBe('disabled')
      this.#win32.adjustTokenPrivileges(client, [{ luid: this.#win32.lookupPrivilegeValue(privilege), attributes: 0 }])
    }
    return client
  }

  #clientToken(level: 0 | 1 | 2): Handle<'token'> {
    using own = this.#ownToken(tokenAccess.TOKEN_DUPLICATE)
    return this.#win32.duplicateTokenEx(own, {
      desiredAccess: tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_IMPERSONATE | tokenAccess.TOKEN_ADJUST_PRIVILEGES,
      type: tokenType.TokenImpersonation,
      impersonationLevel: level,
    })
  }

  #ownToken(desiredAccess: number): Handle<'token'> {
    return this.#win32.openProcessToken(this.#win32.getCurrentProcess(), desiredAccess)
  }

  #request({ sd, desired, mapping }: AccessVector, token: Borrowed<'token'>): AccessCheckOptions {
    const genericMapping = this.#mappings[mapping]
    if (genericMapping === undefined) throw new Error(`There is no mapping ${mapping}`)
    const { read, write, execute, all } = genericMapping
    return {
      descriptor: SecurityDescriptor.fromSddl((sd ?? '').replace(/ \(no DACL\)$/u, '')).toBytes(),
      token,
      desiredAccess: Number(desired),
      genericMapping: toWin32({ read: Number(read), write: Number(write), execute: Number(execute), all: Number(all) }),
    }
  }

  #requestByType(vector: AccessVector, token: Borrowed<'token'>): AccessCheckByTypeOptions {
    return { ...this.#request(vector, token), objectTypes: vector.objectTypes ?? [], principalSelf: null }
  }

  /** As JavaScript may call it. */
  #expectTypeError(options: unknown): void {
    const win32 = this.#win32
    const check = (): unknown => Reflect.apply(Reflect.get(win32, 'accessCheckByType'), win32, [options])
    expect(check).toThrow(expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }))
  }
}

const levels: Readonly<Record<string, 0 | 1 | 2>> = { Anonymous: 0, Identification: 1, Impersonation: 2 }

function errorOf({ id, expect: { error } }: AccessVector): RecordedError {
  if (typeof error !== 'object') throw new Error(`The vector ${id} records no error`)
  return error
}

function toWin32({ read, write, execute, all }: GenericMapping): Win32GenericMapping {
  return { genericRead: read, genericWrite: write, genericExecute: execute, genericAll: all }
}
