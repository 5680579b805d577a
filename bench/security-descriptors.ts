// What the pure package costs for each operation, how it grows with the list, and what Samba's C library needs for the same work.
import { spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'

import { objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck, type AccessToken } from '@asuser/security-descriptors/access-check'

import { at, fixed, inOnePiece, median, printTable, readText } from './measure.ts'

const rounds = 15
const { genericMapping } = objectTypes.file

/** Twelve hundred texts that differ, so that nothing is gained by remembering whole ones. */
const texts = Array.from({ length: 1200 }, (_, index) => sddl(`S-1-5-21-${1_000_000 + index}-23408-4576-1001`))
const descriptors = texts.map((text) => SecurityDescriptor.fromSddl(text))
const binaries = descriptors.map((descriptor) => descriptor.toBytes())
const token: AccessToken = {
  user: { sid: Sid.parse('S-1-5-21-1000003-23408-4576-1001'), attributes: 0 },
  groups: ['WD', 'BU', 'AU', 'IU', 'S-1-5-5-0-1'].map((text) => ({ sid: Sid.parse(text), attributes: 7 })),
  privileges: [],
}

/** An owner, a group, five entries that allow and one that audits. */
function sddl(account: string): string {
  return inOnePiece(
    'O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICIIO;GA;;;CO)' +
      `(A;OICI;0x1200a9;;;BU)(A;;GRGW;;;${account})S:(AU;SAFA;DCLCRPCRSDWDWO;;;WD)`,
  )
}

/** The median of the rounds, in microseconds for each call. */
function measure(count: number, call: (index: number) => unknown): number {
  const results: number[] = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    for (let index = 0; index < count; index++) call(index)
    results.push(((performance.now() - began) * 1000) / count)
  }
  return median(results)
}

const check = (descriptor: SecurityDescriptor): unknown =>
  accessCheck({ descriptor, token, desiredAccess: genericMapping.read, genericMapping })

interface SambaTimes {
  readonly parse: number
  readonly format: number
  readonly decode: number
}

/** The same texts through the Python binding of Samba, where Debian's python3-samba is installed. */
function measureSamba(): SambaTimes | undefined {
  const script = `
import json, sys, time
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
texts = json.load(sys.stdin)
domain = security.dom_sid('S-1-5-21-1-2-3')
descriptors = [security.descriptor.from_sddl(text, domain) for text in texts]
packed = [ndr_pack(descriptor) for descriptor in descriptors]
def measure(call, values):
    results = []
    for _ in range(15):
        began = time.perf_counter()
        for value in values: call(value)
        results.append((time.perf_counter() - began) * 1e6 / len(values))
    return sorted(results)[7]
print(json.dumps({
    'parse': measure(lambda text: security.descriptor.from_sddl(text, domain), texts),
    'format': measure(lambda descriptor: descriptor.as_sddl(domain), descriptors),
    'decode': measure(lambda data: ndr_unpack(security.descriptor, data), packed),
}))
`
  // The system's own Python has the binding; another one that comes first on the path does not.
  for (const python of ['/usr/bin/python3', 'python3']) {
    const { status, stdout } = spawnSync(python, ['-c', script], { input: JSON.stringify(texts), encoding: 'utf8' })
    if (status === 0) return JSON.parse(stdout)
  }
  return undefined
}

const count = 20_000
const times = {
  parse: measure(count, (index) => SecurityDescriptor.fromSddl(at(texts, index))),
  format: measure(count, (index) => readText(at(descriptors, index).toSddl())),
  decode: measure(count, (index) => SecurityDescriptor.fromBytes(at(binaries, index))),
  encode: measure(count, (index) => at(descriptors, index).toBytes()),
  'access check': measure(count, (index) => check(at(descriptors, index))),
}
const samba = measureSamba()
const rivals: Readonly<Record<string, number | undefined>> = { ...samba }

printTable(
  'Security descriptors: microseconds for each operation on six ACEs',
  ['operation', 'asuser', 'Samba'],
  Object.entries(times).map(([operation, time]) => {
    const rival = rivals[operation]
    return [operation, fixed(time, 2), rival === undefined ? '-' : fixed(rival, 2)]
  }),
)
if (samba === undefined) console.log('\nSamba is not compared: python3-samba is not installed.')
if (times.parse > 2) console.log(`\nParsing takes ${fixed(times.parse, 2)} us, which is more than the goal of 2 us.`)

const sizes = [1, 10, 100, 1000]
printTable(
  'Growth: nanoseconds for each ACE',
  ['ACEs', 'parse', 'format', 'decode', 'encode', 'access check'],
  sizes.map((size) => {
    const aces = Array.from({ length: size }, (_, index) => `(A;;FR;;;S-1-5-21-1-2-3-${1000 + index})`).join('')
    const text = inOnePiece(`O:BAG:SYD:${aces}`)
    const descriptor = SecurityDescriptor.fromSddl(text)
    const bytes = descriptor.toBytes()
    const each = (call: () => unknown): string => fixed((measure(Math.ceil(count / size), call) * 1000) / size, 0)
    return [
      String(size),
      each(() => SecurityDescriptor.fromSddl(text)),
      each(() => readText(descriptor.toSddl())),
      each(() => SecurityDescriptor.fromBytes(bytes)),
      each(() => descriptor.toBytes()),
      each(() => check(descriptor)),
    ]
  }),
)
