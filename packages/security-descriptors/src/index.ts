export { accessRights, formatMask, type GenericMapping, genericRightsMask, mapGenericMask } from './access-mask.ts'
export {
  aceFlags,
  type AceType,
  type CallbackAceType,
  type CallbackObjectAceType,
  type ObjectAceType,
  type PlainAceType,
} from './ace-types.ts'
export {
  type AccessAllowedAce,
  type AccessDeniedAce,
  type Ace,
  acesEqual,
  type CallbackAce,
  type CallbackObjectAce,
  type MandatoryLabelAce,
  type ObjectAce,
  type PlainAce,
  type ResourceAttributeAce,
  type SystemAuditAce,
  type UnknownAce,
} from './ace.ts'
export {
  allow,
  audit,
  callbackAce,
  callbackObjectAce,
  deny,
  mandatoryLabel,
  objectAce,
  plainAce,
  resourceAttribute,
  unknownAce,
  withAceChanges,
} from './ace-creation.ts'
export type { AceObjectTypes } from './ace-parts.ts'
export { Acl, type AclDetails } from './acl.ts'
export { type Claim, claimFlags, type ClaimType, type ClaimValue, decodeClaim, encodeClaim } from './claim.ts'
export type {
  AttributeSource,
  ComparisonCondition,
  ComparisonOperator,
  CompositeLiteral,
  Condition,
  ConditionAttribute,
  ConditionLiteral,
  ConditionOperand,
  ExistenceCondition,
  IntegerLiteral,
  JunctionCondition,
  MembershipCondition,
  MembershipOperator,
  NotCondition,
  OctetsLiteral,
  SidLiteral,
  SingleLiteral,
  StringLiteral,
} from './condition/ast.ts'
export { decodeCondition } from './condition/decode.ts'
export { encodeCondition } from './condition/encode.ts'
export { formatCondition } from './condition/format.ts'
export { parseCondition } from './condition/parse.ts'
export { controlFlags } from './control.ts'
export {
  type ErrorCode,
  errorNumbers,
  InvalidAccessCheckError,
  InvalidSecurityDescriptorError,
  SddlSyntaxError,
  type SddlSyntaxErrorDetails,
} from './errors.ts'
export { type ObjectType, type ObjectTypeName, objectTypes, rightNames, rightsMask } from './object-types.ts'
export { formatAce } from './sddl/format.ts'
export { SecurityDescriptor, type SecurityDescriptorParts } from './security-descriptor.ts'
export { Sid, type SidDomains } from './sid.ts'
export type { WellKnownAccountName, WellKnownSidName } from './well-known-sids.ts'
