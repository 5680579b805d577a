// LogonUserW: Wine returns a token that is none, to anybody. Facts: windows-behaviour.md 2.1.
#include <algorithm>
#include <array>

#include "core/mint_token.h"
#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
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

const wchar_t* GroupOfLogonType(DWORD logon_type) {
  switch (logon_type) {
    case LOGON32_LOGON_INTERACTIVE:
      return L"S-1-5-4";
    case LOGON32_LOGON_BATCH:
      return L"S-1-5-3";
    case LOGON32_LOGON_SERVICE:
      return L"S-1-5-6";
    default:
      return L"S-1-5-2";
  }
}

std::vector<TokenGroup> Groups(const Account& account, DWORD logon_type, const std::wstring& logon_sid) {
  std::vector<TokenGroup> groups = {{DomainUsersSid(), kUsualGroup}, {L"S-1-1-0", kUsualGroup}};
  for (const std::wstring& group : account.groups) groups.push_back({group, kUsualGroup});
  groups.push_back({L"S-1-5-32-545", kUsualGroup});
  groups.push_back({GroupOfLogonType(logon_type), kUsualGroup});
  groups.push_back({L"S-1-5-11", kUsualGroup});
  groups.push_back({L"S-1-5-15", kUsualGroup});
  if (account.has_logon_sid) groups.push_back({logon_sid, kLogonGroup});
  groups.push_back({L"S-1-2-0", kUsualGroup});
  return groups;
}

// The lowest privileges of everybody, and the account's own.
std::vector<TokenPrivilege> Privileges(const Account& account) {
  constexpr DWORD kShutdown = 19;
  constexpr DWORD kChangeNotify = 23;
  constexpr DWORD kUndock = 25;
  std::vector<TokenPrivilege> privileges = {
      {kShutdown, kPrivilegeDisabled}, {kChangeNotify, kPrivilegeEnabled}, {kUndock, kPrivilegeDisabled}};
  for (const TokenPrivilege& privilege : account.privileges) {
    std::erase_if(privileges, [&](const TokenPrivilege& usual) { return usual.luid == privilege.luid; });
    privileges.push_back(privilege);
  }
  return privileges;
}

// A new logon session: its LUID, and its logon SID, which token_information.cc turns back into the LUID.
BOOL LogOn(const Account& account, DWORD logon_type, HANDLE* token) {
  LUID session = {};
  if (!AllocateLocallyUniqueId(&session)) return FALSE;
  const std::wstring logon_sid =
      L"S-1-5-5-" + std::to_wstring(session.HighPart) + L"-" + std::to_wstring(session.LowPart);
  std::wstring default_dacl = L"D:(A;;GA;;;" + account.sid + L")(A;;GA;;;SY)";
  if (account.has_logon_sid) default_dacl += L"(A;;GXGR;;;" + logon_sid + L")";

  UniqueHandle minted;
  const NTSTATUS status = MintToken(
      {
          .user = account.sid,
          .groups = Groups(account, logon_type, logon_sid),
          .primary_group = DomainUsersSid(),
          .privileges = Privileges(account),
          .default_dacl = default_dacl,
          .authentication_id = session,
          .type = logon_type == LOGON32_LOGON_NETWORK ? TokenImpersonation : TokenPrimary,
      },
      minted);
  if (status != 0) return Fail(RtlNtStatusToDosError(status));
  *token = minted.release();
  return TRUE;
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

}  // namespace

BOOL WINAPI HookLogonUserW(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD logon_type, DWORD provider,
                           PHANDLE token) {
  if (!EnterHook("LogonUserW")) return FALSE;
  if (user == nullptr || token == nullptr) return Fail(ERROR_INVALID_PARAMETER);
  *token = nullptr;
  if (provider > kProviderVirtual || std::ranges::find(kLogonTypes, logon_type) == kLogonTypes.end()) {
    return Fail(ERROR_INVALID_PARAMETER);
  }
  if (logon_type == LOGON32_LOGON_NEW_CREDENTIALS) {
    return provider == LOGON32_PROVIDER_WINNT50 ? CloneCaller(token) : Fail(ERROR_INVALID_PARAMETER);
  }

  const std::optional<Account> account = FindForLogon(user, domain);
  if (!account || account->password != (password == nullptr ? L"" : password)) return Fail(ERROR_LOGON_FAILURE);
  if (account->password.empty()) return Fail(ERROR_ACCOUNT_RESTRICTION);
  if (account->logon_error != ERROR_SUCCESS) return Fail(account->logon_error);
  if (std::ranges::find(account->logon_types, logon_type) == account->logon_types.end()) {
    return Fail(ERROR_LOGON_TYPE_NOT_GRANTED);
  }
  return LogOn(*account, logon_type, token);
}

}  // namespace asuser::wine
