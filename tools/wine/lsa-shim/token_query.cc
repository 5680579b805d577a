#include "lsa-shim/token_query.h"

#include <algorithm>
#include <cstdlib>

namespace asuser::wine {

std::vector<BYTE> QueryToken(HANDLE token, TOKEN_INFORMATION_CLASS information_class) {
  DWORD size = 0;
  GetTokenInformation(token, information_class, nullptr, 0, &size);
  std::vector<BYTE> memory(size);
  if (!GetTokenInformation(token, information_class, memory.data(), size, &size)) memory.clear();
  return memory;
}

std::wstring TokenUserSid(HANDLE token) {
  std::vector<BYTE> memory = QueryToken(token, TokenUser);
  return memory.empty() ? std::wstring() : SidToString(reinterpret_cast<TOKEN_USER*>(memory.data())->User.Sid);
}

bool TokenHasGroup(HANDLE token, const std::wstring& sid) {
  std::vector<BYTE> memory = QueryToken(token, TokenGroups);
  if (memory.empty()) return false;
  const auto* groups = reinterpret_cast<TOKEN_GROUPS*>(memory.data());
  return std::any_of(groups->Groups, groups->Groups + groups->GroupCount,
                     [&](const SID_AND_ATTRIBUTES& group) { return SidToString(group.Sid) == sid; });
}

std::wstring TokenLogonSidText(HANDLE token) {
  std::vector<BYTE> memory = QueryToken(token, TokenGroups);
  if (memory.empty()) return {};
  const auto* groups = reinterpret_cast<TOKEN_GROUPS*>(memory.data());
  for (DWORD index = 0; index < groups->GroupCount; ++index) {
    const SID_AND_ATTRIBUTES& group = groups->Groups[index];
    if ((group.Attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID) return SidToString(group.Sid);
  }
  return {};
}

bool TokenHasPrivilege(HANDLE token, DWORD luid) {
  std::vector<BYTE> memory = QueryToken(token, TokenPrivileges);
  if (memory.empty()) return false;
  const auto* privileges = reinterpret_cast<TOKEN_PRIVILEGES*>(memory.data());
  for (DWORD index = 0; index < privileges->PrivilegeCount; ++index) {
    if (privileges->Privileges[index].Luid.LowPart == luid) return true;
  }
  return false;
}

bool ProcessHasEnabledPrivilege(DWORD luid) {
  HANDLE opened = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &opened)) return false;
  const UniqueHandle token(opened);
  std::vector<BYTE> memory = QueryToken(token.get(), TokenPrivileges);
  if (memory.empty()) return false;
  const auto* privileges = reinterpret_cast<TOKEN_PRIVILEGES*>(memory.data());
  return std::any_of(privileges->Privileges, privileges->Privileges + privileges->PrivilegeCount,
                     [luid](const LUID_AND_ATTRIBUTES& privilege) {
                       return privilege.Luid.LowPart == luid && (privilege.Attributes & SE_PRIVILEGE_ENABLED) != 0;
                     });
}

UniqueHandle CurrentThreadToken() {
  HANDLE token = nullptr;
  OpenThreadToken(GetCurrentThread(), TOKEN_QUERY | TOKEN_IMPERSONATE, TRUE, &token);
  return UniqueHandle(token);
}

ImpersonationScope::ImpersonationScope(HANDLE token)
    : previous_(CurrentThreadToken()), entered_(ImpersonateLoggedOnUser(token)) {}

ImpersonationScope::~ImpersonationScope() {
  if (entered_ && !SetThreadToken(nullptr, previous_.get())) std::abort();
}

}  // namespace asuser::wine
