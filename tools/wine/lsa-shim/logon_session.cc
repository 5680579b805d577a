// Tokens of new logon sessions. Facts: windows-behaviour.md 2.1.
#include "lsa-shim/logon_session.h"

#include <algorithm>
#include <array>
#include <cwchar>

#include "lsa-shim/account_rights.h"

namespace asuser::wine {
namespace {

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

std::vector<TokenGroup> Groups(const Account& account, DWORD logon_type, const std::wstring& logon_sid,
                               const std::vector<TokenGroup>& added) {
  std::vector<TokenGroup> groups = {{DomainUsersSid(), kUsualGroup}, {L"S-1-1-0", kUsualGroup}};
  for (const std::wstring& group : account.groups) groups.push_back({group, kUsualGroup});
  groups.push_back({L"S-1-5-32-545", kUsualGroup});
  groups.push_back({GroupOfLogonType(logon_type), kUsualGroup});
  groups.push_back({L"S-1-5-11", kUsualGroup});
  groups.push_back({L"S-1-5-15", kUsualGroup});
  if (account.has_logon_sid) groups.push_back({logon_sid, kLogonGroup});
  groups.push_back({L"S-1-2-0", kUsualGroup});
  groups.insert(groups.end(), added.begin(), added.end());
  return groups;
}

// The lowest privileges of everybody, the account's own, and those that it was granted since.
std::vector<TokenPrivilege> Privileges(const Account& account) {
  constexpr DWORD kShutdown = 19;
  constexpr DWORD kChangeNotify = 23;
  constexpr DWORD kUndock = 25;
  std::vector<TokenPrivilege> privileges = {
      {kShutdown, kPrivilegeDisabled}, {kChangeNotify, kPrivilegeEnabled}, {kUndock, kPrivilegeDisabled}};
  const auto add = [&](const TokenPrivilege& privilege) {
    std::erase_if(privileges, [&](const TokenPrivilege& usual) { return usual.luid == privilege.luid; });
    privileges.push_back(privilege);
  };
  for (const TokenPrivilege& privilege : account.privileges) add(privilege);
  for (const std::wstring& right : GrantedRights(account.sid)) {
    LUID luid = {};
    if (LookupPrivilegeValueW(nullptr, right.c_str(), &luid)) add({luid.LowPart, kPrivilegeDisabled});
  }
  return privileges;
}

// The account right of a logon type.
const wchar_t* RightOfLogonType(DWORD logon_type) {
  switch (logon_type) {
    case LOGON32_LOGON_INTERACTIVE:
      return L"SeInteractiveLogonRight";
    case LOGON32_LOGON_BATCH:
      return L"SeBatchLogonRight";
    case LOGON32_LOGON_SERVICE:
      return L"SeServiceLogonRight";
    default:
      return L"SeNetworkLogonRight";
  }
}

struct ServiceAccount {
  const wchar_t* name;
  const wchar_t* domain;
  const wchar_t* sid;
  DWORD provider;
  DWORD session;  // The LUID that Windows gave it; 0 for one made at each logon.
};

constexpr DWORD kProviderVirtual = 4;

constexpr std::array<ServiceAccount, 5> kServiceAccounts = {{
    {L"LocalService", L"NT AUTHORITY", L"S-1-5-19", LOGON32_PROVIDER_DEFAULT, 0x3e5},
    {L"LOCAL SERVICE", L"NT AUTHORITY", L"S-1-5-19", LOGON32_PROVIDER_DEFAULT, 0x3e5},
    {L"NetworkService", L"NT AUTHORITY", L"S-1-5-20", LOGON32_PROVIDER_DEFAULT, 0x3e4},
    {L"NETWORK SERVICE", L"NT AUTHORITY", L"S-1-5-20", LOGON32_PROVIDER_DEFAULT, 0x3e4},
    {L"TrustedInstaller", L"NT SERVICE", L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
     kProviderVirtual, 0},
}};

}  // namespace

bool MayLogOn(const Account& account, DWORD logon_type) {
  const std::vector<std::wstring> granted = GrantedRights(account.sid);
  return std::ranges::find(account.logon_types, logon_type) != account.logon_types.end() ||
         std::ranges::find(granted, RightOfLogonType(logon_type)) != granted.end();
}

// A new logon session: its LUID, and its logon SID, which token_information.cc turns back into the LUID.
UniqueHandle CreateLogonSession(const Account& account, DWORD logon_type, const std::vector<TokenGroup>& added_groups) {
  LUID session = {};
  if (!AllocateLocallyUniqueId(&session)) return nullptr;
  const std::wstring logon_sid =
      L"S-1-5-5-" + std::to_wstring(session.HighPart) + L"-" + std::to_wstring(session.LowPart);
  std::wstring default_dacl = L"D:(A;;GA;;;" + account.sid + L")(A;;GA;;;SY)";
  if (account.has_logon_sid) default_dacl += L"(A;;GXGR;;;" + logon_sid + L")";

  UniqueHandle minted;
  const NTSTATUS status = MintToken(
      {
          .user = account.sid,
          .groups = Groups(account, logon_type, logon_sid, added_groups),
          .primary_group = DomainUsersSid(),
          .privileges = Privileges(account),
          .default_dacl = default_dacl,
          .authentication_id = session,
          .type = logon_type == LOGON32_LOGON_NETWORK ? TokenImpersonation : TokenPrimary,
      },
      minted);
  if (status != 0) SetLastError(RtlNtStatusToDosError(status));
  return minted;
}

UniqueHandle CreateServiceSession(const wchar_t* user, const wchar_t* domain, DWORD logon_type, DWORD provider,
                                  const std::vector<TokenGroup>& added_groups) {
  if (domain == nullptr || logon_type != LOGON32_LOGON_SERVICE) return nullptr;
  const auto account = std::ranges::find_if(kServiceAccounts, [&](const ServiceAccount& candidate) {
    return provider == candidate.provider && _wcsicmp(user, candidate.name) == 0 &&
           _wcsicmp(domain, candidate.domain) == 0;
  });
  if (account == kServiceAccounts.end()) return nullptr;

  LUID session = {account->session, 0};
  if (account->session == 0 && !AllocateLocallyUniqueId(&session)) return nullptr;
  constexpr DWORD kChangeNotify = 23;
  constexpr DWORD kImpersonate = 29;
  std::vector<TokenGroup> groups = {{L"S-1-1-0", kUsualGroup},  {L"S-1-5-32-545", kUsualGroup},
                                    {L"S-1-5-6", kUsualGroup},  {L"S-1-5-11", kUsualGroup},
                                    {L"S-1-5-15", kUsualGroup}, {L"S-1-2-0", kUsualGroup}};
  groups.insert(groups.end(), added_groups.begin(), added_groups.end());
  UniqueHandle minted;
  const NTSTATUS status = MintToken(
      {
          .user = account->sid,
          .groups = groups,
          .primary_group = L"S-1-5-32-545",
          .privileges = {{kChangeNotify, kPrivilegeEnabled}, {kImpersonate, kPrivilegeEnabled}},
          .default_dacl = L"D:(A;;GA;;;" + std::wstring(account->sid) + L")(A;;GA;;;SY)",
          .authentication_id = session,
      },
      minted);
  if (status != 0) SetLastError(RtlNtStatusToDosError(status));
  return minted;
}

}  // namespace asuser::wine
