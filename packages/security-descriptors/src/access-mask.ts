/**
 * The bits of an access mask that mean the same for every type of object.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/access-mask-format
 */
export const accessRights = {
  DELETE: 0x0001_0000,
  READ_CONTROL: 0x0002_0000,
  WRITE_DAC: 0x0004_0000,
  WRITE_OWNER: 0x0008_0000,
  SYNCHRONIZE: 0x0010_0000,
  ACCESS_SYSTEM_SECURITY: 0x0100_0000,
  MAXIMUM_ALLOWED: 0x0200_0000,
  GENERIC_ALL: 0x1000_0000,
  GENERIC_EXECUTE: 0x2000_0000,
  GENERIC_WRITE: 0x4000_0000,
  GENERIC_READ: 0x8000_0000,
} as const

/** The four generic rights together. */
export const genericRightsMask = 0xf000_0000

/** What the generic rights mean for one type of object; the `GENERIC_MAPPING` of the Win32 headers. */
export interface GenericMapping {
  readonly read: number
  readonly write: number
  readonly execute: number
  readonly all: number
}

/**
 * Replaces the generic rights in a mask by what they mean for the object type.
 *
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-mapgenericmask
 */
export function mapGenericMask(mask: number, mapping: GenericMapping): number {
  let mapped = mask & ~genericRightsMask
  if (mask & accessRights.GENERIC_READ) mapped |= mapping.read
  if (mask & accessRights.GENERIC_WRITE) mapped |= mapping.write
  if (mask & accessRights.GENERIC_EXECUTE) mapped |= mapping.execute
  if (mask & accessRights.GENERIC_ALL) mapped |= mapping.all
  return mapped >>> 0
}

/** `0x001f01ff`: a mask as people compare it with the Win32 headers. */
export function formatMask(mask: number): string {
  return `0x${(mask >>> 0).toString(16).padStart(8, '0')}`
}
