// SDDL at random with what Wine does not know: object, callback and conditional ACEs, and resource attributes.

/** The same numbers for the same seed (mulberry32). */
export class RandomSource {
  #state

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** @param {number} limit */
  below(limit) {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit)
  }

  /**
   * @template T
   * @param {readonly T[]} choices
   * @returns {T}
   */
  pick(choices) {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new RangeError('choices must not be empty')
    return choice
  }
}

const sids = ['BA', 'WD', 'SY', 'AU', 'BU', 'CO', 'PS', 'S-1-5-21-1-2-3-1001', 'S-1-5-21-9-8-7-513']
// FA means 0x1ff to Samba before 4.20.
const rights = ['GA', '0x1f01ff', 'FR', 'RPWP', 'CCDCLC', 'CR', '0x1200a9', 'RCWDWO']
const guids = ['bf967aba-0de6-11d0-a285-00aa003049e2', '00299570-246d-11d0-a768-00aa006e0529']
const flags = ['', 'OI', 'CI', 'OICI', 'OICIIO', 'ID', 'CIIOID']
const attributes = ['@User.Title', '@USER.Project', '@Device.Managed', '@Resource.Secrecy', 'local', '@User.a%0020b']
const literals = [
  '1',
  '-7',
  '0x1f',
  '017',
  '"blue"',
  '"Red Team"',
  'SID(BA)',
  '#0a0b',
  '{1, 2}',
  '{"x", "y"}',
  '{SID(WD), SID(BA)}',
]
const comparisons = ['==', '!=', '<', '<=', '>', '>=', 'Contains', 'Not_Contains', 'Any_of', 'Not_Any_of']
const memberships = ['Member_of', 'Not_Member_of', 'Member_of_Any', 'Device_Member_of', 'Not_Device_Member_of_Any']

/** The kinds of ACEs, each with an example that tells whether a parser knows it. */
export const kinds = {
  object: 'D:(OA;;RP;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)',
  conditional: 'D:(XA;;GA;;;WD;(Exists @User.Title))',
  conditionalObject: 'D:(ZA;;RP;bf967aba-0de6-11d0-a285-00aa003049e2;;WD;(Exists @User.Title))',
  conditionalAudit: 'S:(XU;FA;GA;;;WD;(Exists @User.Title))',
  attribute: 'S:(RA;;;;;WD;("name",TI,0x0,1))',
}

/**
 * A descriptor with ACEs of these kinds, and plain ones.
 *
 * @param {RandomSource} random
 * @param {ReadonlySet<string>} known
 * @returns {string}
 */
export function makeDescriptor(random, known) {
  const access = [
    plainAce,
    ...makers(known, { object: objectAce, conditional: callbackAce, conditionalObject: callbackObjectAce }),
  ]
  const system = makers(known, { object: objectAudit, conditionalAudit: callbackAudit, attribute: resourceAttribute })
  // Samba before 4.20 does not read the flags of a DACL without entries.
  const dacl = random.pick(access)(random) + list(random, 3, () => random.pick(access)(random))
  const sacl = system.length === 0 ? '' : list(random, 2, () => random.pick(system)(random))
  const parts = [`O:${random.pick(sids)}`, `G:${random.pick(sids)}`, `D:${random.pick(['', 'P', 'AI'])}${dacl}`]
  return parts.join('') + (sacl === '' ? '' : `S:${sacl}`)
}

/**
 * @typedef {(random: RandomSource) => string} Maker
 * @param {ReadonlySet<string>} known
 * @param {Readonly<Record<string, Maker>>} all
 */
function makers(known, all) {
  return Object.entries(all).flatMap(([kind, maker]) => (known.has(kind) ? [maker] : []))
}

/** @param {RandomSource} random */
function plainAce(random) {
  return `(${random.pick(['A', 'D'])};${random.pick(flags)};${random.pick(rights)};;;${random.pick(sids)})`
}

/** @param {RandomSource} random */
function objectAce(random) {
  return `(${random.pick(['OA', 'OD'])};${random.pick(flags)};${random.pick(rights)};${guidPair(random)};${random.pick(sids)})`
}

/** @param {RandomSource} random */
function callbackAce(random) {
  const type = random.pick(['XA', 'XD'])
  return `(${type};${random.pick(flags)};${random.pick(rights)};;;${random.pick(sids)};(${condition(random, 3)}))`
}

/** @param {RandomSource} random */
function callbackObjectAce(random) {
  return `(ZA;${random.pick(flags)};${random.pick(rights)};${guidPair(random)};${random.pick(sids)};(${condition(random, 2)}))`
}

/** @param {RandomSource} random */
function objectAudit(random) {
  return `(OU;SAFA;${random.pick(rights)};${guidPair(random)};${random.pick(sids)})`
}

/** @param {RandomSource} random */
function callbackAudit(random) {
  return `(XU;FA;${random.pick(rights)};;;${random.pick(sids)};(${condition(random, 2)}))`
}

/** @param {RandomSource} random */
function resourceAttribute(random) {
  const [type, values] = random.pick([
    ['TI', '1,-2'],
    ['TU', '3,4'],
    ['TS', '"a","b c"'],
    ['TB', '1'],
    ['TD', 'SID(BA)'],
    ['TX', '0a0b'],
  ])
  return `(RA;${random.pick(['', 'CI'])};;;;WD;("name",${type},0x${random.below(4)},${values}))`
}

/** One GUID at least: without any, Windows makes a plain ACE of it, and Samba does not. @param {RandomSource} random */
function guidPair(random) {
  const first = random.pick(['', ...guids])
  return `${first};${random.pick(first === '' ? guids : ['', ...guids])}`
}

/** @param {RandomSource} random @param {number} depth @returns {string} */
function condition(random, depth) {
  const kind = depth === 0 ? random.below(3) : random.below(6)
  if (kind === 0) return `${random.pick(['Exists', 'Not_Exists'])} ${random.pick(attributes)}`
  if (kind === 1) return membership(random)
  if (kind === 2) return `${random.pick(attributes)} ${random.pick(comparisons)} ${operand(random)}`
  const left = condition(random, depth - 1)
  if (kind === 3) return `!(${left})`
  return `(${left}) ${random.pick(['&&', '||'])} (${condition(random, depth - 1)})`
}

/** @param {RandomSource} random */
function membership(random) {
  return `${random.pick(memberships)} {SID(${random.pick(sids)}), SID(${random.pick(sids)})}`
}

/** @param {RandomSource} random */
function operand(random) {
  return random.below(4) === 0 ? random.pick(attributes.filter((name) => name.startsWith('@'))) : random.pick(literals)
}

/** @param {RandomSource} random @param {number} most @param {() => string} make */
function list(random, most, make) {
  return Array.from({ length: random.below(most + 1) }, make).join('')
}
