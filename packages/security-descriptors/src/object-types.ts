import { accessRights, formatMask, type GenericMapping, mapGenericMask } from './access-mask.ts'

/** What access rights mean for one type of object. */
export interface ObjectType {
  /** The rights by the names of the Win32 headers: single bits, in ascending order, and the `…ALL_ACCESS` sum. */
  readonly rights: Readonly<Record<string, number>>
  /** What the generic rights stand for. */
  readonly genericMapping: GenericMapping
}

/**
 * The types of securable objects. The values are those of the Win32 headers and of the pages of Microsoft that each
 * entry names; where a page is silent about the generic mapping of a kernel object, it is the one that
 * `NtQueryObject(ObjectTypeInformation)` reports.
 */
export const objectTypes = {
  /** @see https://learn.microsoft.com/windows/win32/fileio/file-security-and-access-rights */
  file: {
    rights: {
      FILE_READ_DATA: 0x0001,
      FILE_WRITE_DATA: 0x0002,
      FILE_APPEND_DATA: 0x0004,
      FILE_READ_EA: 0x0008,
      FILE_WRITE_EA: 0x0010,
      FILE_EXECUTE: 0x0020,
      FILE_DELETE_CHILD: 0x0040,
      FILE_READ_ATTRIBUTES: 0x0080,
      FILE_WRITE_ATTRIBUTES: 0x0100,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      FILE_ALL_ACCESS: 0x1f_01ff,
    },
    genericMapping: { read: 0x12_0089, write: 0x12_0116, execute: 0x12_00a0, all: 0x1f_01ff },
  },
  /** @see https://learn.microsoft.com/windows/win32/fileio/file-security-and-access-rights */
  directory: {
    rights: {
      FILE_LIST_DIRECTORY: 0x0001,
      FILE_ADD_FILE: 0x0002,
      FILE_ADD_SUBDIRECTORY: 0x0004,
      FILE_READ_EA: 0x0008,
      FILE_WRITE_EA: 0x0010,
      FILE_TRAVERSE: 0x0020,
      FILE_DELETE_CHILD: 0x0040,
      FILE_READ_ATTRIBUTES: 0x0080,
      FILE_WRITE_ATTRIBUTES: 0x0100,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      FILE_ALL_ACCESS: 0x1f_01ff,
    },
    genericMapping: { read: 0x12_0089, write: 0x12_0116, execute: 0x12_00a0, all: 0x1f_01ff },
  },
  /** @see https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights */
  pipe: {
    rights: {
      FILE_READ_DATA: 0x0001,
      FILE_WRITE_DATA: 0x0002,
      FILE_CREATE_PIPE_INSTANCE: 0x0004,
      FILE_READ_EA: 0x0008,
      FILE_WRITE_EA: 0x0010,
      FILE_READ_ATTRIBUTES: 0x0080,
      FILE_WRITE_ATTRIBUTES: 0x0100,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      FILE_ALL_ACCESS: 0x1f_01ff,
    },
    genericMapping: { read: 0x12_0089, write: 0x12_0116, execute: 0x12_00a0, all: 0x1f_01ff },
  },
  /** @see https://learn.microsoft.com/windows/win32/sysinfo/registry-key-security-and-access-rights */
  registryKey: {
    rights: {
      KEY_QUERY_VALUE: 0x0001,
      KEY_SET_VALUE: 0x0002,
      KEY_CREATE_SUB_KEY: 0x0004,
      KEY_ENUMERATE_SUB_KEYS: 0x0008,
      KEY_NOTIFY: 0x0010,
      KEY_CREATE_LINK: 0x0020,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      KEY_ALL_ACCESS: 0xf_003f,
    },
    genericMapping: { read: 0x2_0019, write: 0x2_0006, execute: 0x2_0019, all: 0xf_003f },
  },
  /** @see https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights */
  service: {
    rights: {
      SERVICE_QUERY_CONFIG: 0x0001,
      SERVICE_CHANGE_CONFIG: 0x0002,
      SERVICE_QUERY_STATUS: 0x0004,
      SERVICE_ENUMERATE_DEPENDENTS: 0x0008,
      SERVICE_START: 0x0010,
      SERVICE_STOP: 0x0020,
      SERVICE_PAUSE_CONTINUE: 0x0040,
      SERVICE_INTERROGATE: 0x0080,
      SERVICE_USER_DEFINED_CONTROL: 0x0100,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SERVICE_ALL_ACCESS: 0xf_01ff,
    },
    genericMapping: { read: 0x2_008d, write: 0x2_0002, execute: 0x2_0170, all: 0xf_01ff },
  },
  /** @see https://learn.microsoft.com/windows/win32/services/service-security-and-access-rights */
  serviceManager: {
    rights: {
      SC_MANAGER_CONNECT: 0x0001,
      SC_MANAGER_CREATE_SERVICE: 0x0002,
      SC_MANAGER_ENUMERATE_SERVICE: 0x0004,
      SC_MANAGER_LOCK: 0x0008,
      SC_MANAGER_QUERY_LOCK_STATUS: 0x0010,
      SC_MANAGER_MODIFY_BOOT_CONFIG: 0x0020,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SC_MANAGER_ALL_ACCESS: 0xf_003f,
    },
    genericMapping: { read: 0x2_0014, write: 0x2_0022, execute: 0x2_0009, all: 0xf_003f },
  },
  /** @see https://learn.microsoft.com/windows/win32/procthread/process-security-and-access-rights */
  process: {
    rights: {
      PROCESS_TERMINATE: 0x0001,
      PROCESS_CREATE_THREAD: 0x0002,
      PROCESS_SET_SESSIONID: 0x0004,
      PROCESS_VM_OPERATION: 0x0008,
      PROCESS_VM_READ: 0x0010,
      PROCESS_VM_WRITE: 0x0020,
      PROCESS_DUP_HANDLE: 0x0040,
      PROCESS_CREATE_PROCESS: 0x0080,
      PROCESS_SET_QUOTA: 0x0100,
      PROCESS_SET_INFORMATION: 0x0200,
      PROCESS_QUERY_INFORMATION: 0x0400,
      PROCESS_SUSPEND_RESUME: 0x0800,
      PROCESS_QUERY_LIMITED_INFORMATION: 0x1000,
      PROCESS_SET_LIMITED_INFORMATION: 0x2000,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      PROCESS_ALL_ACCESS: 0x1f_ffff,
    },
    genericMapping: { read: 0x2_0410, write: 0x2_0bea, execute: 0x12_1001, all: 0x1f_ffff },
  },
  /** @see https://learn.microsoft.com/windows/win32/procthread/thread-security-and-access-rights */
  thread: {
    rights: {
      THREAD_TERMINATE: 0x0001,
      THREAD_SUSPEND_RESUME: 0x0002,
      THREAD_ALERT: 0x0004,
      THREAD_GET_CONTEXT: 0x0008,
      THREAD_SET_CONTEXT: 0x0010,
      THREAD_SET_INFORMATION: 0x0020,
      THREAD_QUERY_INFORMATION: 0x0040,
      THREAD_SET_THREAD_TOKEN: 0x0080,
      THREAD_IMPERSONATE: 0x0100,
      THREAD_DIRECT_IMPERSONATION: 0x0200,
      THREAD_SET_LIMITED_INFORMATION: 0x0400,
      THREAD_QUERY_LIMITED_INFORMATION: 0x0800,
      THREAD_RESUME: 0x1000,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      THREAD_ALL_ACCESS: 0x1f_ffff,
    },
    genericMapping: { read: 0x2_0048, write: 0x2_0437, execute: 0x12_1800, all: 0x1f_ffff },
  },
  /** @see https://learn.microsoft.com/windows/win32/secauthz/access-rights-for-access-token-objects */
  token: {
    rights: {
      TOKEN_ASSIGN_PRIMARY: 0x0001,
      TOKEN_DUPLICATE: 0x0002,
      TOKEN_IMPERSONATE: 0x0004,
      TOKEN_QUERY: 0x0008,
      TOKEN_QUERY_SOURCE: 0x0010,
      TOKEN_ADJUST_PRIVILEGES: 0x0020,
      TOKEN_ADJUST_GROUPS: 0x0040,
      TOKEN_ADJUST_DEFAULT: 0x0080,
      TOKEN_ADJUST_SESSIONID: 0x0100,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      TOKEN_ALL_ACCESS: 0xf_01ff,
    },
    genericMapping: { read: 0x2_001a, write: 0x2_01e0, execute: 0x2_0005, all: 0xf_01ff },
  },
  /**
   * The interactive window station, `winsta0`.
   *
   * @see https://learn.microsoft.com/windows/win32/winstation/window-station-security-and-access-rights
   */
  windowStation: {
    rights: {
      WINSTA_ENUMDESKTOPS: 0x0001,
      WINSTA_READATTRIBUTES: 0x0002,
      WINSTA_ACCESSCLIPBOARD: 0x0004,
      WINSTA_CREATEDESKTOP: 0x0008,
      WINSTA_WRITEATTRIBUTES: 0x0010,
      WINSTA_ACCESSGLOBALATOMS: 0x0020,
      WINSTA_EXITWINDOWS: 0x0040,
      WINSTA_ENUMERATE: 0x0100,
      WINSTA_READSCREEN: 0x0200,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      WINSTA_ALL_ACCESS: 0xf_037f,
    },
    genericMapping: { read: 0x2_0303, write: 0x2_001c, execute: 0x2_0060, all: 0xf_037f },
  },
  /**
   * Every other window station, such as those of services.
   *
   * @see https://learn.microsoft.com/windows/win32/winstation/window-station-security-and-access-rights
   */
  nonInteractiveWindowStation: {
    rights: {
      WINSTA_ENUMDESKTOPS: 0x0001,
      WINSTA_READATTRIBUTES: 0x0002,
      WINSTA_ACCESSCLIPBOARD: 0x0004,
      WINSTA_CREATEDESKTOP: 0x0008,
      WINSTA_WRITEATTRIBUTES: 0x0010,
      WINSTA_ACCESSGLOBALATOMS: 0x0020,
      WINSTA_EXITWINDOWS: 0x0040,
      WINSTA_ENUMERATE: 0x0100,
      WINSTA_READSCREEN: 0x0200,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      WINSTA_ALL_ACCESS: 0xf_016f,
    },
    genericMapping: { read: 0x2_0103, write: 0x2_000c, execute: 0x2_0060, all: 0xf_016f },
  },
  /** @see https://learn.microsoft.com/windows/win32/winstation/desktop-security-and-access-rights */
  desktop: {
    rights: {
      DESKTOP_READOBJECTS: 0x0001,
      DESKTOP_CREATEWINDOW: 0x0002,
      DESKTOP_CREATEMENU: 0x0004,
      DESKTOP_HOOKCONTROL: 0x0008,
      DESKTOP_JOURNALRECORD: 0x0010,
      DESKTOP_JOURNALPLAYBACK: 0x0020,
      DESKTOP_ENUMERATE: 0x0040,
      DESKTOP_WRITEOBJECTS: 0x0080,
      DESKTOP_SWITCHDESKTOP: 0x0100,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      DESKTOP_ALL_ACCESS: 0xf_01ff,
    },
    genericMapping: { read: 0x2_0041, write: 0x2_00be, execute: 0x2_0100, all: 0xf_01ff },
  },
  /** @see https://learn.microsoft.com/windows/win32/procthread/job-object-security-and-access-rights */
  job: {
    rights: {
      JOB_OBJECT_ASSIGN_PROCESS: 0x0001,
      JOB_OBJECT_SET_ATTRIBUTES: 0x0002,
      JOB_OBJECT_QUERY: 0x0004,
      JOB_OBJECT_TERMINATE: 0x0008,
      JOB_OBJECT_SET_SECURITY_ATTRIBUTES: 0x0010,
      JOB_OBJECT_IMPERSONATE: 0x0020,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      JOB_OBJECT_ALL_ACCESS: 0x1f_003f,
    },
    genericMapping: { read: 0x2_0004, write: 0x2_000b, execute: 0x12_0000, all: 0x1f_003f },
  },
  /** @see https://learn.microsoft.com/windows/win32/sync/synchronization-object-security-and-access-rights */
  event: {
    rights: {
      EVENT_QUERY_STATE: 0x0001,
      EVENT_MODIFY_STATE: 0x0002,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      EVENT_ALL_ACCESS: 0x1f_0003,
    },
    genericMapping: { read: 0x2_0001, write: 0x2_0002, execute: 0x12_0000, all: 0x1f_0003 },
  },
  /** @see https://learn.microsoft.com/windows/win32/sync/synchronization-object-security-and-access-rights */
  mutex: {
    rights: {
      MUTEX_QUERY_STATE: 0x0001,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      MUTEX_ALL_ACCESS: 0x1f_0001,
    },
    genericMapping: { read: 0x2_0001, write: 0x2_0000, execute: 0x12_0000, all: 0x1f_0001 },
  },
  /** @see https://learn.microsoft.com/windows/win32/sync/synchronization-object-security-and-access-rights */
  semaphore: {
    rights: {
      SEMAPHORE_QUERY_STATE: 0x0001,
      SEMAPHORE_MODIFY_STATE: 0x0002,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      SEMAPHORE_ALL_ACCESS: 0x1f_0003,
    },
    genericMapping: { read: 0x2_0001, write: 0x2_0002, execute: 0x12_0000, all: 0x1f_0003 },
  },
  /** @see https://learn.microsoft.com/windows/win32/sync/synchronization-object-security-and-access-rights */
  waitableTimer: {
    rights: {
      TIMER_QUERY_STATE: 0x0001,
      TIMER_MODIFY_STATE: 0x0002,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYNCHRONIZE: 0x0010_0000,
      TIMER_ALL_ACCESS: 0x1f_0003,
    },
    genericMapping: { read: 0x2_0001, write: 0x2_0002, execute: 0x12_0000, all: 0x1f_0003 },
  },
  /** @see https://learn.microsoft.com/windows/win32/memory/file-mapping-security-and-access-rights */
  section: {
    rights: {
      SECTION_QUERY: 0x0001,
      SECTION_MAP_WRITE: 0x0002,
      SECTION_MAP_READ: 0x0004,
      SECTION_MAP_EXECUTE: 0x0008,
      SECTION_EXTEND_SIZE: 0x0010,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SECTION_ALL_ACCESS: 0xf_001f,
    },
    genericMapping: { read: 0x2_0005, write: 0x2_0002, execute: 0x2_0008, all: 0xf_001f },
  },
  /** @see https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopensymboliclinkobject */
  symbolicLink: {
    rights: {
      SYMBOLIC_LINK_QUERY: 0x0001,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      SYMBOLIC_LINK_ALL_ACCESS: 0xf_0001,
    },
    genericMapping: { read: 0x2_0001, write: 0x2_0000, execute: 0x2_0001, all: 0xf_0001 },
  },
  /**
   * A directory of the object manager, such as `\BaseNamedObjects`.
   *
   * @see https://learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatedirectoryobject
   */
  directoryObject: {
    rights: {
      DIRECTORY_QUERY: 0x0001,
      DIRECTORY_TRAVERSE: 0x0002,
      DIRECTORY_CREATE_OBJECT: 0x0004,
      DIRECTORY_CREATE_SUBDIRECTORY: 0x0008,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      DIRECTORY_ALL_ACCESS: 0xf_000f,
    },
    genericMapping: { read: 0x2_0003, write: 0x2_000c, execute: 0x2_0003, all: 0xf_000f },
  },
  /** @see https://learn.microsoft.com/windows/win32/api/iads/ne-iads-ads_rights_enum */
  activeDirectoryObject: {
    rights: {
      ADS_RIGHT_DS_CREATE_CHILD: 0x0001,
      ADS_RIGHT_DS_DELETE_CHILD: 0x0002,
      ADS_RIGHT_ACTRL_DS_LIST: 0x0004,
      ADS_RIGHT_DS_SELF: 0x0008,
      ADS_RIGHT_DS_READ_PROP: 0x0010,
      ADS_RIGHT_DS_WRITE_PROP: 0x0020,
      ADS_RIGHT_DS_DELETE_TREE: 0x0040,
      ADS_RIGHT_DS_LIST_OBJECT: 0x0080,
      ADS_RIGHT_DS_CONTROL_ACCESS: 0x0100,
      DELETE: 0x0001_0000,
      READ_CONTROL: 0x0002_0000,
      WRITE_DAC: 0x0004_0000,
      WRITE_OWNER: 0x0008_0000,
      ADS_ALL_ACCESS: 0xf_01ff,
    },
    genericMapping: { read: 0x2_0094, write: 0x2_0028, execute: 0x2_0004, all: 0xf_01ff },
  },
} as const

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
  if (whole !== undefined) return [whole[0]]
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
 * The mask of rights by name; generic rights are mapped to what they mean for the object type.
 *
 * @throws {RangeError} when the object type has no right of that name
 * @example
 * ```ts
 * rightsMask(['GENERIC_READ', 'DELETE'], objectTypes.file) // 0x00130089
 * ```
 */
export function rightsMask(names: Iterable<string>, objectType: ObjectType): number {
  let mask = 0
  for (const name of names) {
    const right = rightNamed(name, objectType.rights) ?? rightNamed(name, accessRights)
    if (right === undefined) {
      const known = Object.keys(objectType.rights).join(', ')
      throw new RangeError(`names must be rights of the object type (${known}), got ${JSON.stringify(name)}`)
    }
    mask |= right
  }
  return mapGenericMask(mask >>> 0, objectType.genericMapping)
}

function rightNamed(name: string, rights: Readonly<Record<string, number>>): number | undefined {
  return Object.hasOwn(rights, name) ? rights[name] : undefined
}

function isSingleBit(mask: number): boolean {
  return (mask & (mask - 1)) === 0
}
