/** The same numbers for the same seed (mulberry32). */
export class RandomSource {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 on, less than `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit)
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new RangeError('choices must not be empty')
    return choice
  }

  list<T>(most: number, make: () => T): readonly T[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }
}

/** What is generated: SDDL of the types that every Windows since 2000 and Wine know. */
export interface SddlVocabulary {
  readonly sids: readonly string[]
}

/** Names that blanks part. */
export function words(...lines: readonly string[]): readonly string[] {
  return lines.join(' ').split(' ')
}

const rightNames = words('GA GR GW GX RC SD WD WO RP WP CC DC LC SW LO DT CR FA FR FW FX KA KR KW KX')
const labelRights = ['NW', 'NR', 'NX'] as const
const labelSids = ['LW', 'ME', 'HI', 'SI', 'S-1-16-0', 'S-1-16-20480'] as const
const inheritanceFlags = ['OI', 'CI', 'NP', 'IO', 'ID'] as const
const aclFlags = ['P', 'AI', 'AR'] as const

type Mistake = readonly [text: string, code: string]

/** Mistakes that every parser has to refuse, each with the code of Windows. */
const mistakes: readonly Mistake[] = [
  ['D:(A;;ZZ;;;WD)', 'ERROR_INVALID_ACL'],
  ['D:(A;;GAG;;;WD)', 'ERROR_INVALID_ACL'],
  ['D:(A;;0xg;;;WD)', 'ERROR_INVALID_ACL'],
  ['D:(A;;G\tA;;;WD)', 'ERROR_INVALID_ACL'],
  ['D:(A;;GA ;;;WD)', 'ERROR_INVALID_ACL'],
  ['D:(A;ZZ;GA;;;WD)', 'ERROR_INVALID_ACL'],
  ['D:(A;;GA;;;ZZ)', 'ERROR_INVALID_ACL'],
  ['D:(A;;GA;;;)', 'ERROR_INVALID_ACL'],
  ['D:(A;;GA;;WD)', 'ERROR_INVALID_ACL'],
  ['D:(A;;GA;;;;WD)', 'ERROR_INVALID_ACL'],
  ['D:(A;;GA;;;WD', 'ERROR_INVALID_ACL'],
  ['O:ZZ', 'ERROR_INVALID_SID'],
  ['G:S-1-5', 'ERROR_INVALID_SID'],
  ['O:S-2-5-18', 'ERROR_INVALID_SID'],
  ['X:BA', 'ERROR_INVALID_PARAMETER'],
  ['d:(A;;GA;;;WD)', 'ERROR_INVALID_PARAMETER'],
]

export interface MistakenSddl {
  readonly text: string
  readonly code: string
}

/** SDDL at random, mostly as it should be. */
export class SddlGenerator {
  readonly #random: RandomSource
  readonly #vocabulary: SddlVocabulary

  constructor(random: RandomSource, vocabulary: SddlVocabulary) {
    this.#random = random
    this.#vocabulary = vocabulary
  }

  descriptor(): string {
    const random = this.#random
    const owner = random.oneIn(4) ? '' : `O:${this.#sid()}`
    const group = random.oneIn(4) ? '' : `G:${this.#sid()}`
    const dacl = random.oneIn(8) ? '' : `D:${this.#flags()}${random.list(6, () => this.#accessAce()).join('')}`
    const sacl = random.oneIn(2) ? '' : `S:${this.#flags()}${random.list(3, () => this.#saclAce()).join('')}`
    return `${owner}${group}${dacl}${sacl}`
  }

  /** A good beginning and a mistake after it. */
  mistaken(): MistakenSddl {
    const random = this.#random
    const [mistake, code] = random.pick(mistakes)
    const begins = mistake.toUpperCase().slice(0, 1)
    const owner = begins === 'O' || random.oneIn(3) ? '' : `O:${this.#sid()}`
    const group = begins === 'G' || random.oneIn(3) ? '' : `G:${this.#sid()}`
    return { text: `${owner}${group}${mistake}`, code }
  }

  /** A descriptor with all that an access check needs. */
  checkable(): string {
    const dacl = this.#random.list(8, () => this.#accessAce()).join('')
    return `O:${this.#sid()}G:${this.#sid()}D:${dacl}`
  }

  #accessAce(): string {
    return this.#ace(this.#random.pick(['A', 'D']), this.#inheritance(), this.#rights(), this.#sid())
  }

  #saclAce(): string {
    if (this.#random.oneIn(3)) {
      return this.#ace('ML', this.#inheritance(), this.#random.pick(labelRights), this.#random.pick(labelSids))
    }
    const audited = this.#random.pick(['SA', 'FA', 'SAFA', ''])
    return this.#ace('AU', this.#inheritance() + audited, this.#rights(), this.#sid())
  }

  #ace(type: string, flags: string, rights: string, sid: string): string {
    const space = this.#random.oneIn(20) ? ' ' : ''
    const cased = this.#random.oneIn(20) ? type.toLowerCase() : type
    return `(${space}${cased};${flags};${rights};;;${sid})`
  }

  #inheritance(): string {
    return inheritanceFlags.filter(() => this.#random.oneIn(3)).join('')
  }

  #flags(): string {
    return aclFlags.filter(() => this.#random.oneIn(3)).join('')
  }

  #rights(): string {
    const random = this.#random
    switch (random.below(4)) {
      case 0:
        return `0x${this.#mask().toString(16)}`
      case 1:
        return random.oneIn(2) ? String(this.#mask()) : `0${this.#mask().toString(8)}`
      case 2:
        return random.pick(rightNames)
      default:
        return [random.pick(rightNames), ...random.list(4, () => random.pick(rightNames))].join('')
    }
  }

  /** Bits that mean something more often than others. */
  #mask(): number {
    const random = this.#random
    const any = random.below(0x1_0000_0000)
    return random.oneIn(3) ? any : any & 0x1f_01ff
  }

  #sid(): string {
    return this.#random.oneIn(8) ? this.#numericSid() : this.#random.pick(this.#vocabulary.sids)
  }

  #numericSid(): string {
    const random = this.#random
    const authority = random.below(20)
    const rest = [random.below(0x1_0000_0000), ...random.list(5, () => random.below(0x1_0000_0000))]
    return `S-1-${authority}-${rest.join('-')}`
  }
}
