// The pure package against the functions of the system, through the addon, in one run: reading SDDL, writing it, and deciding.
// For the Windows node.exe: under Wine `tools/wine/run --as-system -- node bench/dist/security-descriptors-os.js`.
import { performance } from 'node:perf_hooks'
import { getWin32, impersonationLevel, securityInformation, tokenAccess, tokenType } from '@asuser/native'
import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck, type AccessToken } from '@asuser/security-descriptors/access-check'
import { at, fixed, inOnePiece, median, printTable, readText } from './measure.ts'

const rounds = 501
const warmUpRounds = 400
/** Calls in one round: so few that most rounds end before another program gets the processor, and both kinds about as long. */
const counts = { pure: 200, system: 20 }
/** As many texts that differ as in the other bench; four thousand descriptors would measure the caches of the machine. */
const distinct = 1200
const goal = 10
const parts =
  securityInformation.OWNER_SECURITY_INFORMATION |
  securityInformation.GROUP_SECURITY_INFORMATION |
  securityInformation.DACL_SECURITY_INFORMATION |
  securityInformation.SACL_SECURITY_INFORMATION

// Wine takes every descriptor for a broken one without the shim of its lane.
if (process.env['ASUSER_LANE'] === 'wine') {
  const shim = await import(new URL('../../tools/wine/lsa-shim/index.mjs', import.meta.url).href)
  shim.installLsaShim()
}
const win32 = getWin32()

const texts = Array.from({ length: distinct }, (_, index) => {
  const account = `S-1-5-21-${1_000_000 + index}-23408-4576-1001`
  return inOnePiece(
    'O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICIIO;GA;;;CO)' +
      `(A;OICI;0x1200a9;;;BU)(A;;GRGW;;;${account})S:(AU;SAFA;DCLCRPCRSDWDWO;;;WD)`,
  )
})
const descriptors = texts.map((text) => SecurityDescriptor.fromSddl(text))
const binaries = descriptors.map((descriptor) => descriptor.toBytes())

const { genericMapping } = objectTypes.file
const desiredAccess = genericMapping.read
const win32Mapping = {
  genericRead: genericMapping.read,
  genericWrite: genericMapping.write,
  genericExecute: genericMapping.execute,
  genericAll: genericMapping.all,
}
using own = win32.openProcessToken(win32.getCurrentProcess(), tokenAccess.TOKEN_DUPLICATE)
using client = win32.duplicateTokenEx(own, {
  desiredAccess: tokenAccess.TOKEN_QUERY,
  type: tokenType.TokenImpersonation,
  impersonationLevel: impersonationLevel.SecurityIdentification,
})
const token: AccessToken = {
  user: { sid: Sid.fromBytes(win32.getTokenInformation(client, 'TokenUser').sid), attributes: 0 },
  groups: win32
    .getTokenInformation(client, 'TokenGroups')
    .map(({ sid, attributes }) => ({ sid: Sid.fromBytes(sid), attributes })),
  privileges: [],
}

interface Contest {
  readonly what: string
  readonly pure: (index: number) => unknown
  readonly system: (index: number) => unknown
}

const parse = (index: number): SecurityDescriptor => SecurityDescriptor.fromSddl(at(texts, index))
const decode = (index: number): SecurityDescriptor => SecurityDescriptor.fromBytes(at(binaries, index))
const check = (descriptor: SecurityDescriptor): boolean =>
  accessCheck({ descriptor, token, desiredAccess, genericMapping }).granted

const convertText = (index: number): unknown =>
  win32.convertStringSecurityDescriptorToSecurityDescriptor(at(texts, index))
const convertBytes = (index: number): unknown =>
  readText(win32.convertSecurityDescriptorToStringSecurityDescriptor(at(binaries, index), parts))
const systemCheck = (index: number): unknown =>
  win32.accessCheck({ descriptor: at(binaries, index), token: client, desiredAccess, genericMapping: win32Mapping })

// The system works on bytes, the package on values: each is measured as it is used, and the package also from bytes to bytes.
const contests: readonly Contest[] = [
  { what: 'parse', pure: parse, system: convertText },
  { what: 'parse and encode', pure: (index) => parse(index).toBytes(), system: convertText },
  { what: 'format', pure: (index) => readText(at(descriptors, index).toSddl()), system: convertBytes },
  { what: 'decode and format', pure: (index) => readText(decode(index).toSddl()), system: convertBytes },
  { what: 'access check', pure: (index) => check(at(descriptors, index)), system: systemCheck },
  { what: 'decode and access check', pure: (index) => check(decode(index)), system: systemCheck },
]

const rows = contests.map(({ what, pure, system }) => {
  const results: Record<'pure' | 'system', number[]> = { pure: [], system: [] }
  // The compiler has its say before the clock runs; it works beside the program, and needs a while where others work, too.
  for (let round = 0; round < warmUpRounds; round++) microseconds(pure, counts.pure, round)
  for (let round = 0; round < rounds; round++) {
    results.pure.push(microseconds(pure, counts.pure, round))
    results.system.push(microseconds(system, counts.system, round))
  }
  const [ours, theirs] = [median(results.pure), median(results.system)]
  return { what, ours, theirs, ratio: theirs / ours }
})

printTable(
  'Security descriptors against the functions of the system: microseconds for each operation on six ACEs',
  ['operation', 'asuser', 'the system', 'times faster'],
  rows.map(({ what, ours, theirs, ratio }) => [what, fixed(ours, 2), fixed(theirs, 2), fixed(ratio)]),
)
for (const { what, ratio } of rows) {
  if (ratio < goal) console.log(`\n${what} is ${fixed(ratio)} times faster, and the goal is ${goal}.`)
}

/** For each call of one round, which goes on with the texts where the last round ended. */
function microseconds(call: (index: number) => unknown, count: number, round: number): number {
  const began = performance.now()
  for (let index = round * count; index < (round + 1) * count; index++) call(index)
  return ((performance.now() - began) * 1000) / count
}
