import type { Ace } from '../ace.ts'
import { formatMask } from '../access-mask.ts'
import { type ObjectType, rightNames } from '../object-types.ts'
import { formatAce } from '../sddl/format.ts'
import type { SidDomains } from '../sid.ts'
import { levelOf } from './mandatory-label.ts'

/**
 * The walks over the ACEs: every token makes the first one; a restricted token makes one with its restricting SIDs,
 * a token in an app container one with its package and capabilities, and an object under a central access policy
 * gets one with the recovery policy. Only what all of them grant is granted.
 */
export type AccessCheckPass = 'token' | 'restrictingSids' | 'appContainer' | 'recoveryPolicy'

/**
 * One thing that the check found, with the bits of the request that it settled. `notGranted` stands for the ACEs that
 * are not there, with an empty mask where there is no right to name.
 */
export type TraceStep =
  | {
      readonly kind: 'privilege'
      readonly privilege: string
      readonly effect: 'grants' | 'isMissing'
      readonly mask: number
    }
  | { readonly kind: 'mandatoryLabel'; readonly effect: 'denies'; readonly mask: number; readonly ace: Ace | undefined }
  | { readonly kind: 'processTrustLabel'; readonly effect: 'denies'; readonly mask: number; readonly ace: Ace }
  | { readonly kind: 'accessFilter'; readonly effect: 'denies'; readonly mask: number; readonly ace: Ace }
  | {
      readonly kind: 'noDacl'
      readonly effect: 'grants' | 'denies'
      readonly mask: number
      readonly isNull: boolean
      readonly pass: AccessCheckPass
    }
  | { readonly kind: 'owner'; readonly effect: 'grants'; readonly mask: number; readonly pass: AccessCheckPass }
  | {
      readonly kind: 'ace'
      readonly effect: 'grants' | 'denies'
      readonly mask: number
      /** The place of the ACE in the DACL, from 0. */
      readonly index: number
      readonly ace: Ace
      readonly pass: AccessCheckPass
    }
  | { readonly kind: 'notGranted'; readonly effect: 'denies'; readonly mask: number; readonly pass: AccessCheckPass }
  | { readonly kind: 'nothingAsked'; readonly effect: 'denies'; readonly mask: number }

/** Why an access check came out as it did. */
export interface AccessTrace {
  /** In the order in which they were found. */
  readonly steps: readonly TraceStep[]
  /**
   * The one that decided. When access is granted, the last that was needed to grant all rights; when it is refused, the
   * first to refuse a right that was asked for by name or, of a maximum that is nothing, the one that took the last.
   */
  readonly decisive: TraceStep | undefined
}

/** How `formatTrace` puts things. */
export interface TraceFormat {
  /** Gives the rights their names. */
  readonly objectType?: ObjectType | undefined
  readonly domains?: SidDomains | undefined
}

/**
 * A trace for people: one line for each step, `=>` before the one that decided.
 *
 * @example
 * ```ts
 * const { trace } = accessCheck({
 *   descriptor: SecurityDescriptor.fromSddl('O:SYG:SYD:(D;;FR;;;WD)'),
 *   token: { user: { sid: Sid.parse('WD'), attributes: 0 }, groups: [], privileges: [] },
 *   desiredAccess: objectTypes.file.rights.FILE_READ_DATA,
 *   genericMapping: objectTypes.file.genericMapping,
 * })
 * formatTrace(trace, { objectType: objectTypes.file }) // '=> ACE 0 (D;;FR;;;WD) denies FILE_READ_DATA'
 * ```
 */
export function formatTrace(trace: AccessTrace, format: TraceFormat = {}): string {
  return trace.steps.map((step) => `${step === trace.decisive ? '=>' : '  '} ${describe(step, format)}`).join('\n')
}

function describe(step: TraceStep, format: TraceFormat): string {
  const rights = namesOf(step.mask, format)
  switch (step.kind) {
    case 'privilege':
      return step.effect === 'grants'
        ? `${step.privilege} grants ${rights}`
        : `${step.privilege} is not enabled, and nothing else can grant ${rights}`
    case 'mandatoryLabel': {
      const label = step.ace === undefined ? 'the default medium label' : `label ${textOf(step.ace, format)}`
      const isUnderstood = step.ace === undefined || levelOf(step.ace) !== undefined
      return `${label} denies ${rights}${isUnderstood ? ' to a lower integrity level' : notUnderstood}`
    }
    case 'processTrustLabel':
      return `trust label ${textOf(step.ace, format)} denies ${rights}${unlessUnderstood(step.ace)}`
    case 'accessFilter':
      return `access filter ${textOf(step.ace, format)} denies ${rights}${unlessUnderstood(step.ace)}`
    case 'noDacl': {
      const dacl = step.isNull ? 'the NULL DACL' : 'the absence of a DACL'
      return `${dacl} ${step.effect} ${rights}${passText(step.pass)}`
    }
    case 'owner':
      return `being the owner grants ${rights}${passText(step.pass)}`
    case 'ace': {
      const text = `ACE ${step.index} ${textOf(step.ace, format)} ${step.effect} ${rights}`
      return `${text}${unlessUnderstood(step.ace)}${passText(step.pass)}`
    }
    case 'notGranted':
      return `no ACE grants ${anyOf(step.mask, rights)}${passText(step.pass)}`
    case 'nothingAsked':
      return 'nothing was asked for, which is never granted'
  }
}

function anyOf(mask: number, rights: string): string {
  if (mask === 0) return 'any right'
  return isOneBit(mask) ? rights : `any of ${rights}`
}

function isOneBit(mask: number): boolean {
  return (mask & (mask - 1)) === 0
}

const notUnderstood = ', because it is not understood'

function unlessUnderstood(ace: Ace): string {
  return ace.type === 'unknown' ? notUnderstood : ''
}

function passText(pass: AccessCheckPass): string {
  switch (pass) {
    case 'token':
      return ''
    case 'restrictingSids':
      return ' (among the restricting SIDs)'
    case 'appContainer':
      return ' (for the app container)'
    case 'recoveryPolicy':
      return ' (by the recovery policy, because the central access policy is not known)'
  }
}

function namesOf(mask: number, { objectType }: TraceFormat): string {
  return objectType === undefined ? formatMask(mask) : rightNames(mask, objectType).join(' | ')
}

/** As SDDL, or by type where SDDL has no form for the ACE. */
function textOf(ace: Ace, { domains }: TraceFormat): string {
  try {
    return formatAce(ace, domains)
  } catch {
    return ace.type === 'unknown' ? `of type 0x${ace.typeCode.toString(16)}` : `of type ${ace.type}`
  }
}
