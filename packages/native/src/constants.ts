// Numbers of the Windows SDK (winnt.h, winbase.h, winuser.h) under their own names.

/** How a user is logged on.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-logonuserw
 */
export const logonType = {
  LOGON32_LOGON_INTERACTIVE: 2,
  LOGON32_LOGON_NETWORK: 3,
  LOGON32_LOGON_BATCH: 4,
  LOGON32_LOGON_SERVICE: 5,
  LOGON32_LOGON_UNLOCK: 7,
  LOGON32_LOGON_NETWORK_CLEARTEXT: 8,
  LOGON32_LOGON_NEW_CREDENTIALS: 9,
} as const

export type LogonType = (typeof logonType)[keyof typeof logonType]

/** Who validates a logon. */
export const logonProvider = {
  LOGON32_PROVIDER_DEFAULT: 0,
  LOGON32_PROVIDER_WINNT35: 1,
  LOGON32_PROVIDER_WINNT40: 2,
  LOGON32_PROVIDER_WINNT50: 3,
  LOGON32_PROVIDER_VIRTUAL: 4,
} as const

export type LogonProvider = (typeof logonProvider)[keyof typeof logonProvider]

/** `TOKEN_TYPE` */
export const tokenType = {
  TokenPrimary: 1,
  TokenImpersonation: 2,
} as const

export type TokenType = (typeof tokenType)[keyof typeof tokenType]

/** `SECURITY_IMPERSONATION_LEVEL` */
export const impersonationLevel = {
  SecurityAnonymous: 0,
  SecurityIdentification: 1,
  SecurityImpersonation: 2,
  SecurityDelegation: 3,
} as const

export type ImpersonationLevel = (typeof impersonationLevel)[keyof typeof impersonationLevel]

/** `TOKEN_ELEVATION_TYPE` */
export const tokenElevationType = {
  TokenElevationTypeDefault: 1,
  TokenElevationTypeFull: 2,
  TokenElevationTypeLimited: 3,
} as const

export type TokenElevationType = (typeof tokenElevationType)[keyof typeof tokenElevationType]

/** `SID_NAME_USE` */
export const sidNameUse = {
  SidTypeUser: 1,
  SidTypeGroup: 2,
  SidTypeDomain: 3,
  SidTypeAlias: 4,
  SidTypeWellKnownGroup: 5,
  SidTypeDeletedAccount: 6,
  SidTypeInvalid: 7,
  SidTypeUnknown: 8,
  SidTypeComputer: 9,
  SidTypeLabel: 10,
  SidTypeLogonSession: 11,
} as const

export type SidNameUse = (typeof sidNameUse)[keyof typeof sidNameUse]

/** Access rights of every kind of object. */
export const accessRight = {
  DELETE: 0x10000,
  READ_CONTROL: 0x20000,
  WRITE_DAC: 0x40000,
  WRITE_OWNER: 0x80000,
  SYNCHRONIZE: 0x100000,
  ACCESS_SYSTEM_SECURITY: 0x1000000,
  MAXIMUM_ALLOWED: 0x2000000,
  GENERIC_ALL: 0x10000000,
  GENERIC_EXECUTE: 0x20000000,
  GENERIC_WRITE: 0x40000000,
  GENERIC_READ: 0x80000000,
} as const

/** Access rights of tokens.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/access-rights-for-access-token-objects
 */
export const tokenAccess = {
  TOKEN_ASSIGN_PRIMARY: 1,
  TOKEN_DUPLICATE: 2,
  TOKEN_IMPERSONATE: 4,
  TOKEN_QUERY: 8,
  TOKEN_QUERY_SOURCE: 0x10,
  TOKEN_ADJUST_PRIVILEGES: 0x20,
  TOKEN_ADJUST_GROUPS: 0x40,
  TOKEN_ADJUST_DEFAULT: 0x80,
  TOKEN_ADJUST_SESSIONID: 0x100,
  TOKEN_ALL_ACCESS: 0xf01ff,
} as const

/** Access rights of processes.
 *
 * @see https://learn.microsoft.com/windows/win32/procthread/process-security-and-access-rights
 */
export const processAccess = {
  PROCESS_TERMINATE: 1,
  PROCESS_CREATE_THREAD: 2,
  PROCESS_SET_SESSIONID: 4,
  PROCESS_VM_OPERATION: 8,
  PROCESS_VM_READ: 0x10,
  PROCESS_VM_WRITE: 0x20,
  PROCESS_DUP_HANDLE: 0x40,
  PROCESS_CREATE_PROCESS: 0x80,
  PROCESS_SET_QUOTA: 0x100,
  PROCESS_SET_INFORMATION: 0x200,
  PROCESS_QUERY_INFORMATION: 0x400,
  PROCESS_SUSPEND_RESUME: 0x800,
  PROCESS_QUERY_LIMITED_INFORMATION: 0x1000,
  PROCESS_ALL_ACCESS: 0x1fffff,
} as const

/** Access rights of jobs. */
export const jobAccess = {
  JOB_OBJECT_ASSIGN_PROCESS: 1,
  JOB_OBJECT_SET_ATTRIBUTES: 2,
  JOB_OBJECT_QUERY: 4,
  JOB_OBJECT_TERMINATE: 8,
  JOB_OBJECT_ALL_ACCESS: 0x1f003f,
} as const

/** Access rights of window stations.
 *
 * @see https://learn.microsoft.com/windows/win32/winstation/window-station-security-and-access-rights
 */
export const windowStationAccess = {
  WINSTA_ENUMDESKTOPS: 1,
  WINSTA_READATTRIBUTES: 2,
  WINSTA_ACCESSCLIPBOARD: 4,
  WINSTA_CREATEDESKTOP: 8,
  WINSTA_WRITEATTRIBUTES: 0x10,
  WINSTA_ACCESSGLOBALATOMS: 0x20,
  WINSTA_EXITWINDOWS: 0x40,
  WINSTA_ENUMERATE: 0x100,
  WINSTA_READSCREEN: 0x200,
  WINSTA_ALL_ACCESS: 0x37f,
} as const

/** Access rights of desktops.
 *
 * @see https://learn.microsoft.com/windows/win32/winstation/desktop-security-and-access-rights
 */
export const desktopAccess = {
  DESKTOP_READOBJECTS: 1,
  DESKTOP_CREATEWINDOW: 2,
  DESKTOP_CREATEMENU: 4,
  DESKTOP_HOOKCONTROL: 8,
  DESKTOP_JOURNALRECORD: 0x10,
  DESKTOP_JOURNALPLAYBACK: 0x20,
  DESKTOP_ENUMERATE: 0x40,
  DESKTOP_WRITEOBJECTS: 0x80,
  DESKTOP_SWITCHDESKTOP: 0x100,
  DESKTOP_ALL_ACCESS: 0x1ff,
} as const

/** Access rights of named pipes.
 *
 * @see https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights
 */
export const pipeAccess = {
  FILE_READ_DATA: 1,
  FILE_WRITE_DATA: 2,
  FILE_CREATE_PIPE_INSTANCE: 4,
  FILE_READ_ATTRIBUTES: 0x80,
  FILE_WRITE_ATTRIBUTES: 0x100,
  FILE_ALL_ACCESS: 0x1f01ff,
} as const

/** `maxInstances` of a named pipe without a limit. */
export const PIPE_UNLIMITED_INSTANCES = 255

/** Access rights of mutexes. */
export const mutexAccess = {
  MUTANT_QUERY_STATE: 1,
  MUTEX_ALL_ACCESS: 0x1f0001,
} as const

/** Which parts of a security descriptor.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/security-information
 */
export const securityInformation = {
  OWNER_SECURITY_INFORMATION: 1,
  GROUP_SECURITY_INFORMATION: 2,
  DACL_SECURITY_INFORMATION: 4,
  SACL_SECURITY_INFORMATION: 8,
  LABEL_SECURITY_INFORMATION: 0x10,
  ATTRIBUTE_SECURITY_INFORMATION: 0x20,
  SCOPE_SECURITY_INFORMATION: 0x40,
  PROTECTED_DACL_SECURITY_INFORMATION: 0x80000000,
  PROTECTED_SACL_SECURITY_INFORMATION: 0x40000000,
  UNPROTECTED_DACL_SECURITY_INFORMATION: 0x20000000,
  UNPROTECTED_SACL_SECURITY_INFORMATION: 0x10000000,
} as const

/** `SE_OBJECT_TYPE`: what the name of an object stands for.
 *
 * @see https://learn.microsoft.com/windows/win32/api/accctrl/ne-accctrl-se_object_type
 */
export const securableObjectType = {
  SE_FILE_OBJECT: 1,
  SE_SERVICE: 2,
  SE_PRINTER: 3,
  SE_REGISTRY_KEY: 4,
  SE_LMSHARE: 5,
  SE_KERNEL_OBJECT: 6,
  SE_WINDOW_OBJECT: 7,
  SE_DS_OBJECT: 8,
  SE_DS_OBJECT_ALL: 9,
  SE_PROVIDER_DEFINED_OBJECT: 10,
  SE_WMIGUID_OBJECT: 11,
  SE_REGISTRY_WOW64_32KEY: 12,
  SE_REGISTRY_WOW64_64KEY: 13,
} as const

export type SecurableObjectType = (typeof securableObjectType)[keyof typeof securableObjectType]

/** Attributes of a group in a token.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/sid-attributes-in-an-access-token
 */
export const groupAttribute = {
  SE_GROUP_MANDATORY: 1,
  SE_GROUP_ENABLED_BY_DEFAULT: 2,
  SE_GROUP_ENABLED: 4,
  SE_GROUP_OWNER: 8,
  SE_GROUP_USE_FOR_DENY_ONLY: 0x10,
  SE_GROUP_INTEGRITY: 0x20,
  SE_GROUP_INTEGRITY_ENABLED: 0x40,
  SE_GROUP_RESOURCE: 0x20000000,
  SE_GROUP_LOGON_ID: 0xc0000000,
} as const

/** Attributes of a privilege in a token. */
export const privilegeAttribute = {
  SE_PRIVILEGE_ENABLED_BY_DEFAULT: 1,
  SE_PRIVILEGE_ENABLED: 2,
  SE_PRIVILEGE_REMOVED: 4,
  SE_PRIVILEGE_USED_FOR_ACCESS: 0x80000000,
} as const

/** How a restricted token is made.
 *
 * @see https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-createrestrictedtoken
 */
export const restrictedTokenFlag = {
  DISABLE_MAX_PRIVILEGE: 1,
  SANDBOX_INERT: 2,
  LUA_TOKEN: 4,
  WRITE_RESTRICTED: 8,
} as const

/** Flags of a token (ntifs.h). */
export const tokenFlag = {
  TOKEN_WRITE_RESTRICTED: 8,
  TOKEN_IS_RESTRICTED: 0x10,
  TOKEN_SANDBOX_INERT: 0x40,
} as const

/** Types of the values of a claim.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-claim_security_attribute_v1
 */
export const claimValueType = {
  CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64: 1,
  CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64: 2,
  CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING: 3,
  CLAIM_SECURITY_ATTRIBUTE_TYPE_FQBN: 4,
  CLAIM_SECURITY_ATTRIBUTE_TYPE_SID: 5,
  CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN: 6,
  CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING: 0x10,
} as const

/** How a process is created.
 *
 * @see https://learn.microsoft.com/windows/win32/procthread/process-creation-flags
 */
export const creationFlag = {
  CREATE_SUSPENDED: 4,
  DETACHED_PROCESS: 8,
  CREATE_NEW_CONSOLE: 0x10,
  NORMAL_PRIORITY_CLASS: 0x20,
  IDLE_PRIORITY_CLASS: 0x40,
  HIGH_PRIORITY_CLASS: 0x80,
  REALTIME_PRIORITY_CLASS: 0x100,
  CREATE_NEW_PROCESS_GROUP: 0x200,
  CREATE_UNICODE_ENVIRONMENT: 0x400,
  BELOW_NORMAL_PRIORITY_CLASS: 0x4000,
  ABOVE_NORMAL_PRIORITY_CLASS: 0x8000,
  EXTENDED_STARTUPINFO_PRESENT: 0x80000,
  CREATE_BREAKAWAY_FROM_JOB: 0x1000000,
  CREATE_NO_WINDOW: 0x8000000,
} as const

/** Which limits of a job count.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_basic_limit_information
 */
export const jobLimit = {
  JOB_OBJECT_LIMIT_ACTIVE_PROCESS: 8,
  JOB_OBJECT_LIMIT_PRIORITY_CLASS: 0x20,
  JOB_OBJECT_LIMIT_PROCESS_MEMORY: 0x100,
  JOB_OBJECT_LIMIT_JOB_MEMORY: 0x200,
  JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION: 0x400,
  JOB_OBJECT_LIMIT_BREAKAWAY_OK: 0x800,
  JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK: 0x1000,
  JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE: 0x2000,
} as const

/** What a server asks of a security context. What came of it has the same numbers, `ASC_RET_*`.
 *
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-acceptsecuritycontext
 */
export const acceptRequirement = {
  ASC_REQ_DELEGATE: 1,
  ASC_REQ_MUTUAL_AUTH: 2,
  ASC_REQ_REPLAY_DETECT: 4,
  ASC_REQ_SEQUENCE_DETECT: 8,
  ASC_REQ_CONFIDENTIALITY: 0x10,
  ASC_REQ_CONNECTION: 0x800,
  ASC_REQ_INTEGRITY: 0x20000,
  ASC_REQ_IDENTIFY: 0x80000,
  ASC_REQ_ALLOW_NULL_SESSION: 0x100000,
  ASC_REQ_ALLOW_MISSING_BINDINGS: 0x10000000,
} as const

/** What a client asks of a security context. What came of it has the same numbers, `ISC_RET_*`.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthn/initializesecuritycontext--general
 */
export const initializeRequirement = {
  ISC_REQ_DELEGATE: 1,
  ISC_REQ_MUTUAL_AUTH: 2,
  ISC_REQ_REPLAY_DETECT: 4,
  ISC_REQ_SEQUENCE_DETECT: 8,
  ISC_REQ_CONFIDENTIALITY: 0x10,
  ISC_REQ_CONNECTION: 0x800,
  ISC_REQ_INTEGRITY: 0x10000,
  ISC_REQ_IDENTIFY: 0x20000,
} as const

/** How the first window of a program is shown. */
export const showWindow = {
  SW_HIDE: 0,
  SW_SHOWNORMAL: 1,
  SW_SHOWMINIMIZED: 2,
  SW_SHOWMAXIMIZED: 3,
} as const

/** Attributes of a file. */
export const fileAttribute = {
  FILE_ATTRIBUTE_READONLY: 1,
  FILE_ATTRIBUTE_HIDDEN: 2,
  FILE_ATTRIBUTE_SYSTEM: 4,
  FILE_ATTRIBUTE_DIRECTORY: 0x10,
  FILE_ATTRIBUTE_ARCHIVE: 0x20,
  FILE_ATTRIBUTE_NORMAL: 0x80,
  FILE_ATTRIBUTE_REPARSE_POINT: 0x400,
} as const

/** How the groups of a SID are found.
 *
 * @see https://learn.microsoft.com/windows/win32/api/authz/nf-authz-authzinitializecontextfromsid
 */
export const authzContextFlag = {
  AUTHZ_SKIP_TOKEN_GROUPS: 2,
  AUTHZ_REQUIRE_S4U_LOGON: 4,
  AUTHZ_COMPUTE_PRIVILEGES: 8,
} as const

/** What a network connection is to.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winnetwk/ns-winnetwk-netresourcew
 */
export const networkResourceType = {
  RESOURCETYPE_ANY: 0,
  RESOURCETYPE_DISK: 1,
  RESOURCETYPE_PRINT: 2,
} as const

export type NetworkResourceType = (typeof networkResourceType)[keyof typeof networkResourceType]

/** How a network connection is made or ended.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winnetwk/nf-winnetwk-wnetaddconnection2w
 */
export const connectFlag = {
  CONNECT_UPDATE_PROFILE: 1,
  CONNECT_UPDATE_RECENT: 2,
  CONNECT_TEMPORARY: 4,
  CONNECT_INTERACTIVE: 8,
  CONNECT_PROMPT: 0x10,
  CONNECT_REDIRECT: 0x80,
  CONNECT_CURRENT_MEDIA: 0x200,
  CONNECT_COMMANDLINE: 0x800,
  CONNECT_CMD_SAVECRED: 0x1000,
  CONNECT_CRED_RESET: 0x2000,
} as const

/** What `CreateFile` does with a file that exists, or does not.
 *
 * @see https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew
 */
export const creationDisposition = {
  CREATE_NEW: 1,
  CREATE_ALWAYS: 2,
  OPEN_EXISTING: 3,
  OPEN_ALWAYS: 4,
  TRUNCATE_EXISTING: 5,
} as const

export type CreationDisposition = (typeof creationDisposition)[keyof typeof creationDisposition]

/** What others may do with a file while it is open. */
export const fileShare = {
  FILE_SHARE_READ: 1,
  FILE_SHARE_WRITE: 2,
  FILE_SHARE_DELETE: 4,
} as const

/** How a file is opened. */
export const fileFlag = {
  FILE_FLAG_OPEN_REPARSE_POINT: 0x20_0000,
  FILE_FLAG_BACKUP_SEMANTICS: 0x200_0000,
  FILE_FLAG_SEQUENTIAL_SCAN: 0x800_0000,
} as const

/** Kinds of reparse points that are links. */
export const reparseTag = {
  IO_REPARSE_TAG_MOUNT_POINT: 0xa000_0003,
  IO_REPARSE_TAG_SYMLINK: 0xa000_000c,
} as const

/** The roots of the registry that mean the same whoever asks. */
export const registryRoots = ['HKEY_LOCAL_MACHINE', 'HKEY_USERS'] as const

export type RegistryRoot = (typeof registryRoots)[number]

/** What the bytes of a registry value are. Other numbers than these are kept as they are.
 *
 * @see https://learn.microsoft.com/windows/win32/sysinfo/registry-value-types
 */
export const registryValueType = {
  REG_NONE: 0,
  REG_SZ: 1,
  REG_EXPAND_SZ: 2,
  REG_BINARY: 3,
  REG_DWORD: 4,
  REG_DWORD_BIG_ENDIAN: 5,
  REG_LINK: 6,
  REG_MULTI_SZ: 7,
  REG_QWORD: 11,
} as const

/** One of {@link registryValueType}, or a number that a program made up. */
export type RegistryValueType = number

/** The exit code of a process that runs; a process may also end with it. */
export const STILL_ACTIVE = 259

/** `WTS_CONNECTSTATE_CLASS`: what goes on in a terminal session. */
export const wtsConnectState = {
  WTSActive: 0,
  WTSConnected: 1,
  WTSConnectQuery: 2,
  WTSShadow: 3,
  WTSDisconnected: 4,
  WTSIdle: 5,
  WTSListen: 6,
  WTSReset: 7,
  WTSDown: 8,
  WTSInit: 9,
} as const

export type WtsConnectState = (typeof wtsConnectState)[keyof typeof wtsConnectState]

/** How a terminal session is reached. */
export const wtsClientProtocol = {
  WTS_PROTOCOL_TYPE_CONSOLE: 0,
  WTS_PROTOCOL_TYPE_ICA: 1,
  WTS_PROTOCOL_TYPE_RDP: 2,
} as const

export type WtsClientProtocol = (typeof wtsClientProtocol)[keyof typeof wtsClientProtocol]

/** What `WTSGetActiveConsoleSessionId` answers with when no session is at the console. */
export const NO_CONSOLE_SESSION = 0xffffffff
