// The functions that stand in for Windows' in the import table of the addon under test.
#pragma once

#include <windows.h>

#include <ntsecapi.h>
#include <security.h>
#include <wtsapi32.h>

#include <span>

namespace asuser::wine {

BOOL WINAPI HookLogonUserW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD logon_type, DWORD provider,
                           PHANDLE token);
FARPROC WINAPI HookGetProcAddress(HMODULE module, LPCSTR name);
NTSTATUS NTAPI HookLsaRegisterLogonProcess(PLSA_STRING name, PHANDLE connection, PLSA_OPERATIONAL_MODE mode);
NTSTATUS NTAPI HookLsaConnectUntrusted(PHANDLE connection);
NTSTATUS NTAPI HookLsaDeregisterLogonProcess(HANDLE connection);
NTSTATUS NTAPI HookLsaLookupAuthenticationPackage(HANDLE connection, PLSA_STRING name, PULONG package);
NTSTATUS NTAPI HookLsaLogonUser(HANDLE connection, PLSA_STRING origin, SECURITY_LOGON_TYPE logon_type, ULONG package,
                                PVOID information, ULONG size, PTOKEN_GROUPS groups, PTOKEN_SOURCE source,
                                PVOID* profile, PULONG profile_size, PLUID session, PHANDLE token, PQUOTA_LIMITS quotas,
                                PNTSTATUS restriction);
NTSTATUS NTAPI HookLsaFreeReturnBuffer(PVOID buffer);
SECURITY_STATUS SEC_ENTRY HookAcceptSecurityContext(PCredHandle credentials, PCtxtHandle context, PSecBufferDesc input,
                                                    ULONG requirements, ULONG representation, PCtxtHandle new_context,
                                                    PSecBufferDesc output, PULONG attributes, PTimeStamp expiry);
SECURITY_STATUS SEC_ENTRY HookDeleteSecurityContext(PCtxtHandle context);
SECURITY_STATUS SEC_ENTRY HookImpersonateSecurityContext(PCtxtHandle context);
SECURITY_STATUS SEC_ENTRY HookQueryContextAttributesW(PCtxtHandle context, ULONG attribute, void* answer);
SECURITY_STATUS SEC_ENTRY HookQuerySecurityContextToken(PCtxtHandle context, void** token);
NTSTATUS NTAPI HookLsaAddAccountRights(LSA_HANDLE policy, PSID account, PLSA_UNICODE_STRING names, ULONG count);
NTSTATUS NTAPI HookLsaRemoveAccountRights(LSA_HANDLE policy, PSID account, BOOLEAN all, PLSA_UNICODE_STRING names,
                                          ULONG count);
NTSTATUS NTAPI HookLsaEnumerateAccountRights(LSA_HANDLE policy, PSID account, PLSA_UNICODE_STRING* names, PULONG count);
NTSTATUS NTAPI HookLsaFreeMemory(PVOID memory);
BOOL WINAPI HookWTSEnumerateSessionsExW(HANDLE server, DWORD* level, DWORD filter, void** sessions, DWORD* count);
BOOL WINAPI HookWTSFreeMemoryExW(int type, void* memory, ULONG count);
void WINAPI HookWTSFreeMemory(void* memory);
BOOL WINAPI HookWTSQuerySessionInformationW(HANDLE server, DWORD session_id, WTS_INFO_CLASS information_class,
                                            LPWSTR* memory, DWORD* returned);
BOOL WINAPI HookWTSQueryUserToken(ULONG session_id, PHANDLE token);
BOOL WINAPI HookLookupAccountSidW(LPCWSTR system, PSID sid, LPWSTR name, LPDWORD name_size, LPWSTR domain,
                                  LPDWORD domain_size, PSID_NAME_USE use);
BOOL WINAPI HookLookupAccountNameW(LPCWSTR system, LPCWSTR name, PSID sid, LPDWORD sid_size, LPWSTR domain,
                                   LPDWORD domain_size, PSID_NAME_USE use);
BOOL WINAPI HookGetUserObjectSecurity(HANDLE object, PSECURITY_INFORMATION parts, PSECURITY_DESCRIPTOR descriptor,
                                      DWORD size, LPDWORD needed);
BOOL WINAPI HookSetUserObjectSecurity(HANDLE object, PSECURITY_INFORMATION parts, PSECURITY_DESCRIPTOR descriptor);
BOOL WINAPI HookImpersonateAnonymousToken(HANDLE thread);
HANDLE WINAPI HookCreateNamedPipeW(LPCWSTR name, DWORD open_mode, DWORD pipe_mode, DWORD max_instances,
                                   DWORD out_buffer_size, DWORD in_buffer_size, DWORD default_timeout,
                                   LPSECURITY_ATTRIBUTES security);
BOOL WINAPI HookGetNamedPipeClientComputerNameW(HANDLE pipe, LPWSTR name, ULONG size);
BOOL WINAPI HookImpersonateNamedPipeClient(HANDLE pipe);
BOOL WINAPI HookCreateProcessAsUserW(HANDLE token, LPCWSTR image, LPWSTR command_line,
                                     LPSECURITY_ATTRIBUTES process_security, LPSECURITY_ATTRIBUTES thread_security,
                                     BOOL inherit_handles, DWORD flags, LPVOID environment, LPCWSTR folder,
                                     LPSTARTUPINFOW startup, LPPROCESS_INFORMATION process);
BOOL WINAPI HookCreateEnvironmentBlock(LPVOID* environment, HANDLE token, BOOL inherit);
BOOL WINAPI HookGetUserProfileDirectoryW(HANDLE token, LPWSTR folder, LPDWORD size);
BOOL WINAPI HookGetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS information_class, LPVOID information,
                                    DWORD size, PDWORD needed);
BOOLEAN NTAPI HookRtlValidRelativeSecurityDescriptor(PSECURITY_DESCRIPTOR memory, ULONG size,
                                                     SECURITY_INFORMATION required);

struct Hook {
  const char* function;
  void* replacement;
};

// All of them, and those of pass_through.h.
std::span<const Hook> Hooks();

}  // namespace asuser::wine
