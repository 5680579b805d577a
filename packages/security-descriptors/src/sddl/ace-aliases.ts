import { aceFlags, type AceFormat, aceFormats } from '../ace-types.ts'
import { letterTable } from './letters.ts'

export interface AceAlias {
  readonly format: AceFormat
  /** In which kind of ACL Windows accepts it. */
  readonly list: 'dacl' | 'sacl'
}

/** By `letterPair` or `singleLetter`. */
export const aceAliases: readonly (AceAlias | undefined)[] = letterTable(
  aceFormats.flatMap((format) =>
    format?.sddl === undefined
      ? []
      : [[format.sddl, { format, list: format.type.startsWith('access') ? 'dacl' : 'sacl' }] as const],
  ),
)

/** In the order in which they are printed. */
export const aceFlagAliases: readonly (readonly [alias: string, flag: number])[] = [
  ['OI', aceFlags.OBJECT_INHERIT],
  ['CI', aceFlags.CONTAINER_INHERIT],
  ['NP', aceFlags.NO_PROPAGATE_INHERIT],
  ['IO', aceFlags.INHERIT_ONLY],
  ['ID', aceFlags.INHERITED],
  ['CR', aceFlags.CRITICAL],
  ['SA', aceFlags.SUCCESSFUL_ACCESS],
  ['FA', aceFlags.FAILED_ACCESS],
]

/** What `SA` is called in an access filter, where it has another meaning; it is read in every ACE. */
const filterFlagAlias = ['TP', aceFlags.TRUST_PROTECTED_FILTER] as const

/** The same for access filters. */
export const filterFlagAliases: readonly (readonly [alias: string, flag: number])[] = aceFlagAliases.map((entry) =>
  entry[1] === filterFlagAlias[1] ? filterFlagAlias : entry,
)

/** By `letterPair`. */
export const aceFlagsByAlias: readonly (number | undefined)[] = letterTable([...aceFlagAliases, filterFlagAlias])
