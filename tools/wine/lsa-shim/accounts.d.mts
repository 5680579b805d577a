export type AccountRight = 'interactive' | 'network' | 'batch' | 'service'

export type AccountState =
  | 'usable'
  | 'disabled'
  | 'expired'
  | 'lockedOut'
  | 'logonHours'
  | 'passwordExpired'
  | 'passwordMustChange'

export interface Account {
  readonly user: string
  readonly domain: string
  readonly sid: string
  readonly rid: number
  readonly password: string
  /** Default `usable`. Any other state fails the logon, once the password is right. */
  readonly state?: AccountState
  /** How it may log on. Default interactive and network. */
  readonly rights?: readonly AccountRight[]
  /** SIDs beyond those of every user. */
  readonly groups?: readonly string[]
  /** Beyond those of every user; present but not enabled. */
  readonly privileges?: readonly string[]
  readonly hasLogonSid?: boolean
  /** Kerberos knows it, too; `sensitive`: and nobody may act for it on other computers. */
  readonly principal?: 'delegable' | 'sensitive'
}

export interface Service {
  /** Its service principal name. */
  readonly name: string
  readonly password: string
}

export const domain: { readonly name: string; readonly sid: string }

export const accounts: Readonly<
  Record<'alice' | 'bob' | 'carol' | 'dave' | 'erin' | 'frank' | 'grace' | 'heidi' | 'ivan' | 'judy', Account>
>

/** The services that Kerberos knows: what this computer is asked for as, with one password, and one of another computer. */
export const services: Readonly<Record<'own' | 'ownOnLoopback' | 'other', Service>>
