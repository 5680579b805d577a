import { Acl, writeAcl } from './acl.ts'
import { requireBytes, requireObject, requireText, requireType, wholeNumber } from './argument-errors.ts'
import { byteAt, readUint16, readUint32 } from './binary/reader.ts'
import { writeUint16, writeUint32 } from './binary/writer.ts'
import { controlFlags } from './control.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { formatSddl } from './sddl/format.ts'
import { parseSddl } from './sddl/parse.ts'
import { Sid, type SidDomains } from './sid.ts'
import { writeSid } from './sid-bytes.ts'

const headerSize = 20

/** The parts of a security descriptor; one that is left out is absent. */
export interface SecurityDescriptorParts {
  readonly owner?: Sid | undefined
  readonly group?: Sid | undefined
  /** `undefined` = absent, `null` = NULL: everybody may do everything, an empty `Acl` = nobody may do anything. */
  readonly dacl?: Acl | null | undefined
  readonly sacl?: Acl | null | undefined
  /** `controlFlags` bits. `DACL_PRESENT`, `SACL_PRESENT` and `SELF_RELATIVE` follow from the parts and need not be set. */
  readonly control?: number | undefined
  /** The byte for the resource manager; it means something where the control has `RM_CONTROL_VALID`. */
  readonly resourceManagerControl?: number | undefined
}

/**
 * Who owns an object, who may do what with it, and what of that is audited: an immutable value.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/security-descriptors
 */
export class SecurityDescriptor {
  readonly owner: Sid | undefined
  readonly group: Sid | undefined
  /** `undefined` = absent, `null` = NULL: everybody may do everything, an empty `Acl` = nobody may do anything. */
  readonly dacl: Acl | null | undefined
  readonly sacl: Acl | null | undefined
  readonly control: number
  readonly resourceManagerControl: number

  private constructor(parts: SecurityDescriptorParts) {
    this.owner = parts.owner
    this.group = parts.group
    this.dacl = parts.dacl
    this.sacl = parts.sacl
    this.control = controlFor(parts)
    this.resourceManagerControl = parts.resourceManagerControl ?? 0
  }

  /**
   * @throws TypeError `ERR_INVALID_ARG_TYPE` when a part is of another type
   * @throws {InvalidSecurityDescriptorError} when a number has more than its 16 or 8 bits
   */
  static from(parts: SecurityDescriptorParts): SecurityDescriptor {
    requireObject('parts', 'an object', parts)
    const { owner, group, dacl, sacl, control = 0, resourceManagerControl = 0 } = parts
    for (const [name, sid] of Object.entries({ owner, group })) {
      requireType(sid === undefined || sid instanceof Sid, name, 'a Sid', sid)
    }
    for (const [name, acl] of Object.entries({ dacl, sacl })) {
      requireType(!acl || acl instanceof Acl, name, 'an Acl or null', acl)
    }
    wholeNumber('control', control, 0xffff, 0, 'ERROR_INVALID_SECURITY_DESCR')
    wholeNumber('resourceManagerControl', resourceManagerControl, 0xff, 0, 'ERROR_INVALID_SECURITY_DESCR')
    return new SecurityDescriptor(parts)
  }

  /**
   * Reads SDDL as `ConvertStringSecurityDescriptorToSecurityDescriptor` does. Aliases such as `LA`, `DA` and `EA` are
   * accepted only with the SIDs that complete them.
   *
   * @throws {SddlSyntaxError} with the offset at which the text stops being SDDL
   * @example
   * ```ts
   * const descriptor = SecurityDescriptor.fromSddl('O:BAG:SYD:P(A;;FA;;;BA)(A;;FR;;;BU)')
   * descriptor.dacl?.entries.length // 2
   * ```
   * @see https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format
   */
  static fromSddl(text: string, domains: SidDomains = {}): SecurityDescriptor {
    requireText(text)
    return new SecurityDescriptor(parseSddl(text, domains))
  }

  /**
   * Reads a self-relative security descriptor, whatever the order of its parts. Bytes between and after the parts
   * are not kept.
   *
   * @throws {InvalidSecurityDescriptorError} when a part is malformed, reaches beyond the bytes or overlaps another
   */
  static fromBytes(bytes: Uint8Array): SecurityDescriptor {
    requireBytes(bytes)
    const control = checkedControl(bytes)
    const owner = readSidAt(bytes, 4)
    const group = readSidAt(bytes, 8)
    const sacl = control & controlFlags.SACL_PRESENT ? readAclAt(bytes, 12) : undefined
    const dacl = control & controlFlags.DACL_PRESENT ? readAclAt(bytes, 16) : undefined
    rejectOverlaps(
      extentOf(bytes, 4, owner),
      extentOf(bytes, 8, group),
      extentOf(bytes, 12, sacl),
      extentOf(bytes, 16, dacl),
    )
    return new SecurityDescriptor({ owner, group, sacl, dacl, control, resourceManagerControl: byteAt(bytes, 1) })
  }

  /** How many bytes `toBytes()` gives. */
  get byteLength(): number {
    return (
      headerSize +
      (this.sacl?.byteLength ?? 0) +
      (this.dacl?.byteLength ?? 0) +
      (this.owner?.byteLength ?? 0) +
      (this.group?.byteLength ?? 0)
    )
  }

  /** Self-relative, laid out as Windows does: header, SACL, DACL, owner, group. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.byteLength)
    bytes[0] = 1
    bytes[1] = this.resourceManagerControl
    writeUint16(bytes, 2, this.control)
    let at = headerSize
    if (this.sacl) {
      writeUint32(bytes, 12, at)
      at = writeAcl(bytes, at, this.sacl)
    }
    if (this.dacl) {
      writeUint32(bytes, 16, at)
      at = writeAcl(bytes, at, this.dacl)
    }
    if (this.owner !== undefined) {
      writeUint32(bytes, 4, at)
      at = writeSid(bytes, at, this.owner)
    }
    if (this.group !== undefined) {
      writeUint32(bytes, 8, at)
      writeSid(bytes, at, this.group)
    }
    return bytes
  }

  /**
   * SDDL as `ConvertSecurityDescriptorToStringSecurityDescriptor` prints it. SIDs of accounts become aliases where
   * the SIDs of their domains are given.
   *
   * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when an ACE cannot be said in SDDL
   */
  toSddl(domains: SidDomains = {}): string {
    return formatSddl(this, domains)
  }

  /**
   * This descriptor with other parts. A part that is given as `undefined` is taken away; one that is not given stays.
   *
   * @example
   * ```ts
   * const descriptor = SecurityDescriptor.fromSddl('O:BAD:')
   * descriptor.with({ dacl: descriptor.dacl?.with(allow(Sid.wellKnown('World'), 1)) }).toSddl() // 'O:BAD:(A;;CC;;;WD)'
   * ```
   */
  with(changes: SecurityDescriptorParts): SecurityDescriptor {
    const { owner, group, dacl, sacl, control, resourceManagerControl } = this
    return SecurityDescriptor.from({ owner, group, dacl, sacl, control, resourceManagerControl, ...changes })
  }

  /** Whether both have the same parts and control bits. */
  equals(other: SecurityDescriptor): boolean {
    return (
      other === this ||
      (other.control === this.control &&
        other.resourceManagerControl === this.resourceManagerControl &&
        sidsEqual(this.owner, other.owner) &&
        sidsEqual(this.group, other.group) &&
        aclsEqual(this.dacl, other.dacl) &&
        aclsEqual(this.sacl, other.sacl))
    )
  }
}

function controlFor({ dacl, sacl, control = 0 }: SecurityDescriptorParts): number {
  const { DACL_PRESENT, SACL_PRESENT, SELF_RELATIVE } = controlFlags
  const present = (dacl === undefined ? 0 : DACL_PRESENT) | (sacl === undefined ? 0 : SACL_PRESENT)
  return (control & ~(DACL_PRESENT | SACL_PRESENT)) | SELF_RELATIVE | present
}

/** The control bits of a descriptor whose header can be read. */
function checkedControl(bytes: Uint8Array): number {
  if (bytes.length < headerSize) throw invalid(`A security descriptor has at least 20 bytes, got ${bytes.length}`, 0)
  const revision = byteAt(bytes, 0)
  if (revision !== 1) {
    throw new InvalidSecurityDescriptorError(
      `A security descriptor has revision 1, got ${revision}`,
      'ERROR_UNKNOWN_REVISION',
      0,
    )
  }
  const control = readUint16(bytes, 2)
  if (!(control & controlFlags.SELF_RELATIVE)) throw invalid('Only a self-relative descriptor can be read', 2)
  return control
}

function readSidAt(bytes: Uint8Array, field: number): Sid | undefined {
  const offset = partOffset(bytes, field)
  return offset === 0 ? undefined : Sid.fromBytes(bytes, offset)
}

function readAclAt(bytes: Uint8Array, field: number): Acl | null {
  const offset = partOffset(bytes, field)
  return offset === 0 ? null : Acl.fromBytes(bytes, offset)
}

function partOffset(bytes: Uint8Array, field: number): number {
  const offset = readUint32(bytes, field)
  if (offset !== 0 && (offset < headerSize || offset >= bytes.length)) {
    throw invalid(`A part cannot begin at ${offset}`, field)
  }
  return offset
}

/** Where a part stands; both are 0 where there is none. */
interface Extent {
  readonly start: number
  readonly end: number
}

function extentOf(bytes: Uint8Array, field: number, part: Sid | Acl | null | undefined): Extent {
  const start = part ? readUint32(bytes, field) : 0
  return { start, end: start + (part?.byteLength ?? 0) }
}

/** Parts that share bytes are hostile or broken, except that owner and group may be one SID. */
function rejectOverlaps(owner: Extent, group: Extent, sacl: Extent, dacl: Extent): void {
  if (owner.start !== group.start) rejectOverlap(owner, group)
  rejectOverlap(owner, sacl)
  rejectOverlap(owner, dacl)
  rejectOverlap(group, sacl)
  rejectOverlap(group, dacl)
  rejectOverlap(sacl, dacl)
}

function rejectOverlap(first: Extent, second: Extent): void {
  if (first.start < second.end && second.start < first.end) throw invalid('Two parts overlap', second.start)
}

function sidsEqual(left: Sid | undefined, right: Sid | undefined): boolean {
  return left === right || (left !== undefined && right !== undefined && left.equals(right))
}

function aclsEqual(left: Acl | null | undefined, right: Acl | null | undefined): boolean {
  return left === right || Boolean(left && right && left.equals(right))
}

function invalid(message: string, offset: number): InvalidSecurityDescriptorError {
  return new InvalidSecurityDescriptorError(message, 'ERROR_INVALID_SECURITY_DESCR', offset)
}
