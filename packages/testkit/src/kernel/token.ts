import {
  groupAttribute,
  impersonationLevel,
  privilegeAttribute,
  tokenType,
  type ImpersonationLevel,
  type TokenElevationType,
  type TokenSource,
  type TokenType,
} from '@asuser/native'
import type { Acl, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import type { AccessToken } from '@asuser/security-descriptors/access-check'
import { KernelObject } from './kernel-object.ts'
import type { LogonSession } from './logon-session.ts'
import type { LuidSource } from './luid.ts'
import { privilegeLuid, type PrivilegeName } from './privileges.ts'

export interface TokenGroup {
  readonly sid: Sid
  readonly attributes: number
}

export interface TokenPrivilege {
  readonly luid: bigint
  readonly name: PrivilegeName
  readonly attributes: number
}

/** What a new object gets whose creator says nothing about its security. */
export interface TokenDefaults {
  readonly owner: Sid
  readonly primaryGroup: Sid
  readonly dacl: Acl | null
}

/** What makes a token one of an AppContainer. */
export interface AppContainer {
  readonly number: number
  readonly packageSid: Sid
  readonly capabilities: readonly TokenGroup[]
}

/** What a token says; duplicates say the same, but for type and level. */
export interface TokenContents {
  readonly type: TokenType
  readonly level: ImpersonationLevel
  readonly session: LogonSession
  /** The terminal session, 0 for services. */
  readonly sessionId: number
  readonly user: TokenGroup
  readonly groups: readonly TokenGroup[]
  readonly privileges: readonly TokenPrivilege[]
  readonly defaults: TokenDefaults
  readonly source: TokenSource
  /** The logon session that asked for this logon; 0 for the tokens of the boot. */
  readonly origin: bigint
  readonly elevationType: TokenElevationType
  readonly elevated: boolean
  readonly integrityLevel: Sid
  readonly mandatoryPolicy: number
  readonly restrictedSids: readonly TokenGroup[]
  /** Whether the restricting SIDs count for writing only. */
  readonly writeRestricted?: boolean | undefined
  /** Whether it has been filtered. */
  readonly filtered?: boolean | undefined
  readonly sandboxInert?: boolean | undefined
  readonly uiAccess?: boolean | undefined
  readonly appContainer?: AppContainer | undefined
  /** What the other half of a UAC logon says: all rights for the limited token, the limited token for the full one. */
  readonly linked: (() => TokenContents) | undefined
}

/** An access token. It is what the access check asks, too. */
export class Token extends KernelObject<'token'> implements AccessToken {
  readonly kind = 'token'
  readonly id: bigint
  readonly #luids: LuidSource
  #contents: TokenContents
  #modifiedId: bigint

  constructor(luids: LuidSource, contents: TokenContents, security: SecurityDescriptor) {
    super(security)
    this.#luids = luids
    this.id = luids.next()
    this.#contents = contents
    this.#modifiedId = this.id
  }

  get contents(): TokenContents {
    return this.#contents
  }

  /** What can be adjusted in a token that is there; all handles to it see that. */
  adjust(changes: Partial<TokenContents>): void {
    this.#contents = { ...this.#contents, ...changes }
    this.#modifiedId = this.#luids.next()
  }

  get isPrimary(): boolean {
    return this.contents.type === tokenType.TokenPrimary
  }

  get level(): ImpersonationLevel {
    return this.contents.level
  }

  get session(): LogonSession {
    return this.contents.session
  }

  get sessionId(): number {
    return this.contents.sessionId
  }

  get user(): TokenGroup {
    return this.contents.user
  }

  get groups(): readonly TokenGroup[] {
    return this.contents.groups
  }

  get privileges(): readonly TokenPrivilege[] {
    return this.contents.privileges
  }

  get restrictedSids(): readonly TokenGroup[] {
    return this.contents.restrictedSids
  }

  get writeRestricted(): boolean {
    return this.contents.writeRestricted === true
  }

  get appContainerSid(): Sid | undefined {
    return this.contents.appContainer?.packageSid
  }

  get capabilities(): readonly TokenGroup[] {
    return this.contents.appContainer?.capabilities ?? []
  }

  get integrityLevel(): Sid {
    return this.contents.integrityLevel
  }

  get mandatoryPolicy(): number {
    return this.contents.mandatoryPolicy
  }

  get modifiedId(): bigint {
    return this.#modifiedId
  }

  holdsPrivilege(name: PrivilegeName): boolean {
    return this.privileges.some((privilege) => privilege.name === name)
  }

  hasEnabledPrivilege(name: PrivilegeName): boolean {
    return this.privileges.some(
      (privilege) => privilege.name === name && (privilege.attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED) !== 0,
    )
  }

  /** A new token that says the same as this one does now, but for the changes. */
  duplicate(changes: Partial<TokenContents>, security: SecurityDescriptor): Token {
    return new Token(this.#luids, { ...this.contents, ...changes }, security)
  }

  /** The same without the groups and privileges that are disabled. */
  withoutDisabled(): Token {
    const { SE_GROUP_ENABLED, SE_GROUP_USE_FOR_DENY_ONLY } = groupAttribute
    const groups = this.groups.filter(({ attributes }) => attributes & (SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY))
    const privileges = this.privileges.filter(({ attributes }) => attributes & privilegeAttribute.SE_PRIVILEGE_ENABLED)
    return new Token(this.#luids, { ...this.contents, groups, privileges }, this.security)
  }
}

/** What a primary token has in place of an impersonation level. */
export const primaryLevel: ImpersonationLevel = impersonationLevel.SecurityImpersonation

export function enabledGroup(sid: Sid, extra = 0): TokenGroup {
  const { SE_GROUP_MANDATORY, SE_GROUP_ENABLED_BY_DEFAULT, SE_GROUP_ENABLED } = groupAttribute
  return { sid, attributes: (SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | extra) >>> 0 }
}

export function heldPrivilege(name: PrivilegeName, enabled: boolean): TokenPrivilege {
  const { SE_PRIVILEGE_ENABLED_BY_DEFAULT, SE_PRIVILEGE_ENABLED } = privilegeAttribute
  const luid = privilegeLuid(name)
  if (luid === undefined) throw new RangeError(`name must be a privilege, got ${JSON.stringify(name)}`)
  return { luid, name, attributes: enabled ? SE_PRIVILEGE_ENABLED_BY_DEFAULT | SE_PRIVILEGE_ENABLED : 0 }
}
