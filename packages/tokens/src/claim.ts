import { type ClaimAttribute, claimValueType } from '@asuser/native'
import { type Claim, type ClaimType, type ClaimValue, Sid } from '@asuser/security-descriptors'

const claimTypes: ReadonlyMap<number, ClaimType> = new Map([
  [claimValueType.CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64, 'int64'],
  [claimValueType.CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64, 'uint64'],
  [claimValueType.CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING, 'string'],
  [claimValueType.CLAIM_SECURITY_ATTRIBUTE_TYPE_SID, 'sid'],
  [claimValueType.CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN, 'boolean'],
  [claimValueType.CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING, 'octets'],
])

/** The claims of a token. No condition can ask for the name of a signed program, so such claims are left out. */
export function claimsOf(attributes: readonly ClaimAttribute[]): readonly Claim[] {
  return attributes.flatMap(({ name, valueType, flags, values }) => {
    const type = claimTypes.get(valueType)
    return type === undefined ? [] : [{ name, type, flags, values: values.flatMap((value) => valueOf(type, value)) }]
  })
}

function valueOf(type: ClaimType, value: ClaimAttribute['values'][number]): readonly ClaimValue[] {
  if (type === 'boolean') return [value !== 0n]
  if (value instanceof Uint8Array) return [type === 'sid' ? Sid.fromBytes(value) : value]
  return typeof value === 'object' ? [] : [value]
}
