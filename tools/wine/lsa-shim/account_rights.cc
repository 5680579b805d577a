// LsaAddAccountRights and its kin: Wine forgets what it is told. MS-LSAD 3.1.4.5.10 to 3.1.4.5.12.
#include "lsa-shim/account_rights.h"

#include <windows.h>

#include <ntsecapi.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <mutex>

#include "core/owned.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/statuses.h"

namespace asuser::wine {
namespace {

constexpr std::array<const wchar_t*, 10> kLogonRights = {
    L"SeInteractiveLogonRight",
    L"SeNetworkLogonRight",
    L"SeBatchLogonRight",
    L"SeServiceLogonRight",
    L"SeRemoteInteractiveLogonRight",
    L"SeDenyInteractiveLogonRight",
    L"SeDenyNetworkLogonRight",
    L"SeDenyBatchLogonRight",
    L"SeDenyServiceLogonRight",
    L"SeDenyRemoteInteractiveLogonRight",
};

std::mutex mutex;
std::map<std::wstring, std::vector<std::wstring>> granted;

// The name as Windows writes it; empty for what is no right.
std::wstring FindRight(const LSA_UNICODE_STRING& name) {
  const std::wstring text(name.Buffer, name.Length / sizeof(wchar_t));
  const auto* right = std::ranges::find_if(
      kLogonRights, [&](const wchar_t* candidate) { return _wcsicmp(candidate, text.c_str()) == 0; });
  if (right != kLogonRights.end()) return *right;
  LUID luid = {};
  wchar_t known[64];
  DWORD size = std::size(known);
  const bool found =
      LookupPrivilegeValueW(nullptr, text.c_str(), &luid) && LookupPrivilegeNameW(nullptr, &luid, known, &size);
  return found ? known : std::wstring();
}

// False when one of them is no right.
bool FindRights(const LSA_UNICODE_STRING* names, ULONG count, std::vector<std::wstring>& rights) {
  for (ULONG index = 0; index < count; ++index) rights.push_back(FindRight(names[index]));
  return std::ranges::none_of(rights, [](const std::wstring& right) { return right.empty(); });
}

}  // namespace

std::vector<std::wstring> GrantedRights(const std::wstring& sid) {
  const std::lock_guard lock(mutex);
  const auto found = granted.find(sid);
  return found == granted.end() ? std::vector<std::wstring>() : found->second;
}

NTSTATUS NTAPI HookLsaAddAccountRights(LSA_HANDLE, PSID account, PLSA_UNICODE_STRING names, ULONG count) {
  if (!EnterHook("LsaAddAccountRights")) return InjectedStatus();
  std::vector<std::wstring> rights;
  if (!FindRights(names, count, rights)) return kNoSuchPrivilege;
  const std::lock_guard lock(mutex);
  std::vector<std::wstring>& held = granted[SidToString(account)];
  for (const std::wstring& right : rights) {
    if (std::ranges::find(held, right) == held.end()) held.push_back(right);
  }
  return kSuccess;
}

NTSTATUS NTAPI HookLsaRemoveAccountRights(LSA_HANDLE, PSID account, BOOLEAN all, PLSA_UNICODE_STRING names,
                                          ULONG count) {
  if (!EnterHook("LsaRemoveAccountRights")) return InjectedStatus();
  std::vector<std::wstring> rights;
  if (!all && !FindRights(names, count, rights)) return kNoSuchPrivilege;
  const std::lock_guard lock(mutex);
  const auto found = granted.find(SidToString(account));
  if (found == granted.end()) return kObjectNameNotFound;
  std::erase_if(found->second,
                [&](const std::wstring& right) { return all || std::ranges::find(rights, right) != rights.end(); });
  if (found->second.empty()) granted.erase(found);
  return kSuccess;
}

// One piece of memory: the list, and behind it the names.
NTSTATUS NTAPI HookLsaEnumerateAccountRights(LSA_HANDLE, PSID account, PLSA_UNICODE_STRING* names, PULONG count) {
  if (!EnterHook("LsaEnumerateAccountRights")) return InjectedStatus();
  const std::vector<std::wstring> rights = GrantedRights(SidToString(account));
  if (rights.empty()) return kObjectNameNotFound;
  size_t size = rights.size() * sizeof(LSA_UNICODE_STRING);
  for (const std::wstring& right : rights) size += right.size() * sizeof(wchar_t);
  auto* list = static_cast<LSA_UNICODE_STRING*>(HeapAlloc(GetProcessHeap(), 0, size));
  auto* text = reinterpret_cast<wchar_t*>(list + rights.size());
  for (size_t index = 0; index < rights.size(); ++index) {
    const auto length = static_cast<USHORT>(rights[index].size() * sizeof(wchar_t));
    std::memcpy(text, rights[index].data(), length);
    list[index] = {length, length, text};
    text += rights[index].size();
  }
  *names = list;
  *count = static_cast<ULONG>(rights.size());
  return kSuccess;
}

NTSTATUS NTAPI HookLsaFreeMemory(PVOID memory) {
  if (!EnterHook("LsaFreeMemory")) return InjectedStatus();
  HeapFree(GetProcessHeap(), 0, memory);
  return kSuccess;
}

}  // namespace asuser::wine
