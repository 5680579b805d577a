import type { Sid } from '@asuser/security-descriptors'

/** What a test says about a user; what it leaves out is as usual. */
export interface UserSpec {
  readonly password?: string
  /** Local groups besides `Users`, `Administrators` for instance; a user of a domain may also have groups of that. */
  readonly groups?: readonly string[]
  readonly disabled?: boolean
  readonly lockedOut?: boolean
  readonly passwordExpired?: boolean
  readonly passwordMustChange?: boolean
  /** Variables that the user has set for itself; they are seen only while the profile is loaded. */
  readonly variables?: Readonly<Record<string, string>>
}

/** What an account of a domain is for Kerberos, when services run as it. */
export interface ServiceSpec {
  /**
   * The names under which clients ask for services that run as this account: `HTTP/web.corp.example.com`. Each is of one
   * account in the domain.
   */
  readonly servicePrincipalNames?: readonly string[]
  /** Whether clients may hand their tickets on to these services, so that those act for them on other computers, too. */
  readonly trustedForDelegation?: boolean
}

/** A user of a domain. */
export interface DomainUserSpec extends UserSpec, ServiceSpec {
  /** "Account is sensitive and cannot be delegated". */
  readonly accountNotDelegated?: boolean
}

export interface UserAccount extends Required<Omit<DomainUserSpec, 'groups'>> {
  readonly name: string
  readonly sid: Sid
  /** The name of the computer, or of the domain. */
  readonly domain: string
  /** Whether the computer itself knows the user. */
  readonly isLocal: boolean
  readonly primaryGroup: Sid
  readonly profileDirectory: string
}

export interface UserPlace extends Pick<UserAccount, 'name' | 'sid' | 'domain' | 'isLocal' | 'primaryGroup'> {
  /** Its name below `C:\Users`. */
  readonly profile: string
}

export function createUserAccount({ profile, ...place }: UserPlace, spec: DomainUserSpec): UserAccount {
  return {
    ...place,
    password: spec.password ?? '',
    disabled: spec.disabled ?? false,
    lockedOut: spec.lockedOut ?? false,
    passwordExpired: spec.passwordExpired ?? false,
    passwordMustChange: spec.passwordMustChange ?? false,
    variables: spec.variables ?? {},
    servicePrincipalNames: spec.servicePrincipalNames ?? [],
    trustedForDelegation: spec.trustedForDelegation ?? false,
    accountNotDelegated: spec.accountNotDelegated ?? false,
    profileDirectory: `C:\\Users\\${profile}`,
  }
}
