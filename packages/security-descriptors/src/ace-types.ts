import { quoted } from './argument-errors.ts'
import { invalidAcl } from './errors.ts'

/** ACEs of a header, a mask, a SID and nothing else that is typed. */
export type PlainAceType =
  | 'accessAllowed'
  | 'accessDenied'
  | 'systemAudit'
  | 'systemAlarm'
  | 'systemMandatoryLabel'
  | 'systemScopedPolicyId'
  | 'systemProcessTrustLabel'

/** ACEs that may apply to one property, property set, extended right or child class of an object. */
export type ObjectAceType = 'accessAllowedObject' | 'accessDeniedObject' | 'systemAuditObject' | 'systemAlarmObject'

/** ACEs whose effect depends on a condition. */
export type CallbackAceType =
  | 'accessAllowedCallback'
  | 'accessDeniedCallback'
  | 'systemAuditCallback'
  | 'systemAlarmCallback'
  | 'systemAccessFilter'

/** ACEs that have both object types and a condition. */
export type CallbackObjectAceType =
  | 'accessAllowedCallbackObject'
  | 'accessDeniedCallbackObject'
  | 'systemAuditCallbackObject'
  | 'systemAlarmCallbackObject'

export type AceType =
  | PlainAceType
  | ObjectAceType
  | CallbackAceType
  | CallbackObjectAceType
  | 'systemResourceAttribute'
  | 'unknown'

/** How an ACE of one type is laid out, and what SDDL calls it. */
export type AceFormat =
  | { readonly shape: 'plain'; readonly type: PlainAceType; readonly sddl: string }
  | { readonly shape: 'object'; readonly type: ObjectAceType; readonly sddl: string }
  | { readonly shape: 'callback'; readonly type: CallbackAceType; readonly sddl: string | undefined }
  | { readonly shape: 'callbackObject'; readonly type: CallbackObjectAceType; readonly sddl: string | undefined }
  | { readonly shape: 'attribute'; readonly type: 'systemResourceAttribute'; readonly sddl: string }

/**
 * By the type code in the ACE header. Code 4, the compound ACE, was never used and stays bytes.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-ace_header
 */
export const aceFormats: readonly (AceFormat | undefined)[] = [
  { shape: 'plain', type: 'accessAllowed', sddl: 'A' },
  { shape: 'plain', type: 'accessDenied', sddl: 'D' },
  { shape: 'plain', type: 'systemAudit', sddl: 'AU' },
  { shape: 'plain', type: 'systemAlarm', sddl: 'AL' },
  undefined,
  { shape: 'object', type: 'accessAllowedObject', sddl: 'OA' },
  { shape: 'object', type: 'accessDeniedObject', sddl: 'OD' },
  { shape: 'object', type: 'systemAuditObject', sddl: 'OU' },
  { shape: 'object', type: 'systemAlarmObject', sddl: 'OL' },
  { shape: 'callback', type: 'accessAllowedCallback', sddl: 'XA' },
  { shape: 'callback', type: 'accessDeniedCallback', sddl: 'XD' },
  { shape: 'callbackObject', type: 'accessAllowedCallbackObject', sddl: 'ZA' },
  { shape: 'callbackObject', type: 'accessDeniedCallbackObject', sddl: undefined },
  { shape: 'callback', type: 'systemAuditCallback', sddl: 'XU' },
  { shape: 'callback', type: 'systemAlarmCallback', sddl: undefined },
  { shape: 'callbackObject', type: 'systemAuditCallbackObject', sddl: undefined },
  { shape: 'callbackObject', type: 'systemAlarmCallbackObject', sddl: undefined },
  { shape: 'plain', type: 'systemMandatoryLabel', sddl: 'ML' },
  { shape: 'attribute', type: 'systemResourceAttribute', sddl: 'RA' },
  { shape: 'plain', type: 'systemScopedPolicyId', sddl: 'SP' },
  { shape: 'plain', type: 'systemProcessTrustLabel', sddl: 'TL' },
  { shape: 'callback', type: 'systemAccessFilter', sddl: 'FL' },
]

/** The type code in the ACE header. A search, because nearly all ACEs are of the types that come first. */
export function aceTypeCode(type: Exclude<AceType, 'unknown'>): number {
  for (let code = 0; code < aceFormats.length; code++) {
    if (aceFormats[code]?.type === type) return code
  }
  throw invalidAcl(`No ACE has the type ${quoted(type)}`)
}

/** The bits of the flags byte of an ACE. */
export const aceFlags = {
  OBJECT_INHERIT: 0x01,
  CONTAINER_INHERIT: 0x02,
  NO_PROPAGATE_INHERIT: 0x04,
  INHERIT_ONLY: 0x08,
  INHERITED: 0x10,
  CRITICAL: 0x20,
  SUCCESSFUL_ACCESS: 0x40,
  /** What the same bit means in an access filter (`systemAccessFilter`). */
  TRUST_PROTECTED_FILTER: 0x40,
  FAILED_ACCESS: 0x80,
} as const
