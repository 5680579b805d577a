// GetTokenInformation: Wine gives every token the same logon session and the same, high integrity level.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/token_query.h"
#include "lsa-shim/token_summary.h"

namespace asuser::wine {
namespace {

constexpr wchar_t kSystem[] = L"S-1-5-18";
constexpr DWORD kSystemSession = 0x3e7;

struct ServiceSession {
  std::wstring_view user;
  DWORD session;
};

// LocalSystem, LocalService, NetworkService: each has one session from boot on.
constexpr ServiceSession kServiceSessions[] = {{kSystem, kSystemSession}, {L"S-1-5-19", 0x3e5}, {L"S-1-5-20", 0x3e4}};

const ServiceSession* FindServiceSession(const std::wstring& user) {
  const auto* found = std::ranges::find(kServiceSessions, user, &ServiceSession::user);
  return found == std::end(kServiceSessions) ? nullptr : found;
}

// The shim makes a session's logon SID from the session's LUID (logon_session.cc), so the token of any process tells
// it.
LUID SessionOf(HANDLE token, const std::wstring& user) {
  if (const ServiceSession* service = FindServiceSession(user)) return {service->session, 0};
  const std::wstring logon_sid = TokenLogonSidText(token);
  const UniqueSid sid = SidFromString(logon_sid);
  if (!sid) return {};
  return {*GetSidSubAuthority(sid.get(), 2), static_cast<LONG>(*GetSidSubAuthority(sid.get(), 1))};
}

bool IsAdministrator(const Account& account) {
  return std::ranges::find(account.groups, L"S-1-5-32-544") != account.groups.end();
}

// Wine starts its own processes as an elevated administrator, so that everybody unknown is high too.
DWORD IntegrityLevelOf(const std::wstring& user) {
  if (FindServiceSession(user)) return SECURITY_MANDATORY_SYSTEM_RID;
  const std::optional<Account> account = FindBySid(user);
  if (!account || IsAdministrator(*account)) return SECURITY_MANDATORY_HIGH_RID;
  return SECURITY_MANDATORY_MEDIUM_RID;
}

void CorrectSession(HANDLE token, void* information) {
  const std::wstring user = TokenUserSid(token);
  if (FindServiceSession(user) || FindBySid(user)) {
    static_cast<TOKEN_STATISTICS*>(information)->AuthenticationId = SessionOf(token, user);
  }
}

void CorrectIntegrityLevel(HANDLE token, void* information) {
  const PSID label = static_cast<TOKEN_MANDATORY_LABEL*>(information)->Label.Sid;
  *GetSidSubAuthority(label, 0) = IntegrityLevelOf(TokenUserSid(token));
}

void CorrectElevation(HANDLE token, void* information) {
  const std::optional<Account> account = FindByToken(token);
  if (account) static_cast<TOKEN_ELEVATION*>(information)->TokenIsElevated = IsAdministrator(*account);
}

// Wine knows no elevation types of tokens that it did not make itself, and answers with none of the three.
void CorrectElevationType(void* information) {
  auto& type = *static_cast<TOKEN_ELEVATION_TYPE*>(information);
  if (type == 0) type = TokenElevationTypeDefault;
}

// Without a logon SID Wine answers with an empty list.
BOOL RequireLogonSid(const void* information) {
  if (static_cast<const TOKEN_GROUPS*>(information)->GroupCount > 0) return TRUE;
  SetLastError(ERROR_NOT_FOUND);
  return FALSE;
}

// Wine does not know it: the session of the caller, LocalSystem's in the lane, for a logon that keeps credentials.
BOOL AnswerOrigin(HANDLE token, void* information, DWORD size, DWORD* needed) {
  const std::wstring user = TokenUserSid(token);
  if (user.empty()) return FALSE;
  *needed = sizeof(TOKEN_ORIGIN);
  if (size < sizeof(TOKEN_ORIGIN)) {
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return FALSE;
  }
  const bool keeps_credentials = FindBySid(user) && !TokenHasGroup(token, L"S-1-5-2");
  static_cast<TOKEN_ORIGIN*>(information)->OriginatingLogonSession = {keeps_credentials ? kSystemSession : 0, 0};
  return TRUE;
}

BOOL ReadToken(HANDLE token, TOKEN_INFORMATION_CLASS information_class, void* information, DWORD size, DWORD* needed) {
  if (information_class == TokenOrigin) return AnswerOrigin(token, information, size, needed);
  if (IsTokenSummary(information_class)) {
    return AnswerTokenSummary(token, information_class, ReadToken, information, size, needed);
  }
  if (!GetTokenInformation(token, information_class, information, size, needed)) return FALSE;
  switch (information_class) {
    case TokenStatistics:
      CorrectSession(token, information);
      break;
    case TokenIntegrityLevel:
      CorrectIntegrityLevel(token, information);
      break;
    case TokenElevation:
      CorrectElevation(token, information);
      break;
    case TokenElevationType:
      CorrectElevationType(information);
      break;
    case TokenLogonSid:
      return RequireLogonSid(information);
    default:
      break;
  }
  return TRUE;
}

}  // namespace

BOOL WINAPI HookGetTokenInformation(HANDLE token, TOKEN_INFORMATION_CLASS information_class, LPVOID information,
                                    DWORD size, PDWORD needed) {
  return EnterHook("GetTokenInformation") && ReadToken(token, information_class, information, size, needed);
}

}  // namespace asuser::wine
