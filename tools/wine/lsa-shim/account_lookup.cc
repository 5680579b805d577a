// LookupAccountSidW and LookupAccountNameW: the shim's accounts first, then what Wine knows.
#include <cwchar>

#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"

namespace asuser::wine {
namespace {

// Sizes are in characters: without the NUL when the text fits, with it when it does not.
bool FitsText(const std::wstring& text, DWORD* size) {
  const DWORD length = static_cast<DWORD>(text.size());
  const bool fits = *size > length;
  *size = fits ? length : length + 1;
  return fits;
}

BOOL TooSmall() {
  SetLastError(ERROR_INSUFFICIENT_BUFFER);
  return FALSE;
}

}  // namespace

BOOL WINAPI HookLookupAccountSidW(LPCWSTR system, PSID sid, LPWSTR name, LPDWORD name_size, LPWSTR domain,
                                  LPDWORD domain_size, PSID_NAME_USE use) {
  if (!EnterHook("LookupAccountSidW")) return FALSE;
  const std::optional<Account> account = FindBySid(SidToString(sid));
  if (!account) return LookupAccountSidW(system, sid, name, name_size, domain, domain_size, use);

  const std::wstring domain_name = DomainName();
  const bool name_fits = FitsText(account->name, name_size);
  const bool domain_fits = FitsText(domain_name, domain_size);
  if (!name_fits || !domain_fits) return TooSmall();
  std::wcscpy(name, account->name.c_str());
  std::wcscpy(domain, domain_name.c_str());
  *use = SidTypeUser;
  return TRUE;
}

BOOL WINAPI HookLookupAccountNameW(LPCWSTR system, LPCWSTR name, PSID sid, LPDWORD sid_size, LPWSTR domain,
                                   LPDWORD domain_size, PSID_NAME_USE use) {
  if (!EnterHook("LookupAccountNameW")) return FALSE;
  const std::optional<Account> account = name == nullptr ? std::nullopt : FindByName(name);
  if (!account) return LookupAccountNameW(system, name, sid, sid_size, domain, domain_size, use);

  const UniqueSid found = SidFromString(account->sid);
  const std::wstring domain_name = DomainName();
  const bool sid_fits = *sid_size >= GetLengthSid(found.get());
  const bool domain_fits = FitsText(domain_name, domain_size);
  const DWORD sid_room = *sid_size;
  *sid_size = GetLengthSid(found.get());
  if (!sid_fits || !domain_fits) return TooSmall();
  if (!CopySid(sid_room, sid, found.get())) return FALSE;
  std::wcscpy(domain, domain_name.c_str());
  *use = SidTypeUser;
  return TRUE;
}

}  // namespace asuser::wine
