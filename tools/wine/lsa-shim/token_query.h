// Questions that several hooks ask about a token. They bypass the hooks.
#pragma once

#include <windows.h>

#include <string>
#include <vector>

#include "core/owned.h"

namespace asuser::wine {

// Empty, with the last error set, when the token does not tell.
std::vector<BYTE> QueryToken(HANDLE token, TOKEN_INFORMATION_CLASS information_class);

std::wstring TokenUserSid(HANDLE token);

bool TokenHasGroup(HANDLE token, const std::wstring& sid);

// Empty when the token has none.
std::wstring TokenLogonSidText(HANDLE token);

bool TokenHasPrivilege(HANDLE token, DWORD luid);

inline constexpr DWORD kTcbPrivilege = 7;

// Of the process, whoever the thread impersonates.
bool ProcessHasEnabledPrivilege(DWORD luid);

// The token that the thread impersonates. Null when it impersonates nobody.
UniqueHandle CurrentThreadToken();

// A thread token for the time of a scope; the one before comes back. Ends the process if it cannot.
class ImpersonationScope {
 public:
  explicit ImpersonationScope(HANDLE token);
  ~ImpersonationScope();
  ImpersonationScope(const ImpersonationScope&) = delete;
  ImpersonationScope& operator=(const ImpersonationScope&) = delete;

  bool entered() const { return entered_; }

 private:
  UniqueHandle previous_;
  bool entered_;
};

}  // namespace asuser::wine
