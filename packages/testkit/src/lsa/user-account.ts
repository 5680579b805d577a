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

export interface UserAccount extends Required<Omit<UserSpec, 'groups'>> {
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

export function createUserAccount({ profile, ...place }: UserPlace, spec: UserSpec): UserAccount {
  return {
    ...place,
    password: spec.password ?? '',
    disabled: spec.disabled ?? false,
    lockedOut: spec.lockedOut ?? false,
    passwordExpired: spec.passwordExpired ?? false,
    passwordMustChange: spec.passwordMustChange ?? false,
    variables: spec.variables ?? {},
    profileDirectory: `C:\\Users\\${profile}`,
  }
}
