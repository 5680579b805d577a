// Profiles of the shim's accounts: Wine knows only that of the Unix user.
#include "lsa-shim/profile.h"

#include <userenv.h>
#include <winternl.h>

#include <cwchar>

#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"

extern "C" {
NTSYSAPI NTSTATUS NTAPI RtlSetEnvironmentVariable(PWSTR* environment, PUNICODE_STRING name, PUNICODE_STRING value);
}

namespace asuser::wine {
namespace {

std::wstring ProfilesFolder() {
  DWORD size = MAX_PATH;
  wchar_t folder[MAX_PATH] = L"";
  GetProfilesDirectoryW(folder, &size);
  return folder;
}

std::wstring ProfileFolder(const Account& account) { return ProfilesFolder() + L"\\" + account.name; }

// In the block that CreateEnvironmentBlock made, so that DestroyEnvironmentBlock can free it.
bool SetVariable(void** environment, std::wstring name, std::wstring value) {
  UNICODE_STRING name_string;
  UNICODE_STRING value_string;
  RtlInitUnicodeString(&name_string, name.c_str());
  RtlInitUnicodeString(&value_string, value.c_str());
  return RtlSetEnvironmentVariable(reinterpret_cast<PWSTR*>(environment), &name_string, &value_string) == 0;
}

bool SetUserVariables(void** environment, const Account& account) {
  const std::wstring profile = ProfileFolder(account);
  const std::wstring local = profile + L"\\AppData\\Local";
  return SetVariable(environment, L"USERNAME", account.name) && SetVariable(environment, L"USERDOMAIN", DomainName()) &&
         SetVariable(environment, L"USERPROFILE", profile) &&
         SetVariable(environment, L"HOMEDRIVE", profile.substr(0, 2)) &&
         SetVariable(environment, L"HOMEPATH", profile.substr(2)) &&
         SetVariable(environment, L"APPDATA", profile + L"\\AppData\\Roaming") &&
         SetVariable(environment, L"LOCALAPPDATA", local) && SetVariable(environment, L"TEMP", local + L"\\Temp") &&
         SetVariable(environment, L"TMP", local + L"\\Temp");
}

}  // namespace

bool CreateProfile(const Account& account) {
  const std::wstring profile = ProfileFolder(account);
  for (const wchar_t* folder :
       {L"", L"\\AppData", L"\\AppData\\Roaming", L"\\AppData\\Local", L"\\AppData\\Local\\Temp"}) {
    if (!CreateDirectoryW((profile + folder).c_str(), nullptr) && GetLastError() != ERROR_ALREADY_EXISTS) return false;
  }
  return true;
}

BOOL WINAPI HookCreateEnvironmentBlock(LPVOID* environment, HANDLE token, BOOL inherit) {
  if (!EnterHook("CreateEnvironmentBlock")) return FALSE;
  if (!CreateEnvironmentBlock(environment, token, inherit)) return FALSE;
  const std::optional<Account> account = token == nullptr ? std::nullopt : FindByToken(token);
  if (!account || SetUserVariables(environment, *account)) return TRUE;
  DestroyEnvironmentBlock(*environment);
  *environment = nullptr;
  SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  return FALSE;
}

BOOL WINAPI HookGetUserProfileDirectoryW(HANDLE token, LPWSTR folder, LPDWORD size) {
  if (!EnterHook("GetUserProfileDirectoryW")) return FALSE;
  const std::optional<Account> account = token == nullptr || size == nullptr ? std::nullopt : FindByToken(token);
  if (!account) return GetUserProfileDirectoryW(token, folder, size);

  const std::wstring profile = ProfileFolder(*account);
  const DWORD needed = static_cast<DWORD>(profile.size()) + 1;
  const bool fits = folder != nullptr && *size >= needed;
  *size = needed;
  if (!fits) {
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return FALSE;
  }
  std::wcscpy(folder, profile.c_str());
  return TRUE;
}

}  // namespace asuser::wine
