// The accounts that the shim's LSA knows: those of one domain.
#pragma once

#include <windows.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mint_token.h"

namespace asuser::wine {

struct Account {
  std::wstring name;
  std::wstring sid;
  std::wstring password;
  DWORD logon_error = ERROR_SUCCESS;  // What the right password gets: disabled, locked out, expired...
  std::vector<DWORD> logon_types;     // LOGON32_LOGON_*, what the account's rights allow.
  std::vector<std::wstring> groups;   // SIDs beyond those that everybody has.
  std::vector<TokenPrivilege> privileges;
  bool has_logon_sid = true;
};

struct Domain {
  std::wstring name;
  std::wstring sid;
  std::vector<Account> accounts;
  std::wstring service_password;  // Of the service that this computer is in Kerberos.
};

// Replaces the domain. The functions below answer from a copy, so a look-up on another thread is never torn.
void SetDomain(Domain domain);

std::wstring DomainName();
std::wstring DomainUsersSid();
std::wstring ServicePassword();

// The domain part as LogonUser takes it: null, empty, ".", or the domain's name. `user` may be user@domain without one.
std::optional<Account> FindForLogon(const wchar_t* user, const wchar_t* domain);

// "name", "DOMAIN\name", ".\name" or "name@domain".
std::optional<Account> FindByName(std::wstring_view name);

std::optional<Account> FindBySid(std::wstring_view sid);

// The account whose token it is.
std::optional<Account> FindByToken(HANDLE token);

}  // namespace asuser::wine
