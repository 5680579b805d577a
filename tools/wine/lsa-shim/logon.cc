// LogonUserW, which in Wine returns a token that is none, to anybody, and LogonUserExExW, which Wine does not have.
// Facts: windows-behaviour.md 2.1.
#include <algorithm>
#include <array>
#include <cstring>

#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/logon_session.h"
#include "lsa-shim/token_query.h"

namespace asuser::wine {
namespace {

constexpr std::array<DWORD, 6> kLogonTypes = {
    LOGON32_LOGON_INTERACTIVE, LOGON32_LOGON_NETWORK,           LOGON32_LOGON_BATCH,
    LOGON32_LOGON_SERVICE,     LOGON32_LOGON_NETWORK_CLEARTEXT, LOGON32_LOGON_NEW_CREDENTIALS,
};

constexpr DWORD kProviderVirtual = 4;

BOOL Fail(DWORD error) {
  SetLastError(error);
  return FALSE;
}

// The caller as it is; only what it does over the network would be somebody else.
BOOL CloneCaller(HANDLE* token) {
  HANDLE opened = nullptr;
  if (!OpenThreadToken(GetCurrentThread(), TOKEN_DUPLICATE | TOKEN_QUERY, TRUE, &opened) &&
      !OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY, &opened)) {
    return FALSE;
  }
  const UniqueHandle caller(opened);
  return DuplicateTokenEx(caller.get(), TOKEN_ALL_ACCESS, nullptr, SecurityImpersonation, TokenPrimary, token);
}

BOOL LogOn(const wchar_t* user, const wchar_t* domain, const wchar_t* password, DWORD logon_type, DWORD provider,
           const std::vector<TokenGroup>& added_groups, HANDLE* token) {
  if (user == nullptr || token == nullptr) return Fail(ERROR_INVALID_PARAMETER);
  *token = nullptr;
  if (provider > kProviderVirtual || std::ranges::find(kLogonTypes, logon_type) == kLogonTypes.end()) {
    return Fail(ERROR_INVALID_PARAMETER);
  }
  if (logon_type == LOGON32_LOGON_NEW_CREDENTIALS) {
    return provider == LOGON32_PROVIDER_WINNT50 ? CloneCaller(token) : Fail(ERROR_INVALID_PARAMETER);
  }
  if (UniqueHandle service = CreateServiceSession(user, domain, logon_type, provider, added_groups)) {
    *token = service.release();
    return TRUE;
  }

  const std::optional<Account> account = FindForLogon(user, domain);
  if (!account || account->password != (password == nullptr ? L"" : password)) return Fail(ERROR_LOGON_FAILURE);
  if (account->password.empty()) return Fail(ERROR_ACCOUNT_RESTRICTION);
  if (account->logon_error != ERROR_SUCCESS) return Fail(account->logon_error);
  if (!MayLogOn(*account, logon_type)) return Fail(ERROR_LOGON_TYPE_NOT_GRANTED);
  *token = CreateLogonSession(*account, logon_type, added_groups).release();
  return *token != nullptr;
}

std::vector<TokenGroup> GroupsOf(const TOKEN_GROUPS& list) {
  std::vector<TokenGroup> groups;
  for (DWORD index = 0; index < list.GroupCount; ++index) {
    groups.push_back({SidToString(list.Groups[index].Sid), list.Groups[index].Attributes});
  }
  return groups;
}

BOOL WINAPI ReplacedLogonUserExExW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD logon_type, DWORD provider,
                                   PTOKEN_GROUPS groups, PHANDLE token, PSID*, PVOID*, LPDWORD, PQUOTA_LIMITS) {
  if (!EnterHook("LogonUserExExW")) return FALSE;
  if (groups != nullptr && !ProcessHasEnabledPrivilege(kTcbPrivilege)) return Fail(ERROR_PRIVILEGE_NOT_HELD);
  return LogOn(user, domain, password, logon_type, provider,
               groups == nullptr ? std::vector<TokenGroup>() : GroupsOf(*groups), token);
}

}  // namespace

BOOL WINAPI HookLogonUserW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD logon_type, DWORD provider,
                           PHANDLE token) {
  if (!EnterHook("LogonUserW")) return FALSE;
  return LogOn(user, domain, password, logon_type, provider, {}, token);
}

// No import library has LogonUserExExW, so that this is how a program finds it. Everything else is found as ever.
FARPROC WINAPI HookGetProcAddress(HMODULE module, LPCSTR name) {
  const bool is_name = HIWORD(reinterpret_cast<ULONG_PTR>(name)) != 0;
  if (is_name && std::strcmp(name, "LogonUserExExW") == 0) {
    return reinterpret_cast<FARPROC>(reinterpret_cast<void*>(&ReplacedLogonUserExExW));
  }
  return GetProcAddress(module, name);
}

}  // namespace asuser::wine
