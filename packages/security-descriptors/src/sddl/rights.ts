import { letterPair, letterTable } from './letters.ts'

/** The rights that SDDL prints one by one, in the order in which it prints them. */
const sddlRightBits: readonly (readonly [alias: string, mask: number])[] = [
  ['CC', 0x0001],
  ['DC', 0x0002],
  ['LC', 0x0004],
  ['SW', 0x0008],
  ['RP', 0x0010],
  ['WP', 0x0020],
  ['DT', 0x0040],
  ['LO', 0x0080],
  ['CR', 0x0100],
  ['SD', 0x0001_0000],
  ['RC', 0x0002_0000],
  ['WD', 0x0004_0000],
  ['WO', 0x0008_0000],
  ['GA', 0x1000_0000],
  ['GX', 0x2000_0000],
  ['GW', 0x4000_0000],
  ['GR', 0x8000_0000],
]

/** The names of whole masks. `KX` means the same as `KR`, which is what is printed. */
const sddlRightSums: readonly (readonly [alias: string, mask: number])[] = [
  ['FA', 0x1f_01ff],
  ['FR', 0x12_0089],
  ['FW', 0x12_0116],
  ['FX', 0x12_00a0],
  ['KA', 0xf_003f],
  ['KR', 0x2_0019],
  ['KW', 0x2_0006],
  ['KX', 0x2_0019],
]

/** The policy of a mandatory label stands where the rights stand. */
const mandatoryPolicyBits: readonly (readonly [alias: string, mask: number])[] = [
  ['NW', 1],
  ['NR', 2],
  ['NX', 4],
]

const allBits = sddlRightBits.reduce((mask, [, bit]) => mask | bit, 0)

const sumsByMask: ReadonlyMap<number, string> = new Map(
  [...sddlRightSums].toReversed().map(([alias, mask]) => [mask, alias]),
)

// As signed numbers: the masks above 2^31 would be floating point otherwise, and slow down all the others.
const masksByAlias = letterTable([...sddlRightBits, ...sddlRightSums].map(([alias, mask]) => [alias, mask | 0]))
const policiesByAlias = letterTable(mandatoryPolicyBits)

/** The mask, signed, of a two-letter right in any case, by its character codes; `undefined` when there is none. */
export function rightOfAlias(first: number, second: number, isMandatoryPolicy: boolean): number | undefined {
  return (isMandatoryPolicy ? policiesByAlias : masksByAlias)[letterPair(first, second)]
}

/** Rights as Windows prints them: the name of the whole, else bit by bit, else hex; nothing for an empty mask. */
export function formatRights(mask: number, isMandatoryPolicy: boolean): string {
  if (isMandatoryPolicy) return mask > 7 ? formatHex(mask) : formatBits(mask, mandatoryPolicyBits)
  const sum = sumsByMask.get(mask)
  if (sum !== undefined) return sum
  return (mask & ~allBits) === 0 ? formatBits(mask, sddlRightBits) : formatHex(mask)
}

function formatBits(mask: number, bits: readonly (readonly [alias: string, mask: number])[]): string {
  let text = ''
  for (const [alias, bit] of bits) {
    if (mask & bit) text += alias
  }
  return text
}

function formatHex(mask: number): string {
  return `0x${mask.toString(16)}`
}
