// Remote Desktop Services: Wine knows one session, and gives the caller's own token for any.
#include <windows.h>

#include <wtsapi32.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <cwchar>
#include <string>
#include <vector>

#include "core/owned.h"
#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/logon_session.h"
#include "lsa-shim/token_query.h"

namespace asuser::wine {
namespace {

// As wtsapi32.h of the Windows SDK has it.
struct SessionInfo1 {
  DWORD environment_id;
  WTS_CONNECTSTATE_CLASS state;
  DWORD session_id;
  LPWSTR session_name;
  LPWSTR host_name;
  LPWSTR user_name;
  LPWSTR domain_name;
  LPWSTR farm_name;
};

struct Session {
  DWORD id;
  WTS_CONNECTSTATE_CLASS state;
  const wchar_t* name;
  const wchar_t* user;  // Null where nobody is logged on.
  USHORT protocol;
};

constexpr USHORT kConsoleProtocol = 0;
constexpr USHORT kRemoteDesktopProtocol = 2;
constexpr LONGLONG kMinute = 60LL * 10'000'000;

// The services', the console, where alice has not moved for five minutes, and the listener.
constexpr std::array<Session, 3> kSessions = {{
    {0, WTSDisconnected, L"Services", nullptr, kConsoleProtocol},
    {1, WTSActive, L"Console", L"alice", kConsoleProtocol},
    {65536, WTSListen, L"RDP-Tcp", nullptr, kRemoteDesktopProtocol},
}};

BOOL Fail(DWORD error) {
  SetLastError(error);
  return FALSE;
}

const Session* Find(DWORD id) {
  const auto* found = std::ranges::find_if(kSessions, [id](const Session& session) { return session.id == id; });
  return found == kSessions.end() ? nullptr : found;
}

// Copies text to `place` and moves that behind it.
LPWSTR Append(wchar_t*& place, const std::wstring& text) {
  const LPWSTR copy = place;
  std::wcscpy(copy, text.c_str());
  place += text.size() + 1;
  return copy;
}

LONGLONG Now() {
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  return static_cast<LONGLONG>(now.dwHighDateTime) << 32 | now.dwLowDateTime;
}

WTSINFOW InformationOf(const Session& session) {
  WTSINFOW information = {};
  information.State = session.state;
  information.SessionId = session.id;
  information.CurrentTime.QuadPart = Now();
  if (session.user == nullptr) return information;
  information.LogonTime.QuadPart = information.CurrentTime.QuadPart - 60 * kMinute;
  information.ConnectTime = information.LogonTime;
  information.LastInputTime.QuadPart = information.CurrentTime.QuadPart - 5 * kMinute;
  return information;
}

BOOL Answer(const void* answer, DWORD size, LPWSTR* memory, DWORD* returned) {
  *memory = static_cast<LPWSTR>(HeapAlloc(GetProcessHeap(), 0, size));
  std::memcpy(*memory, answer, size);
  *returned = size;
  return TRUE;
}

}  // namespace

// One piece of memory: the array, and behind it the names.
BOOL WINAPI HookWTSEnumerateSessionsExW(HANDLE, DWORD* level, DWORD, void** sessions, DWORD* count) {
  if (!EnterHook("WTSEnumerateSessionsExW")) return FALSE;
  if (*level != 1) return Fail(ERROR_INVALID_PARAMETER);
  constexpr size_t kLongestNames = 256;
  const size_t size = kSessions.size() * (sizeof(SessionInfo1) + kLongestNames * sizeof(wchar_t));
  auto* list = static_cast<SessionInfo1*>(HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size));
  auto* place = reinterpret_cast<wchar_t*>(list + kSessions.size());
  for (size_t index = 0; index < kSessions.size(); ++index) {
    const Session& session = kSessions[index];
    list[index] = {0, session.state, session.id, Append(place, session.name), nullptr, nullptr, nullptr, nullptr};
    if (session.user == nullptr) continue;
    list[index].user_name = Append(place, session.user);
    list[index].domain_name = Append(place, DomainName());
  }
  *sessions = list;
  *count = static_cast<DWORD>(kSessions.size());
  return TRUE;
}

BOOL WINAPI HookWTSFreeMemoryExW(int, void* memory, ULONG) {
  if (!EnterHook("WTSFreeMemoryExW")) return FALSE;
  return HeapFree(GetProcessHeap(), 0, memory);
}

void WINAPI HookWTSFreeMemory(void* memory) {
  if (EnterHook("WTSFreeMemory")) HeapFree(GetProcessHeap(), 0, memory);
}

BOOL WINAPI HookWTSQuerySessionInformationW(HANDLE, DWORD session_id, WTS_INFO_CLASS information_class, LPWSTR* memory,
                                            DWORD* returned) {
  if (!EnterHook("WTSQuerySessionInformationW")) return FALSE;
  const Session* session = Find(session_id);
  if (session == nullptr) return Fail(ERROR_FILE_NOT_FOUND);
  if (information_class == WTSClientProtocolType) {
    return Answer(&session->protocol, sizeof(session->protocol), memory, returned);
  }
  if (information_class != WTSSessionInfo) return Fail(ERROR_NOT_SUPPORTED);
  const WTSINFOW information = InformationOf(*session);
  return Answer(&information, sizeof(information), memory, returned);
}

BOOL WINAPI HookWTSQueryUserToken(ULONG session_id, PHANDLE token) {
  if (!EnterHook("WTSQueryUserToken")) return FALSE;
  if (!ProcessHasEnabledPrivilege(kTcbPrivilege)) return Fail(ERROR_PRIVILEGE_NOT_HELD);
  const Session* session = Find(session_id);
  if (session == nullptr) return Fail(ERROR_CTX_WINSTATION_NOT_FOUND);
  const std::optional<Account> account = session->user == nullptr ? std::nullopt : FindByName(session->user);
  if (!account) return Fail(ERROR_NO_TOKEN);
  *token = CreateLogonSession(*account, LOGON32_LOGON_INTERACTIVE, {}).release();
  return *token != nullptr;
}

}  // namespace asuser::wine
