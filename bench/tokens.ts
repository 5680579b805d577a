// Token calls of the addon against koffi 3, a foreign function interface, in one run: calls per second of what a token is
// asked, of a duplicate, and of a round of impersonation. koffi is measured twice: with the bare calls, and with what gives
// the same result.
// For the Windows node.exe: under Wine `tools/wine/run --as-system -- node bench/dist/tokens.js`.
import { getWin32, type SidAndAttributes, type TokenInformationClass, tokenType } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { currentProcessToken, type Token, type TokenTypeName } from '@asuser/tokens'
import { KoffiHandle, KoffiTokens } from './koffi-tokens.ts'
import { fixed, median, medianRatio, printTable } from './measure.ts'
import { callsOfTurn, ratesOf, rounds } from './rates.ts'

const theirs = new KoffiTokens()
const win32 = getWin32()
const own = currentProcessToken()
const client = own.duplicate({ type: 'impersonation' })
const nothing = (): void => {}

function tokenTypeName(type: number): TokenTypeName {
  return type === tokenType.TokenPrimary ? 'primary' : 'impersonation'
}

/** With the SID as `Token` has it. */
function sidWithAttributes({ sid, attributes }: SidAndAttributes): Token['user'] {
  return { sid: Sid.fromBytes(sid), attributes }
}

interface Contest {
  readonly call: string
  readonly asuser: () => void
  /** The bare calls of koffi. */
  readonly bare: () => void
  /** koffi with the same result. */
  readonly equal: () => void
}

function question(name: TokenInformationClass, number: number, decode: () => unknown): Contest {
  return {
    call: `getTokenInformation(${name})`,
    asuser: () => void win32.getTokenInformation(own.handle, name),
    bare: () => void theirs.read(number),
    equal: () => void decode(),
  }
}

/** The same question to a `Token`. */
function getter<T>(name: string, read: () => T, number: number, decode: () => T): Contest {
  return {
    call: `token.${name}`,
    asuser: () => void read(),
    bare: () => void theirs.read(number),
    equal: () => void decode(),
  }
}

const duplicateBare = (): void => theirs.closeHandle(theirs.duplicate())
const duplicateAsObject = (): void => new KoffiHandle(theirs, theirs.duplicate()).close()

const contests: readonly Contest[] = [
  question('TokenType', 8, () => theirs.number(8)),
  question('TokenSessionId', 12, () => theirs.number(12)),
  question('TokenElevation', 20, () => theirs.number(20) !== 0),
  question('TokenUser', 1, () => theirs.user()),
  question('TokenStatistics', 10, () => theirs.statistics()),
  question('TokenGroups', 2, () => theirs.groups()),
  question('TokenPrivileges', 3, () => theirs.privileges()),
  getter(
    'type',
    () => own.type,
    8,
    () => tokenTypeName(theirs.number(8)),
  ),
  getter(
    'sessionId',
    () => own.sessionId,
    12,
    () => theirs.number(12),
  ),
  getter(
    'user',
    () => own.user,
    1,
    () => sidWithAttributes(theirs.user()),
  ),
  getter(
    'groups',
    () => own.groups,
    2,
    () => theirs.groups().map(sidWithAttributes),
  ),
  {
    call: 'duplicate and close, win32',
    asuser() {
      win32.duplicateTokenEx(own.handle, { desiredAccess: 0, type: 2, impersonationLevel: 2 }).close()
    },
    bare: duplicateBare,
    equal: duplicateAsObject,
  },
  {
    call: 'duplicate and close, token',
    asuser: () => own.duplicate({ type: 'impersonation', access: 0 }).close(),
    bare: duplicateBare,
    equal: duplicateAsObject,
  },
  {
    call: 'a round of impersonation, win32',
    asuser: () => win32.impersonateLoggedOnUser(client.handle, nothing),
    bare: () => theirs.impersonate(nothing),
    equal: () => theirs.impersonateSafely(nothing),
  },
  {
    call: 'a round of impersonation, token',
    asuser: () => client.impersonate(nothing),
    bare: () => theirs.impersonate(nothing),
    equal: () => theirs.impersonateSafely(nothing),
  },
]

try {
  const rows: string[][] = []
  for (const { call, asuser, bare, equal } of contests) {
    const [ours = [], bareRates = [], equalRates = []] = await ratesOf([asuser, bare, equal])
    rows.push([
      call,
      fixed(median(ours), 0),
      fixed(median(bareRates), 0),
      fixed(medianRatio(ours, bareRates), 2),
      fixed(median(equalRates), 0),
      fixed(medianRatio(ours, equalRates), 2),
    ])
  }
  const header = ['call', 'asuser', 'koffi, bare', 'ratio', 'koffi, equal result', 'ratio']
  printTable(`calls per second, median of ${rounds} turns of ${callsOfTurn} calls`, header, rows)
} finally {
  client.close()
  own.close()
  theirs.close()
}
