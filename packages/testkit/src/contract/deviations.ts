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
  /** A section of the project's references, the file that makes it so, or `measured` for what the suite itself found. */
  readonly source: string
}

/** Every difference between the lanes, and nothing else; a test asks for its row by name. */
export const deviations: readonly Deviation[] = [
  {
    what: 'reading TokenRestrictedSids',
    lane: 'wine',
    differs: 'Wine does not implement TokenRestrictedSids',
    expected: 'ERROR_INVALID_FUNCTION',
    source: 'wine.md 1',
  },
  {
    what: 'reading TokenSource',
    lane: 'wine',
    differs: 'Wine does not implement TokenSource',
    source: 'windows-behaviour 6',
  },
  {
    what: 'linked token of a user who has but one',
    lane: 'wine',
    differs: 'Wine gives every user a linked token',
    expected: 'success',
    source: 'measured',
  },
  {
    what: 'primary token of an Identification token',
    lane: 'wine',
    differs: 'Wine makes a primary token of any impersonation token',
    expected: 'success',
    source: 'measured',
  },
  {
    what: 'openThreadToken at Identification level as the client',
    lane: 'wine',
    differs: 'Wine ignores openAsSelf',
    expected: 'success',
    source: 'windows-behaviour 6',
  },
  {
    what: 'opening an object at Identification level',
    lane: 'wine',
    differs: 'Wine opens objects at any level',
    expected: 'success',
    source: 'wine.md 3',
  },
  {
    what: 'owner of what an impersonated client creates',
    lane: 'wine',
    differs: 'an object that is created without security has none in Wine',
    expected: 'none',
    source: 'wine.md 2',
  },
  {
    what: 'default DACL of a new object',
    lane: 'wine',
    differs: 'an object that is created without security has none in Wine',
    expected: false,
    source: 'wine.md 2',
  },
  {
    what: 'previous state of a privilege that does not change',
    lane: 'wine',
    differs: 'Wine reports a privilege that has the state already',
    expected: 1,
    source: 'measured',
  },
  {
    what: 'previous state of a privilege that is removed',
    lane: 'wine',
    differs: 'Wine reports a privilege that is removed',
    expected: 1,
    source: 'measured',
  },
  {
    what: 'an account of a computer that is not there',
    lane: 'wine',
    differs: 'the LSA shim answers for every computer',
    expected: 'success',
    source: 'tools/wine/lsa-shim',
  },
  {
    what: 'no trace of a DACL that was not asked for',
    lane: 'wine',
    differs: 'Wine says of a descriptor without the DACL that it has a NULL one',
    expected: false,
    source: 'measured',
  },
  {
    what: 'generic rights in the DACL of a new object',
    lane: 'wine',
    differs: 'Wine stores generic rights as they are',
    expected: 0x1000_0000,
    source: 'measured',
  },
  {
    what: 'an owner that the caller cannot be',
    lane: 'wine',
    differs: 'Wine accepts any owner',
    expected: 'success',
    source: 'measured',
  },
  {
    what: 'a command line that is too long',
    lane: 'wine',
    differs: 'Wine does not limit the length of a command line',
    expected: 'success',
    source: 'measured',
  },
  {
    what: 'ending a process that has ended',
    lane: 'wine',
    differs: 'Wine ends a process twice without complaint',
    expected: 'success',
    source: 'measured',
  },
  {
    what: 'limits of a job that are read back',
    lane: 'wine',
    differs: 'Wine reads all limits of a job as 0',
    expected: 0,
    source: 'wine.md 5',
  },
  {
    what: 'one process too many for a job',
    lane: 'wine',
    differs: 'Wine does not enforce a limit on active processes',
    expected: 'success',
    source: 'wine.md 5',
  },
  {
    what: 'the name of a station with a backslash in it',
    lane: 'wine',
    differs: 'Wine takes the backslash for an invalid handle',
    expected: 'ERROR_INVALID_HANDLE',
    source: 'measured',
  },
  {
    what: 'the name of an object without the right to read it',
    lane: 'wine',
    differs: 'Wine names a station or desktop whatever the access',
    expected: 'success',
    source: 'measured',
  },
  {
    what: 'the DACL of a named pipe',
    lane: 'wine',
    differs: 'Wine stores the DACL of a named pipe and asks nobody for it',
    expected: 'success',
    source: 'wine.md 2',
  },
  {
    what: 'nothing read yet from a named pipe',
    lane: 'wine',
    differs: 'the LSA shim cannot know whether the server has read: it impersonates at once',
    source: 'tools/wine/lsa-shim',
  },
  {
    what: 'the thread of the client of a named pipe',
    lane: 'wine',
    differs: 'Wine knows the process of a client, not whom its thread impersonated',
    source: 'windows-behaviour 6',
  },
  {
    what: 'the level that the client of a named pipe allows',
    lane: 'wine',
    differs: 'Wine does not keep the level that a client allows',
    source: 'windows-behaviour 6',
  },
  {
    what: 'the environment of a user is sorted',
    lane: 'wine',
    differs: 'Wine gives the variables in the order of its registry',
    expected: false,
    source: 'measured',
  },
  {
    what: 'logonUser fails with the code of what is wrong with the account',
    lane: 'windows',
    differs: 'the accounts of the Windows lane are sound or disabled',
    source: 'tools/windows/test-as-system.ps1',
  },
  {
    what: 'a session with a user',
    lane: 'windows',
    differs: 'nobody is logged on at the console of the Windows lane',
    source: 'tools/windows/test-as-system.ps1',
  },
  {
    what: 'getUserProfileDirectory of a user who was never logged on',
    lane: 'windows',
    differs: 'the accounts of the Windows lane have no profile yet, which is ERROR_FILE_NOT_FOUND there',
    source: 'tools/windows/test-as-system.ps1',
  },
  {
    what: 'SDDL: layout of the bytes',
    lane: 'wine',
    differs: 'Wine writes owner, group, DACL and SACL in this order, and the flags of the SACL as those of the DACL',
    expected: 'wine',
    source: 'Wine 10.0 dlls/sechost/security.c, windows-behaviour 3.2, measured with 20,000 descriptors',
  },
  {
    what: 'SDDL: text of a SACL',
    lane: 'wine',
    differs: 'Wine prints the flags of the DACL with the SACL, and labels without their type and with plain rights',
    expected: 'wine',
    source: 'Wine 10.0 dlls/sechost/security.c, wine.md 8, measured with 20,000 descriptors',
  },
  {
    what: 'SDDL: ACE types in lower case',
    lane: 'wine',
    differs: 'Wine refuses the types of ACEs in lower case',
    expected: 'RPC_S_INVALID_STRING_UUID',
    source: 'Wine 10.0 dlls/sechost/security.c, windows-behaviour 3.5',
  },
  {
    what: 'SDDL: a mask of zero',
    lane: 'wine',
    differs: 'Wine takes the number 0 for a mistake',
    expected: 'ERROR_INVALID_ACL',
    source: 'Wine 10.0 dlls/sechost/security.c, measured',
  },
  {
    what: 'SDDL: authorities of 48 bits',
    lane: 'wine',
    differs: 'Wine keeps 32 bits of the authority of a SID',
    expected: '32 bits',
    source: 'Wine 10.0 dlls/sechost/security.c, windows-behaviour 3.1, measured',
  },
  {
    what: 'SDDL: newer aliases',
    lane: 'wine',
    differs: 'Wine does not know the aliases that came with Vista and later',
    expected: 'ERROR_INVALID_SID',
    source: 'Wine 10.0 dlls/sechost/security.c, wine.md 8',
  },
  {
    what: 'SDDL: account aliases as text',
    lane: 'wine',
    differs: 'Wine prints the SIDs of LA and LG in full',
    expected: 'in full',
    source: 'Wine 10.0 dlls/sechost/security.c, windows-behaviour 3.1',
  },
  {
    what: 'SDDL: mistakes that are let through',
    lane: 'wine',
    differs:
      'Wine reads past text after an ACE or SID, repeated parts, ACEs of the other list, and takes NO_ACCESS_CONTROL for an empty list',
    expected: 'success',
    source: 'Wine 10.0 dlls/sechost/security.c, wine.md 8, measured',
  },
  {
    what: 'AccessCheck: what is granted',
    lane: 'wine',
    differs:
      'Wine knows no OWNER RIGHTS, gives the owner all standard rights, stops at an entry that denies what was allowed before, and computes MAXIMUM_ALLOWED without regard to order',
    expected: 'wine',
    source: 'Wine 10.0 server/token.c:915-1052, windows-behaviour 6',
  },
  {
    what: 'parts by name that were not asked for',
    lane: 'wine',
    differs: 'Wine gives owner, group and DACL whatever is asked for',
    expected: 'there',
    source: 'measured',
  },
  {
    what: 'the security of a kernel object by name',
    lane: 'wine',
    differs: 'Wine knows the names of files, registry keys and services alone',
    source: 'Wine 10.0 dlls/advapi32/security.c, measured',
  },
  {
    what: 'the security of a service',
    lane: 'wine',
    differs: 'the services of Wine have an empty DACL that does not change',
    source: 'measured',
  },
  {
    what: 'inheriting of what is given by name',
    lane: 'wine',
    differs: 'Wine inherits nothing and keeps no bit that stops inheriting',
    source: 'wine.md 8, measured',
  },
  {
    what: 'a SACL without SeSecurityPrivilege',
    lane: 'wine',
    differs: 'Wine opens the key without ACCESS_SYSTEM_SECURITY, and then the handle does not do',
    expected: 'ERROR_ACCESS_DENIED',
    source: 'measured',
  },
]
