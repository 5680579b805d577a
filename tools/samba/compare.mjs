// Compares @asuser/security-descriptors with Samba on object, callback and conditional ACEs: node tools/samba/compare.mjs [count [seed]]
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Acl, SecurityDescriptor, Sid } from '../../packages/security-descriptors/dist/index.js'
import { kinds, makeDescriptor, RandomSource } from './generate.mjs'

const [count = '20000', seed = '1'] = process.argv.slice(2)
const domains = { domainSid: Sid.parse('S-1-5-21-1-2-3') }
const known = knownKinds()
const random = new RandomSource(Number(seed))
const texts = Array.from({ length: Number(count) }, () => makeDescriptor(random, known))

/** @type {Map<string, string[]>} */
const differences = new Map()
for (const [index, samba] of askSamba(texts).entries()) compare(texts[index] ?? '', samba)
for (const [what, examples] of differences) {
  console.log(`${what}: ${examples.length}`)
  for (const example of examples.slice(0, 3)) console.log(`    ${example}`)
}
console.log(`This Samba knows ACEs of these kinds: ${[...known].join(', ')}`)
console.log(`${texts.length} descriptors (seed ${seed}), ${differences.size} kinds of differences`)
process.exitCode = differences.size === 0 ? 0 : 1

/**
 * @param {string} text
 * @param {{ bytes: string, text: string } | { error: string }} samba
 */
function compare(text, samba) {
  const own = read(text)
  if ('error' in own || 'error' in samba) {
    if ('error' in own !== 'error' in samba) {
      const who =
        'error' in own
          ? `only Samba reads it: ${own.error}`
          : `Samba refuses it: ${'error' in samba ? samba.error : ''}`
      note(who.slice(0, 60), text)
    }
    return
  }
  const ours = comparable(own.descriptor)
  const binary = comparable(SecurityDescriptor.fromBytes(new Uint8Array(Buffer.from(samba.bytes, 'hex'))))
  if (!ours.equals(binary)) note('other bytes', `${text}\n      ${hex(ours)}\n      ${hex(binary)}`)
  const reread = read(samba.text)
  if ('error' in reread) note('text of Samba that is refused', `${samba.text}: ${reread.error}`)
  else if (!comparable(reread.descriptor).equals(ours))
    note('other text', `${own.descriptor.toSddl()}\n      ${samba.text}`)
}

/**
 * Without what differs by design: Samba gives every list the revision 4 of directory objects, puts the parts into another
 * order, and writes masks in its own way, so that its text is read again instead of compared.
 *
 * @param {SecurityDescriptor} descriptor
 */
function comparable(descriptor) {
  const { dacl, sacl } = descriptor
  return descriptor.with({
    dacl: dacl && Acl.from(dacl.entries, { revision: 4 }),
    sacl: sacl && Acl.from(sacl.entries, { revision: 4 }),
  })
}

/** @param {SecurityDescriptor} descriptor */
function hex(descriptor) {
  return Buffer.from(descriptor.toBytes()).toString('hex')
}

/** What this version of Samba reads: conditions, for instance, came with 4.20. */
function knownKinds() {
  const names = Object.keys(kinds)
  const answers = askSamba(Object.values(kinds))
  return new Set(names.filter((_name, index) => 'bytes' in (answers[index] ?? {})))
}

/** @param {string} text @returns {{ descriptor: SecurityDescriptor } | { error: string }} */
function read(text) {
  try {
    return { descriptor: SecurityDescriptor.fromSddl(text, domains) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** @param {string} what @param {string} example */
function note(what, example) {
  differences.set(what, [...(differences.get(what) ?? []), example])
}

/** @param {readonly string[]} lines @returns {readonly ({ bytes: string, text: string } | { error: string })[]} */
function askSamba(lines) {
  const script = fileURLToPath(new URL('answer.py', import.meta.url))
  const input = lines.map((line) => JSON.stringify(line)).join('\n')
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [script], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  })
  if (status !== 0) throw new Error(`Samba did not answer: ${stderr}`)
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}
