import { accessRights, formatMask, type GenericMapping, mapGenericMask } from './access-mask.ts'
import { quoted, requireObject } from './argument-errors.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'

/** What access rights mean for one type of object. */
export interface ObjectType {
  /**
   * The rights by the names of the Win32 headers: single bits, in ascending order, and then the names of whole masks, such
   * as `KEY_READ` and `KEY_ALL_ACCESS`.
   */
  readonly rights: Readonly<Record<string, number>>
  /** What the generic rights stand for. */
  readonly genericMapping: GenericMapping
}

/** The same in a form that is written once for every fact. */
interface ObjectTypeTable {
  /** The names of the bits, from 0x0001 on; empty for one that has none. */
  readonly bits: readonly string[]
  /** Further names; `DELETE` to `WRITE_OWNER` go without saying. */
  readonly more: Readonly<Record<string, number>>
  /** For reading, writing, executing and everything. */
  readonly mapping: readonly [read: number, write: number, execute: number, all: number]
}

type StandardRight = 'DELETE' | 'READ_CONTROL' | 'WRITE_DAC' | 'WRITE_OWNER'

type RightOf<Table extends ObjectTypeTable> = Exclude<Table['bits'][number], ''> | StandardRight | keyof Table['more']

type ObjectTypes<Tables extends Readonly<Record<string, ObjectTypeTable>>> = {
  readonly [Name in keyof Tables]: ObjectType & { readonly rights: Readonly<Record<RightOf<Tables[Name]>, number>> }
}

const tables = {
  /** @see https://learn.microsoft.com/windows/win32/fileio/file-security-and-access-rights */
  file: {
    bits: [
      'FILE_READ_DATA',
      'FILE_WRITE_DATA',
      'FILE_APPEND_DATA',
      'FILE_READ_EA',
      'FILE_WRITE_EA',
      'FILE_EXECUTE',
      'FILE_DELETE_CHILD',
      'FILE_READ_ATTRIBUTES',
      'FILE_WRITE_ATTRIBUTES',
    ],
    more: {
      SYNCHRONIZE: 0x10_0000,
      FILE_GENERIC_READ: 0x12_0089,
      FILE_GENERIC_WRITE: 0x12_0116,
      FILE_GENERIC_EXECUTE: 0x12_00a0,
      FILE_ALL_ACCESS: 0x1f_01ff,
    },
    mapping: [0x12_0089, 0x12_0116, 0x12_00a0, 0x1f_01ff],
  },
  /** @see https://learn.microsoft.com/windows/win32/fileio/file-security-and-access-rights */
  directory: {
    bits: [
      'FILE_LIST_DIRECTORY',
      'FILE_ADD_FILE',
      'FILE_ADD_SUBDIRECTORY',
      'FILE_READ_EA',
      'FILE_WRITE_EA',
      'FILE_TRAVERSE',
      'FILE_DELETE_CHILD',
      'FILE_READ_ATTRIBUTES',
      'FILE_WRITE_ATTRIBUTES',
    ],
    more: {
      SYNCHRONIZE: 0x10_0000,
      FILE_GENERIC_READ: 0x12_0089,
      FILE_GENERIC_WRITE: 0x12_0116,
      FILE_GENERIC_EXECUTE: 0x12_00a0,
      FILE_ALL_ACCESS: 0x1f_01ff,
    },
    mapping: [0x12_0089, 0x12_0116, 0x12_00a0, 0x1f_01ff],
  },
  /** @see https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights */
  pipe: {
    bits: [
      'FILE_READ_DATA',
      'FILE_WRITE_DATA',
      'FILE_CREATE_PIPE_INSTANCE',
      'FILE_READ_EA',
      'FILE_WRITE_EA',
      '',
      '',
      'FILE_READ_ATTRIBUTES',
      'FILE_WRITE_ATTRIBUTES',
    ],
    more: {
      SYNCHRONIZE: 0x10_0000,
      FILE_GENERIC_READ: 0x12_0089,
      FILE_GENERIC_WRITE: 0x12_0116,
      FILE_GENERIC_EXECUTE: 0x12_00a0,
      FILE_ALL_ACCESS: 0x1f_01ff,
    },
    mapping: [0x12_0089, 0x12_0116, 0x12_00a0, 0x1f_01ff],
  },
  /** @see https://learn.microsoft.com/windows/win32/sysinfo/registry-key-security-and-access-rights */
  registryKey: {
    bits: [
      'KEY_QUERY_VALUE',
      'KEY_SET_VALUE',
      'KEY_CREATE_SUB_KEY',
      'KEY_ENUMERATE_SUB_KEYS',
      'KEY_NOTIFY',
      'KEY_CREATE_LINK',
    ],
    more: { KEY_READ: 0x2_0019, KEY_WRITE: 0x2_0006, KEY_EXECUTE: 0x2_0019, KEY_ALL_ACCESS: 0xf_003f },
    mapping: [0x2_0019, 0x2_0006, 0x2_0019, 0xf_003f],
  },
  /** @see https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights */
  service: {
    bits: [
      'SERVICE_QUERY_CONFIG',
      'SERVICE_CHANGE_CONFIG',
      'SERVICE_QUERY_STATUS',
      'SERVICE_ENUMERATE_DEPENDENTS',
      'SERVICE_START',
      'SERVICE_STOP',
      'SERVICE_PAUSE_CONTINUE',
      'SERVICE_INTERROGATE',
      'SERVICE_USER_DEFINED_CONTROL',
    ],
    more: { SERVICE_ALL_ACCESS: 0xf_01ff },
    mapping: [0x2_008d, 0x2_0002, 0x2_0170, 0xf_01ff],
  },
  /** @see https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights */
  serviceManager: {
    bits: [
      'SC_MANAGER_CONNECT',
      'SC_MANAGER_CREATE_SERVICE',
      'SC_MANAGER_ENUMERATE_SERVICE',
      'SC_MANAGER_LOCK',
      'SC_MANAGER_QUERY_LOCK_STATUS',
      'SC_MANAGER_MODIFY_BOOT_CONFIG',
    ],
    more: { SC_MANAGER_ALL_ACCESS: 0xf_003f },
    mapping: [0x2_0014, 0x2_0022, 0x2_0009, 0xf_003f],
  },
  /** @see https://learn.microsoft.com/windows/win32/procthread/process-security-and-access-rights */
  process: {
    bits: [
      'PROCESS_TERMINATE',
      'PROCESS_CREATE_THREAD',
      'PROCESS_SET_SESSIONID',
      'PROCESS_VM_OPERATION',
      'PROCESS_VM_READ',
      'PROCESS_VM_WRITE',
      'PROCESS_DUP_HANDLE',
      'PROCESS_CREATE_PROCESS',
      'PROCESS_SET_QUOTA',
      'PROCESS_SET_INFORMATION',
      'PROCESS_QUERY_INFORMATION',
      'PROCESS_SUSPEND_RESUME',
      'PROCESS_QUERY_LIMITED_INFORMATION',
      'PROCESS_SET_LIMITED_INFORMATION',
    ],
    more: { SYNCHRONIZE: 0x10_0000, PROCESS_ALL_ACCESS: 0x1f_ffff },
    mapping: [0x2_0410, 0x2_0bea, 0x12_1001, 0x1f_ffff],
  },
  /** @see https://learn.microsoft.com/windows/win32/procthread/thread-security-and-access-rights */
  thread: {
    bits: [
      'THREAD_TERMINATE',
      'THREAD_SUSPEND_RESUME',
      'THREAD_ALERT',
      'THREAD_GET_CONTEXT',
      'THREAD_SET_CONTEXT',
      'THREAD_SET_INFORMATION',
      'THREAD_QUERY_INFORMATION',
      'THREAD_SET_THREAD_TOKEN',
      'THREAD_IMPERSONATE',
      'THREAD_DIRECT_IMPERSONATION',
      'THREAD_SET_LIMITED_INFORMATION',
      'THREAD_QUERY_LIMITED_INFORMATION',
      'THREAD_RESUME',
    ],
    more: { SYNCHRONIZE: 0x10_0000, THREAD_ALL_ACCESS: 0x1f_ffff },
    mapping: [0x2_0048, 0x2_0437, 0x12_1800, 0x1f_ffff],
  },
  /** @see https://learn.microsoft.com/windows/win32/secauthz/access-rights-for-access-token-objects */
  token: {
    bits: [
      'TOKEN_ASSIGN_PRIMARY',
      'TOKEN_DUPLICATE',
      'TOKEN_IMPERSONATE',
      'TOKEN_QUERY',
      'TOKEN_QUERY_SOURCE',
      'TOKEN_ADJUST_PRIVILEGES',
      'TOKEN_ADJUST_GROUPS',
      'TOKEN_ADJUST_DEFAULT',
      'TOKEN_ADJUST_SESSIONID',
    ],
    more: {
      TOKEN_READ: 0x2_0008,
      TOKEN_WRITE: 0x2_00e0,
      TOKEN_EXECUTE: 0x2_0000,
      TOKEN_ALL_ACCESS_P: 0xf_00ff,
      TOKEN_ALL_ACCESS: 0xf_01ff,
    },
    mapping: [0x2_001a, 0x2_01e0, 0x2_0005, 0xf_01ff],
  },
  /**
   * The interactive window station, `winsta0`.
   *
   * @see https://learn.microsoft.com/windows/win32/winstation/window-station-security-and-access-rights
   */
  windowStation: {
    bits: [
      'WINSTA_ENUMDESKTOPS',
      'WINSTA_READATTRIBUTES',
      'WINSTA_ACCESSCLIPBOARD',
      'WINSTA_CREATEDESKTOP',
      'WINSTA_WRITEATTRIBUTES',
      'WINSTA_ACCESSGLOBALATOMS',
      'WINSTA_EXITWINDOWS',
      '',
      'WINSTA_ENUMERATE',
      'WINSTA_READSCREEN',
    ],
    more: { WINSTA_ALL_ACCESS: 0x37f },
    mapping: [0x2_0303, 0x2_001c, 0x2_0060, 0xf_037f],
  },
  /**
   * Every other window station, such as those of services.
   *
   * @see https://learn.microsoft.com/windows/win32/winstation/window-station-security-and-access-rights
   */
  nonInteractiveWindowStation: {
    bits: [
      'WINSTA_ENUMDESKTOPS',
      'WINSTA_READATTRIBUTES',
      'WINSTA_ACCESSCLIPBOARD',
      'WINSTA_CREATEDESKTOP',
      'WINSTA_WRITEATTRIBUTES',
      'WINSTA_ACCESSGLOBALATOMS',
      'WINSTA_EXITWINDOWS',
      '',
      'WINSTA_ENUMERATE',
      'WINSTA_READSCREEN',
    ],
    more: { WINSTA_ALL_ACCESS: 0x37f },
    mapping: [0x2_0103, 0x2_000c, 0x2_0060, 0xf_016f],
  },
  /** @see https://learn.microsoft.com/windows/win32/winstation/desktop-security-and-access-rights */
  desktop: {
    bits: [
      'DESKTOP_READOBJECTS',
      'DESKTOP_CREATEWINDOW',
      'DESKTOP_CREATEMENU',
      'DESKTOP_HOOKCONTROL',
      'DESKTOP_JOURNALRECORD',
      'DESKTOP_JOURNALPLAYBACK',
      'DESKTOP_ENUMERATE',
      'DESKTOP_WRITEOBJECTS',
      'DESKTOP_SWITCHDESKTOP',
    ],
    more: { DESKTOP_ALL_ACCESS: 0xf_01ff },
    mapping: [0x2_0041, 0x2_00be, 0x2_0100, 0xf_01ff],
  },
  /** @see https://learn.microsoft.com/windows/win32/procthread/job-object-security-and-access-rights */
  job: {
    bits: [
      'JOB_OBJECT_ASSIGN_PROCESS',
      'JOB_OBJECT_SET_ATTRIBUTES',
      'JOB_OBJECT_QUERY',
      'JOB_OBJECT_TERMINATE',
      'JOB_OBJECT_SET_SECURITY_ATTRIBUTES',
      'JOB_OBJECT_IMPERSONATE',
    ],
    more: { SYNCHRONIZE: 0x10_0000, JOB_OBJECT_ALL_ACCESS: 0x1f_003f },
    mapping: [0x2_0004, 0x2_000b, 0x12_0000, 0x1f_003f],
  },
  /** @see https://learn.microsoft.com/windows/win32/sync/synchronization-object-security-and-access-rights */
  event: {
    bits: ['EVENT_QUERY_STATE', 'EVENT_MODIFY_STATE'],
    more: { SYNCHRONIZE: 0x10_0000, EVENT_ALL_ACCESS: 0x1f_0003 },
    mapping: [0x2_0001, 0x2_0002, 0x12_0000, 0x1f_0003],
  },
  /** @see https://learn.microsoft.com/windows/win32/sync/synchronization-object-security-and-access-rights */
  mutex: {
    bits: ['MUTEX_QUERY_STATE'],
    more: { MUTEX_MODIFY_STATE: 0x1, SYNCHRONIZE: 0x10_0000, MUTEX_ALL_ACCESS: 0x1f_0001 },
    mapping: [0x2_0001, 0x2_0000, 0x12_0000, 0x1f_0001],
  },
  /** @see https://learn.microsoft.com/windows/win32/sync/synchronization-object-security-and-access-rights */
  semaphore: {
    bits: ['SEMAPHORE_QUERY_STATE', 'SEMAPHORE_MODIFY_STATE'],
    more: { SYNCHRONIZE: 0x10_0000, SEMAPHORE_ALL_ACCESS: 0x1f_0003 },
    mapping: [0x2_0001, 0x2_0002, 0x12_0000, 0x1f_0003],
  },
  /** @see https://learn.microsoft.com/windows/win32/sync/synchronization-object-security-and-access-rights */
  waitableTimer: {
    bits: ['TIMER_QUERY_STATE', 'TIMER_MODIFY_STATE'],
    more: { SYNCHRONIZE: 0x10_0000, TIMER_ALL_ACCESS: 0x1f_0003 },
    mapping: [0x2_0001, 0x2_0002, 0x12_0000, 0x1f_0003],
  },
  /** @see https://learn.microsoft.com/windows/win32/memory/file-mapping-security-and-access-rights */
  section: {
    bits: ['SECTION_QUERY', 'SECTION_MAP_WRITE', 'SECTION_MAP_READ', 'SECTION_MAP_EXECUTE', 'SECTION_EXTEND_SIZE'],
    more: { SECTION_ALL_ACCESS: 0xf_001f },
    mapping: [0x2_0005, 0x2_0002, 0x2_0008, 0xf_001f],
  },
  /** @see https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopensymboliclinkobject */
  symbolicLink: {
    bits: ['SYMBOLIC_LINK_QUERY'],
    more: { SYMBOLIC_LINK_ALL_ACCESS: 0xf_0001 },
    mapping: [0x2_0001, 0x2_0000, 0x2_0001, 0xf_0001],
  },
  /**
   * A directory of the object manager, such as `\BaseNamedObjects`.
   *
   * @see https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatedirectoryobject
   */
  directoryObject: {
    bits: ['DIRECTORY_QUERY', 'DIRECTORY_TRAVERSE', 'DIRECTORY_CREATE_OBJECT', 'DIRECTORY_CREATE_SUBDIRECTORY'],
    more: { DIRECTORY_ALL_ACCESS: 0xf_000f },
    mapping: [0x2_0003, 0x2_000c, 0x2_0003, 0xf_000f],
  },
  /** @see https://learn.microsoft.com/windows/win32/api/iads/ne-iads-ads_rights_enum */
  activeDirectoryObject: {
    bits: [
      'ADS_RIGHT_DS_CREATE_CHILD',
      'ADS_RIGHT_DS_DELETE_CHILD',
      'ADS_RIGHT_ACTRL_DS_LIST',
      'ADS_RIGHT_DS_SELF',
      'ADS_RIGHT_DS_READ_PROP',
      'ADS_RIGHT_DS_WRITE_PROP',
      'ADS_RIGHT_DS_DELETE_TREE',
      'ADS_RIGHT_DS_LIST_OBJECT',
      'ADS_RIGHT_DS_CONTROL_ACCESS',
    ],
    more: { ADS_ALL_ACCESS: 0xf_01ff },
    mapping: [0x2_0094, 0x2_0028, 0x2_0004, 0xf_01ff],
  },
} as const

/**
 * The types of securable objects. The values are those of the Win32 headers and of the pages of Microsoft that each
 * entry names; where a page is silent about the generic mapping of a kernel object, it is the one that
 * `NtQueryObject(ObjectTypeInformation)` reports.
 */
export const objectTypes: ObjectTypes<typeof tables> = /* @__PURE__ */ objectTypesOf(tables)

function objectTypesOf<Tables extends Readonly<Record<string, ObjectTypeTable>>>(all: Tables): ObjectTypes<Tables> {
  const types = Object.entries(all).map(([name, table]) => [name, objectTypeOf(table)])
  return Object.fromEntries(types)
}

function objectTypeOf({ bits, more, mapping: [read, write, execute, all] }: ObjectTypeTable): ObjectType {
  const single = bits.map((name, bit): [string, number] => [name, 1 << bit]).filter(([name]) => name !== '')
  // DELETE, READ_CONTROL, WRITE_DAC and WRITE_OWNER
  const standard = Object.entries(accessRights).slice(0, 4)
  const rights = Object.fromEntries([...single, ...standard, ...Object.entries(more)])
  return { rights, genericMapping: { read, write, execute, all } }
}

/** The name of a type of securable object. */
export type ObjectTypeName = keyof typeof objectTypes

/**
 * A mask as names: the whole mask as one name where there is one, otherwise each bit, and bits without a name in hex.
 *
 * @example
 * ```ts
 * rightNames(0x0002_0001, objectTypes.file) // ['FILE_READ_DATA', 'READ_CONTROL']
 * ```
 */
export function rightNames(mask: number, objectType: ObjectType): readonly string[] {
  const whole = Object.entries(objectType.rights).find(([, right]) => right === mask >>> 0)
  return whole === undefined ? bitNames(mask, objectType) : [whole[0]]
}

/** The same with a name for each bit, also where the whole mask has one. */
export function bitNames(mask: number, objectType: ObjectType): readonly string[] {
  const names: string[] = []
  let rest = mask >>> 0
  for (const rights of [objectType.rights, accessRights]) {
    for (const [name, right] of Object.entries(rights)) {
      if (isSingleBit(right) && (rest & right) !== 0) {
        names.push(name)
        rest = (rest & ~right) >>> 0
      }
    }
  }
  if (rest !== 0) names.push(formatMask(rest))
  return names
}

/**
 * The mask of rights by name; generic rights are mapped to what they mean for the object type. Bits without a name are
 * taken in hex, as `rightNames` gives them.
 *
 * @throws {InvalidSecurityDescriptorError} `ERROR_INVALID_PARAMETER` when the object type has no right of that name
 * @throws TypeError `ERR_INVALID_ARG_TYPE` when `names` is no list
 * @example
 * ```ts
 * rightsMask(['GENERIC_READ', 'DELETE'], objectTypes.file) // 0x00130089
 * ```
 */
export function rightsMask(names: Iterable<string>, objectType: ObjectType): number {
  requireObject('names', 'a list', names)
  let mask = 0
  for (const name of names) {
    const right = rightNamed(name, objectType.rights) ?? rightNamed(name, accessRights) ?? maskInHex(name)
    if (right === undefined) {
      const known = Object.keys(objectType.rights).join(', ')
      throw new InvalidSecurityDescriptorError(
        `names must be rights of the object type (${known}), got ${quoted(name)}`,
        'ERROR_INVALID_PARAMETER',
      )
    }
    mask |= right
  }
  return mapGenericMask(mask >>> 0, objectType.genericMapping)
}

function rightNamed(name: string, rights: Readonly<Record<string, number>>): number | undefined {
  return Object.hasOwn(rights, name) ? rights[name] : undefined
}

function maskInHex(name: string): number | undefined {
  return /^0x[\da-f]{1,8}$/i.test(name) ? Number(name) : undefined
}

function isSingleBit(mask: number): boolean {
  return (mask & (mask - 1)) === 0
}
