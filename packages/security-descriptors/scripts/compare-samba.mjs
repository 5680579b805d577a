// Compares 20,000 generated descriptors with Samba's C library: its bytes must mean the same, its text must be the same.
// Needs a build of the package and Debian's python3-samba. A Samba before 4.20 knows no conditions, prints rights in an order
// of its own, takes FA for 0x1ff and refuses some ACL flags: with it only the bytes of what it reads are compared.
import { spawnSync } from 'node:child_process'

import { SecurityDescriptor, Sid } from '../dist/index.js'

const count = Number(process.argv[2] ?? 20_000)
const domain = Sid.parse('S-1-5-21-2457507606-2709100691-398136650')
const domains = { domainSid: domain, machineSid: domain, rootDomainSid: domain }

/** Prints one line for each text: the packed bytes and the printed text, or what Samba said against it. */
const script = `
import json, sys
from samba.dcerpc import security
from samba.ndr import ndr_pack
domain = security.dom_sid('${domain}')
for line in sys.stdin:
    text = json.loads(line)
    try:
        descriptor = security.descriptor.from_sddl(text, domain)
        print(json.dumps({'bytes': ndr_pack(descriptor).hex(), 'text': descriptor.as_sddl(domain)}))
    except Exception as error:
        print(json.dumps({'error': str(error)}))
`

const conditions = [
  '(@User.a == "b")',
  '(@User.a Any_of {1, 0x2, -3} && !(@Device.b))',
  '(Member_of {SID(BA), SID(S-1-2-3)} || Exists @Resource.c)',
  '(@Resource.d Contains #0102)',
]
const isRecent = askSamba(['D:(XA;;CC;;;WD;(a))'])[0]?.error === undefined
const next = randomNumbers(20_240_615)
const texts = Array.from({ length: count }, generate)
const answers = askSamba(texts)
const differences = texts.flatMap((text, index) => compare(text, answers[index]))

const refused = answers.filter(({ error }) => error !== undefined).length
const extent = isRecent ? 'bytes, text and conditions' : 'bytes only'
console.log(`${count} descriptors (${extent}): ${refused} refused by Samba, ${differences.length} differences`)
for (const difference of differences.slice(0, 20)) console.log(difference)
process.exitCode = differences.length === 0 ? 0 : 1

function askSamba(questions) {
  const input = questions.map((text) => `${JSON.stringify(text)}\n`).join('')
  for (const python of ['/usr/bin/python3', 'python3']) {
    const options = { input, encoding: 'utf8', maxBuffer: 2 ** 30 }
    const { status, stdout } = spawnSync(python, ['-c', script], options)
    if (status === 0) return stdout.trim().split('\n').map(parseAnswer)
  }
  throw new Error('No Python here can import samba: install python3-samba')
}

function parseAnswer(line) {
  return JSON.parse(line)
}

function compare(text, answer) {
  let descriptor
  try {
    descriptor = SecurityDescriptor.fromSddl(text, domains)
  } catch (error) {
    return answer.error === undefined ? [`${text}\n  Samba reads it; here: ${error.message}`] : []
  }
  if (answer.error !== undefined) return isRecent ? [`${text}\n  Samba: ${answer.error}`] : []
  const theirs = SecurityDescriptor.fromBytes(Uint8Array.from(Buffer.from(answer.bytes, 'hex')))
  if (theirs.toSddl(domains) !== descriptor.toSddl(domains)) {
    return [`${text}\n  means here  ${descriptor.toSddl(domains)}\n  means Samba ${theirs.toSddl(domains)}`]
  }
  if (!sameAces(theirs.dacl, descriptor.dacl) || !sameAces(theirs.sacl, descriptor.sacl)) {
    return [`${text}\n  has other bytes: ${answer.bytes}`]
  }
  if (isRecent && answer.text !== descriptor.toSddl(domains)) {
    return [`${text}\n  printed here  ${descriptor.toSddl(domains)}\n  printed Samba ${answer.text}`]
  }
  return []
}

function sameAces(left, right) {
  if (!left || !right) return left === right
  return Buffer.from(left.toBytes()).subarray(4).equals(Buffer.from(right.toBytes()).subarray(4))
}

function generate() {
  let text = ''
  if (next(3) > 0) text += `O:${sid()}`
  if (next(3) > 0) text += `G:${sid()}`
  if (next(8) > 0) text += `D:${aclFlags()}${aces(daclAce)}`
  if (next(3) === 0) text += `S:${aclFlags()}${aces(saclAce)}`
  return text
}

function aces(makeAce) {
  return Array.from({ length: next(6) }, makeAce).join('')
}

function daclAce() {
  const types = isRecent ? ['A', 'D', 'OA', 'OD', 'XA', 'XD'] : ['A', 'D', 'OA', 'OD']
  return ace(pick(types), pick(['', 'OI', 'CI', 'OICI', 'OICIIO', 'CIID', 'NP', 'OICINPIOID']))
}

function saclAce() {
  return ace(pick(['AU', 'OU']), pick(['SA', 'FA', 'SAFA', 'CISA', 'OICIIDSAFA']))
}

function ace(type, flags) {
  const isObject = type.startsWith('O')
  const condition = type.startsWith('X') ? `;${pick(conditions)}` : ''
  const first = isObject ? guid() : ''
  const second = isObject && next(3) === 0 ? guid() : ''
  return `(${type};${flags};${rights()};${first};${second};${sid()}${condition})`
}

function rights() {
  if (next(3) === 0) return `0x${(next(2) === 0 ? next(0x200000) : next(0x1_0000_0000)).toString(16)}`
  if (next(3) === 0) return pick([isRecent ? 'FA' : 'KA', 'FR', 'FW', 'FX', 'KA', 'KR', 'GA', 'GR', 'GRGX', ''])
  const letters = ['CC', 'DC', 'LC', 'SW', 'RP', 'WP', 'DT', 'LO', 'CR', 'SD', 'RC', 'WD', 'WO', 'GA', 'GX', 'GW', 'GR']
  return letters.filter(() => next(3) === 0).join('')
}

function sid() {
  if (next(3) === 0) return `S-1-5-21-${next(0x1_0000_0000)}-${next(1000)}-${next(1000)}-${next(5000)}`
  if (next(6) === 0) return `S-1-${next(100)}-${next(0x1_0000_0000)}`
  return pick([
    'WD',
    'CO',
    'CG',
    'OW',
    'NU',
    'IU',
    'SU',
    'AN',
    'ED',
    'PS',
    'AU',
    'RC',
    'SY',
    'LS',
    'NS',
    'BA',
    'BU',
    'BG',
    'PU',
    'AO',
    'SO',
    'PO',
    'BO',
    'RE',
    'RU',
    'NO',
    'MU',
    'LU',
    'IS',
    'CY',
    'ER',
    'CD',
    'DA',
    'DU',
    'DG',
    'DC',
    'DD',
    'CA',
    'SA',
    'EA',
    'PA',
    'RS',
    'LA',
    'LG',
  ])
}

function guid() {
  return pick([
    'bf967aba-0de6-11d0-a285-00aa003049e2',
    'ab721a53-1e2f-11d0-9819-00aa0040529b',
    '00299570-246d-11d0-a768-00aa006e0529',
  ])
}

function aclFlags() {
  return pick(['', '', 'P', 'AI', 'AR', 'PAI', 'PAR', 'ARAI', 'PARAI'])
}

function pick(values) {
  return values[next(values.length)]
}

/** The same numbers every time, so that a difference can be found again. */
function randomNumbers(seed) {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * limit)
  }
}
