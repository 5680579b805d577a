import { invalidValue, quoted, requireText } from './argument-errors.ts'
import { readUint32 } from './binary/reader.ts'
import { writeUtf16 } from './binary/writer.ts'
import { toUpperCaseUnits } from './condition/upper-case.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { sha1, sha256 } from './hash.ts'
import { Sid } from './sid.ts'

/** The integrity levels, by the last sub-authority of `S-1-16-…`. */
export const integrityLevels = {
  untrusted: 0x0000,
  low: 0x1000,
  medium: 0x2000,
  mediumPlus: 0x2100,
  high: 0x3000,
  system: 0x4000,
  protectedProcess: 0x5000,
} as const

export type IntegrityLevelName = keyof typeof integrityLevels

/**
 * `S-1-16-…`, by name or by number.
 *
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when there is no level of that name
 */
export function integrityLevelSid(level: IntegrityLevelName | number): Sid {
  if (typeof level === 'number') return Sid.fromParts(16, [level])
  if (!Object.hasOwn(integrityLevels, level)) {
    throw invalidValue(
      'level',
      `be a number or one of ${Object.keys(integrityLevels).join(', ')}, got ${quoted(level)}`,
    )
  }
  return Sid.fromParts(16, [integrityLevels[level]])
}

/**
 * Whether the first integrity level is at least as high as the second.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_SID` when one of them is no integrity level
 */
export function integrityDominates(level: Sid, other: Sid): boolean {
  return integrityRid(level) >= integrityRid(other)
}

/**
 * Whether the first trust level, `S-1-19-type-level`, is at least as high as the second in both numbers. A process that is
 * protected in another way does not dominate, however high its level is.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_SID` when one of them is no trust level
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-dtyp/81d92bba-d22b-4a8c-908a-554ab29148ab
 */
export function processTrustDominates(trust: Sid, other: Sid): boolean {
  const [type, level] = trustParts(trust)
  const [otherType, otherLevel] = trustParts(other)
  return type >= otherType && level >= otherLevel
}

/**
 * The SID of a service, from the name that the service manager knows it by. It exists without being registered.
 *
 * @example
 * ```ts
 * serviceSid('TrustedInstaller').toString()
 * // 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464'
 * ```
 */
export function serviceSid(name: string): Sid {
  return Sid.fromParts(5, [80, ...hashWords(sha1(utf16(upperCase(name))), 5)])
}

/** The SID of a virtual account of an IIS application pool, `IIS APPPOOL\name`. */
export function applicationPoolSid(name: string): Sid {
  return Sid.fromParts(5, [82, ...hashWords(sha1(utf16(upperCase(name))), 5)])
}

/** The package SID of an app container, from its moniker or package family name. */
export function appContainerSid(name: string): Sid {
  return Sid.fromParts(15, [2, ...hashWords(sha256(utf16(lowerCase(name))), 7)])
}

/** The SID of a named capability as a token in an app container holds it. */
export function capabilitySid(name: string): Sid {
  return Sid.fromParts(15, [3, 1024, ...hashWords(sha256(utf16(upperCase(name))), 8)])
}

/** The SID of a named capability as a group, for tokens outside of app containers. */
export function capabilityGroupSid(name: string): Sid {
  return Sid.fromParts(5, [32, ...hashWords(sha256(utf16(upperCase(name))), 8)])
}

/** The SID of a logon session, `S-1-5-5-X-Y`. Windows chooses the two numbers. */
export function logonSid(high: number, low: number): Sid {
  return Sid.fromParts(5, [5, high, low])
}

/** What kind of SID it is, for those that are told by their first numbers. */
export type SidKind =
  | 'logonSession'
  | 'builtin'
  | 'account'
  | 'service'
  | 'applicationPool'
  | 'virtualMachine'
  | 'appContainer'
  | 'capability'
  | 'integrityLevel'
  | 'processTrust'
  | 'centralAccessPolicy'
  | 'other'

/** Tells what a SID stands for without asking anybody. */
export function sidKind({ authority, subAuthorities }: Sid): SidKind {
  const [first, second] = subAuthorities
  if (authority === 16) return 'integrityLevel'
  if (authority === 17) return 'centralAccessPolicy'
  if (authority === 19) return 'processTrust'
  if (authority === 15) return first === 2 ? 'appContainer' : first === 3 ? 'capability' : 'other'
  if (authority !== 5) return 'other'
  if (first === 5 && subAuthorities.length === 3) return 'logonSession'
  if (first === 32) return subAuthorities.length > 2 ? 'capability' : second === undefined ? 'other' : 'builtin'
  return (first === undefined ? undefined : ntKinds[first]) ?? 'other'
}

const ntKinds: Readonly<Record<number, SidKind>> = {
  21: 'account',
  80: 'service',
  82: 'applicationPool',
  83: 'virtualMachine',
}

function integrityRid(level: Sid): number {
  const [rid, ...more] = level.subAuthorities
  if (level.authority !== 16 || rid === undefined || more.length > 0) {
    throw new InvalidSecurityDescriptorError(
      `level must be an integrity level such as S-1-16-8192, got ${level.toString()}`,
      'ERROR_INVALID_SID',
    )
  }
  return rid
}

function trustParts(trust: Sid): readonly [type: number, level: number] {
  const [type, level, ...more] = trust.subAuthorities
  if (trust.authority !== 19 || type === undefined || level === undefined || more.length > 0) {
    throw new InvalidSecurityDescriptorError(
      `trust must be a trust level such as S-1-19-512-8192, got ${trust.toString()}`,
      'ERROR_INVALID_SID',
    )
  }
  return [type, level]
}

/** As Windows does: one UTF-16 unit for one, so that "ß" is none of "SS". */
function upperCase(name: string): string {
  requireText(name, 'name')
  return toUpperCaseUnits(name)
}

function lowerCase(name: string): string {
  requireText(name, 'name')
  let units = ''
  for (let at = 0; at < name.length; at++) {
    const lower = name.charAt(at).toLowerCase()
    units += lower.length === 1 ? lower : name.charAt(at)
  }
  return units
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length)
  writeUtf16(bytes, 0, text)
  return bytes
}

function hashWords(digest: Uint8Array, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => readUint32(digest, 4 * index))
}
