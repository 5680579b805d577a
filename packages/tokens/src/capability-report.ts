import { groupAttribute } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { formatLuid } from './luid.ts'
import type { Token } from './token.ts'
import type { ElevationName, ImpersonationLevelName, TokenTypeName } from './token-information.ts'

/** An answer with the fact that it follows from. */
export interface Finding<T> {
  readonly value: T
  readonly because: string
}

/** `unknown` where the token itself does not tell. */
export type Answer = 'yes' | 'no' | 'unknown'

/** What can be done with a token, and what cannot. */
export interface CapabilityReport {
  readonly type: TokenTypeName
  /** Undefined for a primary token. */
  readonly level: ImpersonationLevelName | undefined
  /** Whether a server can act as the client on this computer: open files, start processes after `toPrimary()`. */
  readonly actsLocally: Finding<Answer>
  /** Whether a process started with it, as it is, can be one of the client's. */
  readonly startsProcesses: Finding<Answer>
  /** Whether other computers can be reached as the client. */
  readonly networkCredentials: Finding<Answer>
  /** Whether the client's identity may be passed on from computer to computer. */
  readonly delegation: Finding<Answer>
  /** Whether what DPAPI keeps for the user can be opened, once the profile is loaded. */
  readonly dpapi: Finding<Answer>
  /** Whether it is of somebody who sits before a screen: programs ask for the group INTERACTIVE. */
  readonly interactive: Finding<Answer>
  /** `limited` is filtered by user account control, `full` its other half, `default` never split. */
  readonly elevation: Finding<ElevationName>
  readonly elevated: Finding<Answer>
  /** What grants on windows and desktops are made to. */
  readonly logonSid: Finding<Sid | undefined>
  readonly sessionId: Finding<number>
}

/**
 * What this token can do, each answer with its reason. It asks nothing but the token, so it needs `TOKEN_QUERY` and
 * says `unknown` where only the logon session knows.
 */
export function reportCapabilities(token: Token): CapabilityReport {
  const facts = readFacts(token)
  return {
    type: facts.type,
    level: facts.level,
    actsLocally: actsLocally(facts),
    startsProcesses: startsProcesses(facts),
    networkCredentials: networkCredentials(facts),
    delegation: delegation(facts),
    dpapi: dpapi(facts),
    interactive: interactive(facts),
    elevation: elevation(facts),
    elevated: elevated(facts),
    logonSid: logonSid(facts),
    sessionId: session(facts),
  }
}

/** All that the answers follow from, read once. */
interface Facts {
  readonly type: TokenTypeName
  readonly level: ImpersonationLevelName | undefined
  readonly user: string
  /** The enabled ones. */
  readonly groups: ReadonlySet<string>
  readonly origin: bigint
  readonly elevation: ElevationName
  readonly isElevated: boolean
  readonly logonSid: Sid | undefined
  readonly sessionId: number
}

function readFacts(token: Token): Facts {
  return {
    type: token.type,
    level: token.impersonationLevel,
    user: token.user.sid.toString(),
    groups: new Set(
      token.groups
        .filter(({ attributes }) => (attributes & groupAttribute.SE_GROUP_ENABLED) !== 0)
        .map(({ sid }) => sid.toString()),
    ),
    origin: token.origin,
    elevation: token.elevation,
    isElevated: token.isElevated,
    logonSid: token.logonSid,
    sessionId: token.sessionId,
  }
}

const sids = {
  network: 'S-1-5-2',
  batch: 'S-1-5-3',
  interactive: 'S-1-5-4',
  service: 'S-1-5-6',
  anonymous: 'S-1-5-7',
  remoteInteractive: 'S-1-5-14',
  localSystem: 'S-1-5-18',
  localService: 'S-1-5-19',
  networkService: 'S-1-5-20',
} as const

function actsLocally({ type, level }: Facts): Finding<Answer> {
  if (type === 'primary') return yes('it is a primary token')
  return level === 'impersonation' || level === 'delegation'
    ? yes(`its impersonation level is ${level}`)
    : no(`at the impersonation level ${level} it can only be looked at and checked`)
}

function startsProcesses(facts: Facts): Finding<Answer> {
  if (facts.type === 'primary') return yes('it is a primary token')
  return actsLocally(facts).value === 'yes'
    ? no('it is an impersonation token; toPrimary() makes one that does')
    : no(`it is an impersonation token of the level ${facts.level}, which cannot become a primary one`)
}

function networkCredentials(facts: Facts): Finding<Answer> {
  return credentialsOfService(facts) ?? credentialsOfLevel(facts) ?? credentialsOfLogon(facts)
}

/** The accounts of Windows itself. */
function credentialsOfService({ user }: Facts): Finding<Answer> | undefined {
  switch (user) {
    case sids.localSystem:
    case sids.networkService:
      return yes('on the network this account is the computer, if that is a member of a domain')
    case sids.localService:
      return no('on the network LOCAL SERVICE is anonymous')
    case sids.anonymous:
      return no('the user is ANONYMOUS LOGON')
    default:
      return undefined
  }
}

function credentialsOfLevel({ level, origin }: Facts): Finding<Answer> | undefined {
  if (level === 'delegation') return yes('its impersonation level is delegation')
  if (level === 'anonymous' || level === 'identification') return no(`its impersonation level is ${level}`)
  if (level === 'impersonation' && origin === 0n) {
    return unknown(
      'its impersonation level is impersonation, which counts on this computer only, unless the logon session holds credentials',
    )
  }
  return undefined
}

function credentialsOfLogon({ origin, groups }: Facts): Finding<Answer> {
  if (origin !== 0n) return yes(`logon session ${formatLuid(origin)} made it from credentials (TokenOrigin)`)
  if (groups.has(sids.network)) {
    return unknown('NETWORK is among its groups: network and S4U logons keep no credentials, networkCleartext ones do')
  }
  if (groups.has(sids.batch)) {
    return unknown('BATCH is among its groups: a task that was stored without a password has no credentials')
  }
  const kind = groups.has(sids.interactive) ? 'INTERACTIVE' : groups.has(sids.service) ? 'SERVICE' : undefined
  return kind === undefined
    ? unknown('none of its groups tells how it was logged on')
    : yes(`${kind} is among its groups, so that it was logged on with credentials`)
}

function delegation({ type, level }: Facts): Finding<Answer> {
  if (type === 'primary') return no('it is a primary token, which has no impersonation level')
  return level === 'delegation'
    ? yes('its impersonation level is delegation')
    : no(`its impersonation level is ${level}`)
}

/** The keys of a user are locked with what the user logged on with. */
function dpapi(facts: Facts): Finding<Answer> {
  if (facts.user === sids.anonymous) return no('the user is ANONYMOUS LOGON')
  if (facts.user === sids.localSystem || facts.user === sids.localService || facts.user === sids.networkService) {
    return yes('the keys of a service account need no credentials of a person')
  }
  const acts = actsLocally(facts)
  if (acts.value === 'no') return acts
  return credentialsOfLogon(facts)
}

function interactive({ groups }: Facts): Finding<Answer> {
  if (groups.has(sids.interactive)) return yes('INTERACTIVE is among its groups')
  if (groups.has(sids.remoteInteractive)) return yes('REMOTE INTERACTIVE LOGON is among its groups')
  return no('INTERACTIVE is not among its groups')
}

function elevation({ elevation: value }: Facts): Finding<ElevationName> {
  switch (value) {
    case 'limited':
      return { value, because: 'user account control filtered it; linked() is the full half' }
    case 'full':
      return { value, because: 'it is the full half of an administrator; linked() is the filtered one' }
    case 'default':
      return { value, because: 'user account control did not split this logon' }
  }
}

function elevated({ isElevated }: Facts): Finding<Answer> {
  return isElevated ? yes('TokenElevation says so') : no('TokenElevation says that it is not')
}

function logonSid({ logonSid: value }: Facts): Finding<Sid | undefined> {
  return value === undefined
    ? { value, because: 'none of its groups is marked as the logon SID, as with LocalSystem and network logons' }
    : { value, because: 'the group is marked as the logon SID' }
}

function session({ sessionId: value }: Facts): Finding<number> {
  return {
    value,
    because:
      value === 0
        ? 'it is of session 0, whose windows nobody sees'
        : `a process that is started with it runs in session ${value}`,
  }
}

function yes(because: string): Finding<Answer> {
  return { value: 'yes', because }
}

function no(because: string): Finding<Answer> {
  return { value: 'no', because }
}

function unknown(because: string): Finding<Answer> {
  return { value: 'unknown', because }
}
