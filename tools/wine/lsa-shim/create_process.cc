// CreateProcessAsUserW: what Windows checks and Wine does not. Facts: windows-behaviour.md 1.8 and 2.6.
#include <winternl.h>

#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/station_check.h"
#include "lsa-shim/token_query.h"

namespace asuser::wine {
namespace {

constexpr DWORD kAssignPrimaryTokenPrivilege = 3;
constexpr DWORD kIncreaseQuotaPrivilege = 5;
constexpr UINT kDllInitFailed = 0xC0000142;

// Opened when the shim is loaded, on a thread that impersonates nobody: an impersonated client may not open it.
HANDLE OpenOwnProcessToken() {
  HANDLE token = nullptr;
  OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token);
  return token;
}

const UniqueHandle process_token(OpenOwnProcessToken());

bool IsPseudoToken(HANDLE token) {
  const auto value = reinterpret_cast<intptr_t>(token);
  return value <= -4 && value >= -6;
}

// A version of the caller's own token, restricted or not: anybody may start processes with it.
bool IsOwnToken(HANDLE token) {
  return TokenUserSid(token) == TokenUserSid(process_token.get()) &&
         TokenLogonSidText(token) == TokenLogonSidText(process_token.get());
}

// The privileges need only be there, not be enabled; and it is the process that must have them, whoever the thread is.
bool MayAssign(HANDLE token) {
  if (IsOwnToken(token)) return true;
  return TokenHasPrivilege(process_token.get(), kIncreaseQuotaPrivilege) &&
         TokenHasPrivilege(process_token.get(), kAssignPrimaryTokenPrivilege);
}

DWORD GrantedAccess(HANDLE handle) {
  PUBLIC_OBJECT_BASIC_INFORMATION information = {};
  const NTSTATUS status = NtQueryObject(handle, ObjectBasicInformation, &information, sizeof(information), nullptr);
  return status == 0 ? information.GrantedAccess : 0;
}

// The error that Windows gives before it looks at anything but the token. Bad handles are left to the call itself.
DWORD CheckToken(HANDLE token) {
  constexpr DWORD kNeeded = TOKEN_QUERY | TOKEN_ASSIGN_PRIMARY;
  DWORD flags = 0;
  if (IsPseudoToken(token) || !GetHandleInformation(token, &flags)) return ERROR_INVALID_HANDLE;
  if ((GrantedAccess(token) & kNeeded) != kNeeded) return ERROR_ACCESS_DENIED;
  return MayAssign(token) ? ERROR_SUCCESS : ERROR_PRIVILEGE_NOT_HELD;
}

ProcessCreation DescribeCaller(const STARTUPINFOW* startup) {
  ProcessCreation creation;
  const UniqueHandle impersonated = CurrentThreadToken();
  if (impersonated) creation.impersonated_user = TokenUserSid(impersonated.get());
  if (startup->lpDesktop != nullptr) creation.desktop = startup->lpDesktop;
  return creation;
}

}  // namespace

BOOL WINAPI HookCreateProcessAsUserW(HANDLE token, LPCWSTR image, LPWSTR command_line,
                                     LPSECURITY_ATTRIBUTES process_security, LPSECURITY_ATTRIBUTES thread_security,
                                     BOOL inherit_handles, DWORD flags, LPVOID environment, LPCWSTR folder,
                                     LPSTARTUPINFOW startup, LPPROCESS_INFORMATION process) {
  if (!EnterHook("CreateProcessAsUserW")) return FALSE;
  ProcessCreation creation = DescribeCaller(startup);
  creation.error = token == nullptr ? ERROR_SUCCESS : CheckToken(token);
  if (creation.error == ERROR_SUCCESS) {
    // On Windows the child finds out while it starts: it lives for a moment, then ends because user32 could not.
    creation.station_refused = token != nullptr && !MayConnectToDesktop(token, startup->lpDesktop);
    const DWORD suspended = creation.station_refused ? CREATE_SUSPENDED : 0;
    if (!CreateProcessAsUserW(token, image, command_line, process_security, thread_security, inherit_handles,
                              flags | suspended, environment, folder, startup, process)) {
      creation.error = GetLastError();
    } else if (creation.station_refused) {
      TerminateProcess(process->hProcess, kDllInitFailed);
    }
  }
  const DWORD error = creation.error;
  LogProcessCreation(std::move(creation));
  SetLastError(error);
  return error == ERROR_SUCCESS;
}

}  // namespace asuser::wine
