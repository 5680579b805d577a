// LsaLogonUser with S4U, and what belongs to it: Wine has stubs.
#include <windows.h>

#include <ntsecapi.h>

#include <cstring>
#include <string>
#include <string_view>

#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/logon_session.h"
#include "lsa-shim/statuses.h"
#include "lsa-shim/token_query.h"

namespace asuser::wine {
namespace {

constexpr ULONG kMsv10 = 0;
constexpr ULONG kKerberos = 2;

// Two connections, told apart by their addresses.
char trusted_connection;
char untrusted_connection;

bool IsConnection(HANDLE handle) { return handle == &trusted_connection || handle == &untrusted_connection; }

// LSA copies the one piece of memory, so that a string outside of it is nothing.
bool IsInside(const UNICODE_STRING& text, const void* memory, ULONG size) {
  const auto* first = static_cast<const char*>(memory);
  const auto* begin = reinterpret_cast<const char*>(text.Buffer);
  return text.Length == 0 || (begin >= first && begin + text.Length <= first + size);
}

std::wstring TextOf(const UNICODE_STRING& text) {
  return text.Length == 0 ? std::wstring() : std::wstring(text.Buffer, text.Length / sizeof(wchar_t));
}

std::optional<Account> FindClient(ULONG package, const std::wstring& user, const std::wstring& domain) {
  const bool is_principal_name = user.find(L'@') != user.npos;
  if (is_principal_name != (package == kKerberos)) return std::nullopt;
  return FindForLogon(user.c_str(), package == kKerberos ? nullptr : domain.c_str());
}

struct Refusal {
  NTSTATUS status;
  NTSTATUS restriction;
};

// An expired password keeps nobody from being logged on without one.
Refusal RefusalOf(const Account& account) {
  switch (account.logon_error) {
    case ERROR_ACCOUNT_DISABLED:
      return {kAccountRestriction, kAccountDisabled};
    case ERROR_ACCOUNT_LOCKED_OUT:
      return {kAccountLockedOut, kSuccess};
    case ERROR_ACCOUNT_EXPIRED:
      return {kAccountExpired, kSuccess};
    default:
      return {MayLogOn(account, LOGON32_LOGON_NETWORK) ? kSuccess : kLogonTypeNotGranted, kSuccess};
  }
}

UniqueHandle AtIdentificationLevel(UniqueHandle token) {
  HANDLE lowered = nullptr;
  DuplicateTokenEx(token.get(), TOKEN_ALL_ACCESS, nullptr, SecurityIdentification, TokenImpersonation, &lowered);
  return UniqueHandle(lowered);
}

}  // namespace

NTSTATUS NTAPI HookLsaRegisterLogonProcess(PLSA_STRING name, PHANDLE connection, PLSA_OPERATIONAL_MODE) {
  if (!EnterHook("LsaRegisterLogonProcess")) return InjectedStatus();
  if (name == nullptr || name->Length == 0) return kInvalidParameterStatus;
  if (!ProcessHasEnabledPrivilege(kTcbPrivilege)) return kPortConnectionRefused;
  *connection = &trusted_connection;
  return kSuccess;
}

NTSTATUS NTAPI HookLsaConnectUntrusted(PHANDLE connection) {
  if (!EnterHook("LsaConnectUntrusted")) return InjectedStatus();
  *connection = &untrusted_connection;
  return kSuccess;
}

NTSTATUS NTAPI HookLsaDeregisterLogonProcess(HANDLE connection) {
  if (!EnterHook("LsaDeregisterLogonProcess")) return InjectedStatus();
  return IsConnection(connection) ? kSuccess : kInvalidParameterStatus;
}

NTSTATUS NTAPI HookLsaLookupAuthenticationPackage(HANDLE connection, PLSA_STRING name, PULONG package) {
  if (!EnterHook("LsaLookupAuthenticationPackage")) return InjectedStatus();
  if (!IsConnection(connection)) return kInvalidParameterStatus;
  const std::string_view text(name->Buffer, name->Length);
  if (text != MSV1_0_PACKAGE_NAME && text != "Kerberos") return kNoSuchPackage;
  *package = text == "Kerberos" ? kKerberos : kMsv10;
  return kSuccess;
}

NTSTATUS NTAPI HookLsaLogonUser(HANDLE connection, PLSA_STRING origin, SECURITY_LOGON_TYPE logon_type, ULONG package,
                                PVOID information, ULONG size, PTOKEN_GROUPS, PTOKEN_SOURCE, PVOID* profile,
                                PULONG profile_size, PLUID session, PHANDLE token, PQUOTA_LIMITS,
                                PNTSTATUS restriction) {
  if (!EnterHook("LsaLogonUser")) return InjectedStatus();
  const auto* logon = static_cast<const MSV1_0_S4U_LOGON*>(information);
  if (!IsConnection(connection) || origin->Length == 0 || size < sizeof(*logon) ||
      logon->MessageType != MsV1_0S4ULogon || !IsInside(logon->UserPrincipalName, information, size) ||
      !IsInside(logon->DomainName, information, size)) {
    return kInvalidParameterStatus;
  }
  if (logon_type != Network) return kInvalidLogonType;

  const std::optional<Account> account =
      FindClient(package, TextOf(logon->UserPrincipalName), TextOf(logon->DomainName));
  if (!account) return kLogonFailure;
  const Refusal refusal = RefusalOf(*account);
  *restriction = refusal.restriction;
  if (refusal.status != kSuccess) return refusal.status;

  UniqueHandle client = CreateLogonSession(*account, LOGON32_LOGON_NETWORK, {});
  if (connection == &untrusted_connection) client = AtIdentificationLevel(std::move(client));
  if (!client) return kInvalidParameterStatus;
  *token = client.release();
  *session = {};
  *profile_size = sizeof(MSV1_0_LM20_LOGON_PROFILE);
  *profile = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, *profile_size);
  return kSuccess;
}

NTSTATUS NTAPI HookLsaFreeReturnBuffer(PVOID buffer) {
  if (!EnterHook("LsaFreeReturnBuffer")) return InjectedStatus();
  HeapFree(GetProcessHeap(), 0, buffer);
  return kSuccess;
}

}  // namespace asuser::wine
