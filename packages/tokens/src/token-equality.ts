import { groupAttribute, privilegeAttribute } from '@asuser/native'
import { type Claim, encodeClaim } from '@asuser/security-descriptors'
import type { TokenContents } from './token-contents.ts'
import type { SidAndAttributes } from './token-information.ts'

/** See `Token.equals`. */
export function areTokensEqual(one: TokenContents, other: TokenContents): boolean {
  return decisiveContents.every((contents) => sameElements(contents(one), contents(other)))
}

/** What an access check looks at, each as a list of words whose order does not matter. */
const decisiveContents: readonly ((token: TokenContents) => readonly string[])[] = [
  (token) => groupWords([token.user]),
  (token) => groupWords(token.groups),
  (token) => token.privileges.map(({ name, attributes }) => `${name} ${attributes & privilegeThatCounts}`),
  (token) => sidWords(token.restrictedSids),
  (token) => [String(token.writeRestricted)],
  (token) => [token.integrityLevel.toString(), String(token.mandatoryPolicy)],
  (token) => [String(token.processTrustLevel)],
  (token) => [String(token.appContainerSid), String(token.isLessPrivilegedAppContainer)],
  (token) => groupWords(token.capabilities),
  (token) => groupWords(token.deviceGroups),
  (token) => groupWords(token.restrictedDeviceGroups),
  (token) => token.userClaims.map(claimWord),
  (token) => token.deviceClaims.map(claimWord),
]

const groupThatCounts = groupAttribute.SE_GROUP_ENABLED | groupAttribute.SE_GROUP_USE_FOR_DENY_ONLY
const privilegeThatCounts = privilegeAttribute.SE_PRIVILEGE_ENABLED

function groupWords(groups: readonly SidAndAttributes[]): readonly string[] {
  return groups.map(({ sid, attributes }) => `${sid.toString()} ${attributes & groupThatCounts}`)
}

/** A list that says the same twice says no more. */
function sidWords(groups: readonly SidAndAttributes[]): readonly string[] {
  return [...new Set(groups.map(({ sid }) => sid.toString()))]
}

function claimWord(claim: Claim): string {
  return Buffer.from(encodeClaim(claim)).toString('hex')
}

function sameElements(one: readonly string[], other: readonly string[]): boolean {
  const sorted = other.toSorted()
  return one.length === other.length && one.toSorted().every((word, index) => word === sorted[index])
}
