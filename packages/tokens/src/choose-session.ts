import { Win32Error } from '@asuser/native'
import { type AccountName, parseAccountName } from './account-name.ts'
import { InvalidArgumentError } from './invalid-argument.ts'
import { listSessions, type Session, type SessionOptions } from './session.ts'

/**
 * Which session: the one at the screen of this computer; the one that a user works in; the one that a user logged on to
 * last; the best one of a user, which is an active one before a disconnected one, and then the one used last.
 */
export type SessionChoice =
  | 'console'
  | 'active'
  | 'newest'
  | { readonly user: string; readonly domain?: string | undefined }

/**
 * The session that a program for a person belongs into. Only sessions with a user are chosen from; of several that fit,
 * `console` apart, the one whose user moved last, and of those the one with the highest id.
 *
 * @throws InvalidArgumentError
 * @throws Win32Error `ERROR_NO_TOKEN` when none fits, with the choice in its context; otherwise as {@link listSessions}
 */
export async function chooseSession(choice: SessionChoice, options: SessionOptions = {}): Promise<Session> {
  const rule = ruleOf(choice)
  const sessions = await listSessions(options)
  const [best] = sessions.filter((session) => session.user !== undefined && rule.fits(session)).toSorted(rule.compare)
  if (best !== undefined) return best
  const wanted = typeof choice === 'string' ? choice : choice.user
  throw Win32Error.of('ERROR_NO_TOKEN', 'WTSEnumerateSessionsExW', { session: wanted })
}

interface Rule {
  readonly fits: (session: Session) => boolean
  /** The better one comes first. */
  readonly compare: (left: Session, right: Session) => number
}

function ruleOf(choice: unknown): Rule {
  switch (choice) {
    case 'console':
      return { fits: ({ kind }) => kind === 'console', compare: byLastUse }
    case 'active':
      return { fits: ({ state }) => state === 'active', compare: byLastUse }
    case 'newest':
      return { fits: () => true, compare: byLogon }
    default:
      return { fits: belongsTo(parseUser(choice)), compare: byActivity }
  }
}

function parseUser(choice: unknown): AccountName {
  if (typeof choice === 'object' && choice !== null && 'user' in choice) {
    const account = parseAccountName('choice', choice)
    if (!account.user.includes('@')) return account
    const expected = 'the name that the user is logged on with, not a user principal name'
    throw InvalidArgumentError.ofValue('choice.user', expected, account.user)
  }
  const expected = '"console", "active", "newest" or an object with a user'
  throw typeof choice === 'string'
    ? InvalidArgumentError.ofValue('choice', expected, choice)
    : InvalidArgumentError.ofType('choice', expected, choice)
}

/** Windows compares names without regard to letter case. Without a domain any will do. */
function belongsTo({ user, domain }: AccountName): Rule['fits'] {
  return (session) =>
    session.user?.name.toLowerCase() === user.toLowerCase() &&
    (domain === null || session.user.domain.toLowerCase() === domain.toLowerCase())
}

function byActivity(left: Session, right: Session): number {
  return Number(right.state === 'active') - Number(left.state === 'active') || byLastUse(left, right)
}

function byLastUse(left: Session, right: Session): number {
  return compare(left.idleTime ?? Infinity, right.idleTime ?? Infinity) || right.id - left.id
}

function byLogon(left: Session, right: Session): number {
  return compare(right.logonTime?.getTime() ?? 0, left.logonTime?.getTime() ?? 0) || right.id - left.id
}

/** Not a difference, which two infinities do not have. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1
}
