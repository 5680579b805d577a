// The functions that stand in for Windows' in the import table of the addon under test.
#pragma once

#include <windows.h>

#include <span>

namespace asuser::wine {

BOOL WINAPI HookLogonUserW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD logon_type, DWORD provider,
                           PHANDLE token);
BOOL WINAPI HookLookupAccountSidW(LPCWSTR system, PSID sid, LPWSTR name, LPDWORD name_size, LPWSTR domain,
                                  LPDWORD domain_size, PSID_NAME_USE use);
BOOL WINAPI HookLookupAccountNameW(LPCWSTR system, LPCWSTR name, PSID sid, LPDWORD sid_size, LPWSTR domain,
                                   LPDWORD domain_size, PSID_NAME_USE use);
BOOL WINAPI HookGetUserObjectSecurity(HANDLE object, PSECURITY_INFORMATION parts, PSECURITY_DESCRIPTOR descriptor,
                                      DWORD size, LPDWORD needed);
BOOL WINAPI HookSetUserObjectSecurity(HANDLE object, PSECURITY_INFORMATION parts, PSECURITY_DESCRIPTOR descriptor);
BOOL WINAPI HookImpersonateAnonymousToken(HANDLE thread);
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
