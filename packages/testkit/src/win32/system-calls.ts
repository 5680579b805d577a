import type { Win32 } from '@asuser/native'

/** A function of the `Win32` interface. */
export type Win32Function = keyof Win32

interface SystemCall {
  /** The Win32 function as errors name it. */
  readonly name: string
  /** Whether it answers with a promise. */
  readonly asynchronous: boolean
}

export const systemCalls: Readonly<Record<Win32Function, SystemCall>> = {
  accessCheck: { name: 'AccessCheck', asynchronous: false },
  adjustTokenPrivileges: { name: 'AdjustTokenPrivileges', asynchronous: false },
  assignProcessToJobObject: { name: 'AssignProcessToJobObject', asynchronous: false },
  coImpersonateClient: { name: 'CoImpersonateClient', asynchronous: false },
  convertSecurityDescriptorToStringSecurityDescriptor: {
    name: 'ConvertSecurityDescriptorToStringSecurityDescriptorW',
    asynchronous: false,
  },
  convertStringSecurityDescriptorToSecurityDescriptor: {
    name: 'ConvertStringSecurityDescriptorToSecurityDescriptorW',
    asynchronous: false,
  },
  countOpenHandles: { name: 'countOpenHandles', asynchronous: false },
  createDirectory: { name: 'CreateDirectoryW', asynchronous: true },
  createEnvironmentBlock: { name: 'CreateEnvironmentBlock', asynchronous: true },
  createFile: { name: 'CreateFileW', asynchronous: true },
  createJobObject: { name: 'CreateJobObjectW', asynchronous: false },
  createMutex: { name: 'CreateMutexW', asynchronous: false },
  createPipePair: { name: 'CreateNamedPipeW', asynchronous: false },
  createProcessAsUser: { name: 'CreateProcessAsUserW', asynchronous: true },
  deleteFile: { name: 'DeleteFileW', asynchronous: true },
  duplicateStandardHandle: { name: 'DuplicateHandle', asynchronous: false },
  duplicateTokenEx: { name: 'DuplicateTokenEx', asynchronous: false },
  findFiles: { name: 'FindFirstFileExW', asynchronous: true },
  getCurrentProcess: { name: 'GetCurrentProcess', asynchronous: false },
  getCurrentProcessId: { name: 'GetCurrentProcessId', asynchronous: false },
  getExitCodeProcess: { name: 'GetExitCodeProcess', asynchronous: false },
  getFileAttributes: { name: 'GetFileAttributesW', asynchronous: true },
  getFileInformation: { name: 'GetFileInformationByHandle', asynchronous: true },
  getFinalPathName: { name: 'GetFinalPathNameByHandleW', asynchronous: true },
  getKernelObjectSecurity: { name: 'GetKernelObjectSecurity', asynchronous: false },
  getNamedSecurityInfo: { name: 'GetNamedSecurityInfoW', asynchronous: true },
  getProcessHandleCount: { name: 'GetProcessHandleCount', asynchronous: false },
  getProcessWindowStation: { name: 'GetProcessWindowStation', asynchronous: false },
  getThreadDesktop: { name: 'GetThreadDesktop', asynchronous: false },
  getTokenInformation: { name: 'GetTokenInformation', asynchronous: false },
  getUserObjectName: { name: 'GetUserObjectInformationW', asynchronous: false },
  getUserObjectSecurity: { name: 'GetUserObjectSecurity', asynchronous: false },
  getUserProfileDirectory: { name: 'GetUserProfileDirectoryW', asynchronous: true },
  impersonateAnonymousToken: { name: 'ImpersonateAnonymousToken', asynchronous: false },
  impersonateLoggedOnUser: { name: 'ImpersonateLoggedOnUser', asynchronous: false },
  impersonateSelf: { name: 'ImpersonateSelf', asynchronous: false },
  isProcessInJob: { name: 'IsProcessInJob', asynchronous: false },
  logonUser: { name: 'LogonUserW', asynchronous: true },
  lookupAccountName: { name: 'LookupAccountNameW', asynchronous: true },
  lookupAccountSid: { name: 'LookupAccountSidW', asynchronous: true },
  lookupPrivilegeName: { name: 'LookupPrivilegeNameW', asynchronous: false },
  lookupPrivilegeValue: { name: 'LookupPrivilegeValueW', asynchronous: false },
  moveFile: { name: 'MoveFileExW', asynchronous: true },
  openDesktop: { name: 'OpenDesktopW', asynchronous: false },
  openFileDescriptor: { name: 'uv_open_osfhandle', asynchronous: false },
  openFileReadStream: { name: 'uv_open_osfhandle', asynchronous: false },
  openFileWriteStream: { name: 'uv_open_osfhandle', asynchronous: false },
  openNullDevice: { name: 'CreateFileW', asynchronous: false },
  openPipeStream: { name: 'uv_open_osfhandle', asynchronous: false },
  openProcess: { name: 'OpenProcess', asynchronous: false },
  openProcessToken: { name: 'OpenProcessToken', asynchronous: false },
  openThreadToken: { name: 'OpenThreadToken', asynchronous: false },
  openWindowStation: { name: 'OpenWindowStationW', asynchronous: false },
  queryInformationJobObject: { name: 'QueryInformationJobObject', asynchronous: false },
  readFile: { name: 'ReadFile', asynchronous: true },
  regCreateKey: { name: 'RegCreateKeyExW', asynchronous: true },
  regDeleteKey: { name: 'RegDeleteKeyExW', asynchronous: true },
  regDeleteValue: { name: 'RegDeleteValueW', asynchronous: true },
  regEnumKey: { name: 'RegEnumKeyExW', asynchronous: true },
  regEnumValue: { name: 'RegEnumValueW', asynchronous: true },
  regQueryValue: { name: 'RegQueryValueExW', asynchronous: true },
  regSetValue: { name: 'RegSetValueExW', asynchronous: true },
  registerWaitForSingleObject: { name: 'RegisterWaitForSingleObject', asynchronous: false },
  releaseMutex: { name: 'ReleaseMutex', asynchronous: false },
  removeDirectory: { name: 'RemoveDirectoryW', asynchronous: true },
  rpcImpersonateClient: { name: 'RpcImpersonateClient', asynchronous: false },
  resumeThread: { name: 'ResumeThread', asynchronous: false },
  setInformationJobObject: { name: 'SetInformationJobObject', asynchronous: false },
  setKernelObjectSecurity: { name: 'SetKernelObjectSecurity', asynchronous: false },
  setThreadToken: { name: 'SetThreadToken', asynchronous: false },
  setNamedSecurityInfo: { name: 'SetNamedSecurityInfoW', asynchronous: true },
  setUserObjectSecurity: { name: 'SetUserObjectSecurity', asynchronous: false },
  terminateJobObject: { name: 'TerminateJobObject', asynchronous: false },
  terminateProcess: { name: 'TerminateProcess', asynchronous: false },
  tryAcquireMutex: { name: 'WaitForSingleObject', asynchronous: false },
  writeFile: { name: 'WriteFile', asynchronous: true },
}

export function isWin32Function(name: string): name is Win32Function {
  return Object.hasOwn(systemCalls, name)
}
