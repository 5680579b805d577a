import type { Ace } from '../ace.ts'
import { aceFlags } from '../ace-types.ts'
import { formatMask, mapGenericMask } from '../access-mask.ts'
import { requireType } from '../argument-errors.ts'
import { mandatoryPolicy } from '../access-check/mandatory-label.ts'
import type { Claim } from '../claim.ts'
import { formatCondition } from '../condition/format.ts'
import { controlFlags } from '../control.ts'
import { bitNames, type ObjectType, rightNames } from '../object-types.ts'
import { SecurityDescriptor } from '../security-descriptor.ts'
import type { Sid } from '../sid.ts'
import { sidName, type SidNames } from './sid-names.ts'

export interface ExplainOptions {
  /** Gives the rights their names; without it masks are shown in hex. */
  readonly objectType?: ObjectType | undefined
  /** Names for accounts, which only their machine or domain knows. */
  readonly names?: SidNames | undefined
}

/**
 * A security descriptor in plain English, one line for each thing that it says.
 *
 * @example
 * ```ts
 * const descriptor = SecurityDescriptor.fromSddl('O:BAD:P(D;;GW;;;BG)(A;OICI;GR;;;WD)')
 * explain(descriptor, { objectType: objectTypes.registryKey })
 * // [
 * //   'BUILTIN\\Administrators owns the object.',
 * //   'It does not inherit from its parent.',
 * //   'BUILTIN\\Guests is denied write (KEY_SET_VALUE, KEY_CREATE_SUB_KEY, READ_CONTROL).',
 * //   'Everyone is allowed read (KEY_QUERY_VALUE, KEY_ENUMERATE_SUB_KEYS, KEY_NOTIFY, READ_CONTROL); this object, containers and objects below.',
 * // ]
 * ```
 */
export function explain(descriptor: SecurityDescriptor, options: ExplainOptions = {}): readonly string[] {
  requireType(descriptor instanceof SecurityDescriptor, 'descriptor', 'a SecurityDescriptor', descriptor)
  const lines: string[] = []
  if (descriptor.owner !== undefined) lines.push(`${nameOf(descriptor.owner, options)} owns the object.`)
  if (descriptor.group !== undefined) lines.push(`Its primary group is ${nameOf(descriptor.group, options)}.`)
  if (descriptor.control & controlFlags.DACL_PROTECTED) lines.push('It does not inherit from its parent.')
  if (descriptor.control & controlFlags.SACL_PROTECTED) lines.push('It does not inherit auditing from its parent.')
  lines.push(...explainDacl(descriptor, options))
  for (const ace of descriptor.sacl?.entries ?? []) lines.push(sentence(ace, options))
  return lines
}

function explainDacl({ dacl }: SecurityDescriptor, options: ExplainOptions): readonly string[] {
  if (dacl === undefined) return ['It has no DACL: everybody may do everything.']
  if (dacl === null) return ['Its DACL is NULL: everybody may do everything.']
  if (dacl.entries.length === 0) return ['Its DACL is empty: nobody but the owner may do anything.']
  const lines = dacl.entries.map((ace) => sentence(ace, options))
  if (!dacl.isCanonical)
    lines.push('The entries are not in the usual order: an entry may have no effect because of one before it.')
  return lines
}

function sentence(ace: Ace, options: ExplainOptions): string {
  return `${statement(ace, options)}${inheritance(ace)}.`
}

function statement(ace: Ace, options: ExplainOptions): string {
  switch (ace.type) {
    case 'unknown':
      return `An entry of type 0x${ace.typeCode.toString(16)} is not understood`
    case 'systemMandatoryLabel':
      return `Callers below the ${nameOf(ace.sid, options)} ${policyText(ace.mask)}`
    case 'systemResourceAttribute':
      return `The object has the attribute ${ace.claim === undefined ? 'in an unreadable form' : attributeText(ace.claim)}`
    case 'systemScopedPolicyId':
      return `The central access policy ${ace.sid.toString()} applies`
    case 'systemProcessTrustLabel':
      return `Processes without the trust level ${ace.sid.toString()} get at most ${rightsText(ace.mask, options)}`
    case 'systemAccessFilter':
      return `Where ${conditionText(ace)} does not hold, callers get at most ${rightsText(ace.mask, options)}`
    case 'accessAllowed':
    case 'accessDenied':
    case 'systemAudit':
    case 'systemAlarm':
    case 'accessAllowedObject':
    case 'accessDeniedObject':
    case 'systemAuditObject':
    case 'systemAlarmObject':
    case 'accessAllowedCallback':
    case 'accessDeniedCallback':
    case 'systemAuditCallback':
    case 'systemAlarmCallback':
    case 'accessAllowedCallbackObject':
    case 'accessDeniedCallbackObject':
    case 'systemAuditCallbackObject':
    case 'systemAlarmCallbackObject':
      return `${nameOf(ace.sid, options)} ${verb(ace)} ${rightsText(ace.mask, options)}${typeText(ace)}${ifText(ace)}`
  }
}

function verb(ace: Ace): string {
  if (ace.type.startsWith('accessAllowed')) return 'is allowed'
  if (ace.type.startsWith('accessDenied')) return 'is denied'
  const on = [
    ...(ace.flags & aceFlags.SUCCESSFUL_ACCESS ? ['success'] : []),
    ...(ace.flags & aceFlags.FAILED_ACCESS ? ['failure'] : []),
  ]
  const what = ace.type.startsWith('systemAlarm') ? 'raises alarms' : 'is audited'
  return `${what}${on.length === 0 ? ' never' : ` on ${on.join(' and ')}`} for`
}

/** `full access`, `read`, or the names of the rights. */
function rightsText(mask: number, { objectType }: ExplainOptions): string {
  if (objectType === undefined) return formatMask(mask)
  const { genericMapping } = objectType
  const mapped = mapGenericMask(mask, genericMapping)
  if (mapped === 0) return 'nothing'
  if (mapped === genericMapping.all) return 'full access'
  const bits = bitNames(mapped, objectType).join(', ')
  if (mapped === genericMapping.read) return `read (${bits})`
  if (mapped === genericMapping.write) return `write (${bits})`
  if (mapped === genericMapping.execute) return `execute (${bits})`
  return rightNames(mapped, objectType).join(', ')
}

function typeText({ objectType, inheritedObjectType }: Ace): string {
  const on = objectType === undefined ? '' : ` on ${objectType}`
  return inheritedObjectType === undefined ? on : `${on} of objects of class ${inheritedObjectType}`
}

function ifText(ace: Ace): string {
  return ace.bytes.length === 0 && ace.condition === undefined ? '' : ` if ${conditionText(ace)}`
}

function conditionText(ace: Ace): string {
  return ace.condition === undefined ? 'something that is not understood' : formatCondition(ace.condition)
}

function inheritance({ flags }: Ace): string {
  const where = [
    ...(flags & aceFlags.INHERIT_ONLY ? [] : ['this object']),
    ...(flags & aceFlags.CONTAINER_INHERIT ? ['containers'] : []),
    ...(flags & aceFlags.OBJECT_INHERIT ? ['objects'] : []),
  ]
  const isPlain = !(flags & (aceFlags.INHERIT_ONLY | aceFlags.CONTAINER_INHERIT | aceFlags.OBJECT_INHERIT))
  const depth = flags & aceFlags.NO_PROPAGATE_INHERIT ? 'directly below' : 'below'
  const from = flags & aceFlags.INHERITED ? '; inherited' : ''
  return isPlain ? from : `; ${joined(where)} ${depth}${from}`
}

function joined(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

function policyText(policy: number): string {
  const denied = [
    ...(policy & mandatoryPolicy.NO_WRITE_UP ? ['write'] : []),
    ...(policy & mandatoryPolicy.NO_READ_UP ? ['read'] : []),
    ...(policy & mandatoryPolicy.NO_EXECUTE_UP ? ['execute'] : []),
  ]
  return denied.length === 0 ? 'are kept from nothing' : `may not ${denied.join(' or ')}`
}

function attributeText({ name, values }: Claim): string {
  return `${JSON.stringify(name)} = ${values.map((value) => value.toString()).join(', ')}`
}

function nameOf(sid: Sid, { names }: ExplainOptions): string {
  return sidName(sid, names) ?? sid.toString()
}
