import type { Lane } from './backend.ts'

/** One thing that a lane does in another way than Windows is documented or measured to do. */
export interface Deviation {
  /** The test, or one expectation of it. */
  readonly what: string
  readonly lane: Lane
  /** A sentence for the reader of a report. */
  readonly differs: string
  /** What is expected there instead; a row without it leaves the test pending there. */
  readonly expected?: string | number | boolean
  readonly source: string
}

/** Every difference between the lanes, and nothing else; a test asks for its row by name. */
export const deviations: readonly Deviation[] = [
  {
    what: 'SDDL: layout of the bytes',
    lane: 'wine',
    differs: 'Wine writes owner, group, DACL and SACL in this order, and the flags of the SACL as those of the DACL.',
    expected: 'wine',
    source: 'Wine 10.0 dlls/sechost/security.c, windows-behaviour 3.2, measured with 20,000 descriptors',
  },
  {
    what: 'SDDL: text of a SACL',
    lane: 'wine',
    differs: 'Wine prints the flags of the DACL with the SACL, and labels without their type and with plain rights.',
    expected: 'wine',
    source: 'Wine 10.0 dlls/sechost/security.c, wine.md 8, measured with 20,000 descriptors',
  },
  {
    what: 'SDDL: ACE types in lower case',
    lane: 'wine',
    differs: 'Wine refuses the types of ACEs in lower case.',
    expected: 'RPC_S_INVALID_STRING_UUID',
    source: 'Wine 10.0 dlls/sechost/security.c, windows-behaviour 3.5',
  },
  {
    what: 'SDDL: a mask of zero',
    lane: 'wine',
    differs: 'Wine takes the number 0 for a mistake.',
    expected: 'ERROR_INVALID_ACL',
    source: 'Wine 10.0 dlls/sechost/security.c, measured',
  },
  {
    what: 'SDDL: authorities of 48 bits',
    lane: 'wine',
    differs: 'Wine keeps 32 bits of the authority of a SID.',
    expected: '32 bits',
    source: 'Wine 10.0 dlls/sechost/security.c, windows-behaviour 3.1, measured',
  },
  {
    what: 'SDDL: newer aliases',
    lane: 'wine',
    differs: 'Wine does not know the aliases that came with Vista and later.',
    expected: 'ERROR_INVALID_SID',
    source: 'Wine 10.0 dlls/sechost/security.c, wine.md 8',
  },
  {
    what: 'SDDL: account aliases as text',
    lane: 'wine',
    differs: 'Wine prints the SIDs of LA and LG in full.',
    expected: 'in full',
    source: 'Wine 10.0 dlls/sechost/security.c, windows-behaviour 3.1',
  },
  {
    what: 'SDDL: mistakes that are let through',
    lane: 'wine',
    differs:
      'Wine reads past text after an ACE or SID, repeated parts, ACEs of the other list, and takes NO_ACCESS_CONTROL for an empty list.',
    expected: 'success',
    source: 'Wine 10.0 dlls/sechost/security.c, wine.md 8, measured',
  },
  {
    what: 'AccessCheck: what is granted',
    lane: 'wine',
    differs:
      'Wine knows no OWNER RIGHTS, gives the owner all standard rights, stops at an entry that denies what was allowed before, and computes MAXIMUM_ALLOWED without regard to order.',
    expected: 'wine',
    source: 'Wine 10.0 server/token.c:915-1052, windows-behaviour 6',
  },
]
