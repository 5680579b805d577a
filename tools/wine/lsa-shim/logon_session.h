#pragma once

#include <windows.h>

#include <vector>

#include "core/mint_token.h"
#include "core/owned.h"
#include "lsa-shim/accounts.h"

namespace asuser::wine {

// Whether the account may log on in this way: LOGON32_LOGON_*.
bool MayLogOn(const Account& account, DWORD logon_type);

// The token of a new logon session. Null, with the last error set, when it cannot be made.
UniqueHandle CreateLogonSession(const Account& account, DWORD logon_type, const std::vector<TokenGroup>& added_groups);

// The session of LocalService or NetworkService, or the account of a service of Windows. Null for any other name.
UniqueHandle CreateServiceSession(const wchar_t* user, const wchar_t* domain, DWORD logon_type, DWORD provider,
                                  const std::vector<TokenGroup>& added_groups);

}  // namespace asuser::wine
