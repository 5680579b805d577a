import { type Ace, acesEqual, hasObjectTypes } from './ace.ts'
import { aceByteLength, readAce, writeAce } from './ace-bytes.ts'
import { aceFlags } from './ace-types.ts'
import { requireBytes, requireObject, wholeNumber } from './argument-errors.ts'
import { byteAt, bytesEqual, copyBytes, readUint16 } from './binary/reader.ts'
import { writeBytes, writeUint16 } from './binary/writer.ts'
import { invalidAcl } from './errors.ts'

const headerSize = 8
const maximumSize = 0xffff

/** What an ACL has besides its ACEs; all of it survives a round trip through bytes. */
export interface AclDetails {
  /** 2, or 4 where object ACEs may stand. Raised to 4 when one does. */
  readonly revision?: number | undefined
  /** The byte after the revision, which has no meaning. */
  readonly sbz1?: number | undefined
  /** The last two bytes of the header, which have no meaning. */
  readonly sbz2?: number | undefined
  /** Bytes that the ACL has after its last ACE. */
  readonly unusedBytes?: Uint8Array | undefined
}

/** The private constructor, for the SDDL parser: no copy of the entries, and no second look at them. */
export let aclOfOwnEntries: (entries: readonly Ace[], details: AclDetails) => Acl

/**
 * An access control list that is there. Three different things are easily taken for one another: no ACL at all is
 * `undefined`, a NULL ACL (which lets everybody in) is `null`, an `Acl` without entries lets nobody in.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/access-control-lists
 */
export class Acl {
  readonly entries: readonly Ace[]
  readonly revision: number
  readonly sbz1: number
  readonly sbz2: number
  readonly unusedBytes: Uint8Array
  /** How many bytes `toBytes()` gives. */
  readonly byteLength: number
  /** The revision that was asked for, which object ACEs may have raised. */
  readonly #revision: number

  private constructor(
    entries: readonly Ace[],
    details: AclDetails,
    revision?: number,
    entriesByteLength = byteLengthOf(entries),
  ) {
    this.entries = entries
    this.#revision = details.revision ?? 2
    this.revision = revision ?? this.#revision
    this.sbz1 = details.sbz1 ?? 0
    this.sbz2 = details.sbz2 ?? 0
    this.unusedBytes = details.unusedBytes ?? noBytes
    this.byteLength = headerSize + entriesByteLength + this.unusedBytes.length
  }

  /**
   * @throws TypeError `ERR_INVALID_ARG_TYPE` when the entries are no list of ACEs
   * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL` when the ACL would be larger than 65535 bytes, or a number
   *   in its header would not fit
   */
  static from(entries: Iterable<Ace>, details: AclDetails = {}): Acl {
    requireObject('entries', 'ACEs', entries)
    const copy = [...entries]
    for (const ace of copy) requireObject('entries', 'ACEs', ace)
    const { revision = 2, sbz1 = 0, sbz2 = 0, unusedBytes = noBytes } = details
    requireBytes(unusedBytes)
    const acl = new Acl(
      copy,
      {
        revision: wholeNumber('revision', revision, 4, 2),
        sbz1: wholeNumber('sbz1', sbz1, 0xff),
        sbz2: wholeNumber('sbz2', sbz2, 0xffff),
        unusedBytes: copyBytes(unusedBytes),
      },
      copy.some(hasObjectTypes) ? 4 : undefined,
    )
    const size = acl.byteLength
    if (size > maximumSize) {
      throw invalidAcl(`An ACL has at most 65535 bytes, got ${size}`)
    }
    return acl
  }

  static {
    aclOfOwnEntries = (entries, details) => new Acl(entries, details)
  }

  /**
   * Reads a binary ACL; bytes that follow it are not looked at.
   *
   * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_ACL`
   */
  static fromBytes(bytes: Uint8Array, offset = 0): Acl {
    requireBytes(bytes)
    const limit = offset + checkedSize(bytes, offset)
    const count = readUint16(bytes, offset + 4)
    const entries: Ace[] = []
    let at = offset + headerSize
    for (let index = 0; index < count; index++) {
      entries.push(readAce(bytes, at, limit))
      at += readUint16(bytes, at + 2)
    }
    const details = {
      revision: byteAt(bytes, offset),
      sbz1: byteAt(bytes, offset + 1),
      sbz2: readUint16(bytes, offset + 6),
      unusedBytes: at === limit ? noBytes : copyBytes(bytes, at, limit),
    }
    return new Acl(entries, details, undefined, at - offset - headerSize)
  }

  #with(entries: readonly Ace[]): Acl {
    const { sbz1, sbz2, unusedBytes } = this
    return Acl.from(entries, { revision: this.#revision, sbz1, sbz2, unusedBytes })
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.byteLength)
    writeAcl(bytes, 0, this)
    return bytes
  }

  /** This ACL with one more ACE, at its end. */
  with(ace: Ace): Acl {
    return this.#with([...this.entries, ace])
  }

  /**
   * This ACL without the last ACE that equals `ace` in every byte; the same ACL when there is none. One ACE only:
   * others for the same SID, and further equal ones, stay.
   */
  without(ace: Ace): Acl {
    const index = this.entries.findLastIndex((entry) => acesEqual(entry, ace))
    return index === -1 ? this : this.#with(this.entries.toSpliced(index, 1))
  }

  /**
   * Whether the ACEs stand in the order that Windows prefers: explicit before inherited, and, among the explicit
   * ones, those that deny before those that allow. Inherited ACEs have the order of their ancestors.
   *
   * @see https://learn.microsoft.com/windows/win32/secauthz/order-of-aces-in-a-dacl
   */
  get isCanonical(): boolean {
    let last = 0
    for (const ace of this.entries) {
      const rank = canonicalRank(ace)
      if (rank < last) return false
      last = rank
    }
    return true
  }

  /** The same ACEs in canonical order. ACEs of the same rank keep their order. */
  toCanonical(): Acl {
    if (this.isCanonical) return this
    return Acl.from(
      this.entries.toSorted((left, right) => canonicalRank(left) - canonicalRank(right)),
      this,
    )
  }

  /** Whether both have the same ACEs in the same order. */
  equals(other: Acl): boolean {
    return (
      other === this ||
      (other.revision === this.revision &&
        other.sbz1 === this.sbz1 &&
        other.sbz2 === this.sbz2 &&
        other.entries.length === this.entries.length &&
        bytesEqual(other.unusedBytes, this.unusedBytes) &&
        this.entries.every((ace, index) => acesEqual(ace, other.entries[index] ?? ace)))
    )
  }
}

/** The size of the ACL that stands at `offset`, which its header says. */
function checkedSize(bytes: Uint8Array, offset: number): number {
  const size = offset >= 0 && offset + headerSize <= bytes.length ? readUint16(bytes, offset + 2) : 0
  const revision = byteAt(bytes, offset)
  if (size < headerSize || offset + size > bytes.length) throw invalidAcl('The ACL reaches beyond its bytes', offset)
  if (revision < 2 || revision > 4) throw invalidAcl(`An ACL has the revision 2, 3 or 4, got ${revision}`, offset)
  return size
}

/** Writes the ACL and returns the offset after it. */
export function writeAcl(bytes: Uint8Array, offset: number, acl: Acl): number {
  let at = offset + headerSize
  for (const ace of acl.entries) at = writeAce(bytes, at, ace)
  at = writeBytes(bytes, at, acl.unusedBytes)
  bytes[offset] = acl.revision
  bytes[offset + 1] = acl.sbz1
  writeUint16(bytes, offset + 2, at - offset)
  writeUint16(bytes, offset + 4, acl.entries.length)
  writeUint16(bytes, offset + 6, acl.sbz2)
  return at
}

function byteLengthOf(entries: readonly Ace[]): number {
  let size = 0
  for (const ace of entries) size += aceByteLength(ace)
  return size
}

function canonicalRank(ace: Ace): number {
  if (ace.flags & aceFlags.INHERITED) return 2
  return ace.type.startsWith('accessDenied') ? 0 : 1
}

const noBytes: Uint8Array = new Uint8Array(0)
