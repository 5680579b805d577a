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
  adjustTokenGroups: { name: 'AdjustTokenGroups', asynchronous: false },
  adjustTokenPrivileges: { name: 'AdjustTokenPrivileges', asynchronous: false },
  assignProcessToJobObject: { name: 'AssignProcessToJobObject', asynchronous: false },
  checkTokenMembership: { name: 'CheckTokenMembership', asynchronous: false },
  connectNamedPipe: { name: 'ConnectNamedPipe', asynchronous: true },
  convertSecurityDescriptorToStringSecurityDescriptor: {
    name: 'ConvertSecurityDescriptorToStringSecurityDescriptorW',
    asynchronous: false,
  },
  convertStringSecurityDescriptorToSecurityDescriptor: {
    name: 'ConvertStringSecurityDescriptorToSecurityDescriptorW',
    asynchronous: false,
  },
  countOpenHandles: { name: 'countOpenHandles', asynchronous: false },
  createEnvironmentBlock: { name: 'CreateEnvironmentBlock', asynchronous: true },
  createJobObject: { name: 'CreateJobObjectW', asynchronous: false },
  createLowBoxToken: { name: 'NtCreateLowBoxToken', asynchronous: false },
  createMutex: { name: 'CreateMutexW', asynchronous: false },
  createNamedPipe: { name: 'CreateNamedPipeW', asynchronous: false },
  createPipePair: { name: 'CreateNamedPipeW', asynchronous: false },
  createProcessAsUser: { name: 'CreateProcessAsUserW', asynchronous: true },
  createRestrictedToken: { name: 'CreateRestrictedToken', asynchronous: false },
  disconnectNamedPipe: { name: 'DisconnectNamedPipe', asynchronous: false },
  duplicateHandle: { name: 'DuplicateHandle', asynchronous: false },
  duplicateStandardHandle: { name: 'DuplicateHandle', asynchronous: false },
  duplicateTokenEx: { name: 'DuplicateTokenEx', asynchronous: false },
  getCurrentProcess: { name: 'GetCurrentProcess', asynchronous: false },
  getCurrentProcessId: { name: 'GetCurrentProcessId', asynchronous: false },
  getExitCodeProcess: { name: 'GetExitCodeProcess', asynchronous: false },
  getFileAttributes: { name: 'GetFileAttributesW', asynchronous: true },
  getKernelObjectSecurity: { name: 'GetKernelObjectSecurity', asynchronous: false },
  getNamedPipeClientComputerName: { name: 'GetNamedPipeClientComputerNameW', asynchronous: false },
  getNamedPipeClientProcessId: { name: 'GetNamedPipeClientProcessId', asynchronous: false },
  getNamedPipeClientSessionId: { name: 'GetNamedPipeClientSessionId', asynchronous: false },
  getNamedPipeServerProcessId: { name: 'GetNamedPipeServerProcessId', asynchronous: false },
  getNamedSecurityInfo: { name: 'GetNamedSecurityInfoW', asynchronous: true },
  getProcessHandleCount: { name: 'GetProcessHandleCount', asynchronous: false },
  getProcessWindowStation: { name: 'GetProcessWindowStation', asynchronous: false },
  getThreadDesktop: { name: 'GetThreadDesktop', asynchronous: false },
  getTokenInformation: { name: 'GetTokenInformation', asynchronous: false },
  getUserObjectName: { name: 'GetUserObjectInformationW', asynchronous: false },
  getUserObjectSecurity: { name: 'GetUserObjectSecurity', asynchronous: false },
  getUserProfileDirectory: { name: 'GetUserProfileDirectoryW', asynchronous: true },
  impersonateLoggedOnUser: { name: 'ImpersonateLoggedOnUser', asynchronous: false },
  impersonateNamedPipeClient: { name: 'ImpersonateNamedPipeClient', asynchronous: false },
  isProcessInJob: { name: 'IsProcessInJob', asynchronous: false },
  logonUser: { name: 'LogonUserW', asynchronous: true },
  logonUserExExW: { name: 'LogonUserExExW', asynchronous: true },
  lookupAccountName: { name: 'LookupAccountNameW', asynchronous: true },
  lookupAccountSid: { name: 'LookupAccountSidW', asynchronous: true },
  lookupPrivilegeName: { name: 'LookupPrivilegeNameW', asynchronous: false },
  lookupPrivilegeValue: { name: 'LookupPrivilegeValueW', asynchronous: false },
  lsaAddAccountRights: { name: 'LsaAddAccountRights', asynchronous: true },
  lsaEnumerateAccountRights: { name: 'LsaEnumerateAccountRights', asynchronous: true },
  lsaLogonUserS4U: { name: 'LsaLogonUser', asynchronous: true },
  lsaRemoveAccountRights: { name: 'LsaRemoveAccountRights', asynchronous: true },
  openDesktop: { name: 'OpenDesktopW', asynchronous: false },
  openNamedPipe: { name: 'CreateFileW', asynchronous: true },
  openNullDevice: { name: 'CreateFileW', asynchronous: false },
  openPipeStream: { name: 'uv_open_osfhandle', asynchronous: false },
  openProcess: { name: 'OpenProcess', asynchronous: false },
  openProcessToken: { name: 'OpenProcessToken', asynchronous: false },
  openThreadToken: { name: 'OpenThreadToken', asynchronous: false },
  openWindowStation: { name: 'OpenWindowStationW', asynchronous: false },
  queryInformationJobObject: { name: 'QueryInformationJobObject', asynchronous: false },
  registerWaitForSingleObject: { name: 'RegisterWaitForSingleObject', asynchronous: false },
  releaseMutex: { name: 'ReleaseMutex', asynchronous: false },
  resumeThread: { name: 'ResumeThread', asynchronous: false },
  setInformationJobObject: { name: 'SetInformationJobObject', asynchronous: false },
  setKernelObjectSecurity: { name: 'SetKernelObjectSecurity', asynchronous: false },
  setNamedSecurityInfo: { name: 'SetNamedSecurityInfoW', asynchronous: true },
  setTokenInformation: { name: 'SetTokenInformation', asynchronous: false },
  setUserObjectSecurity: { name: 'SetUserObjectSecurity', asynchronous: false },
  terminateJobObject: { name: 'TerminateJobObject', asynchronous: false },
  terminateProcess: { name: 'TerminateProcess', asynchronous: false },
  tryAcquireMutex: { name: 'WaitForSingleObject', asynchronous: false },
  wtsEnumerateSessions: { name: 'WTSEnumerateSessionsExW', asynchronous: true },
  wtsGetActiveConsoleSessionId: { name: 'WTSGetActiveConsoleSessionId', asynchronous: false },
  wtsQuerySessionInformation: { name: 'WTSQuerySessionInformationW', asynchronous: true },
  wtsQueryUserToken: { name: 'WTSQueryUserToken', asynchronous: true },
  waitNamedPipe: { name: 'WaitNamedPipeW', asynchronous: true },
}

export function isWin32Function(name: string): name is Win32Function {
  return Object.hasOwn(systemCalls, name)
}
