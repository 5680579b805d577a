// Tokens of anybody, made with NtCreateToken. Wine asks for no privilege to do so.
#pragma once

#include <windows.h>

#include <winternl.h>

#include <string>
#include <vector>

#include "core/owned.h"

namespace asuser::wine {

struct TokenGroup {
  std::wstring sid;
  DWORD attributes;
};

inline constexpr DWORD kUsualGroup = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
inline constexpr DWORD kLogonGroup = kUsualGroup | SE_GROUP_LOGON_ID;

inline constexpr DWORD kPrivilegeEnabled = SE_PRIVILEGE_ENABLED_BY_DEFAULT | SE_PRIVILEGE_ENABLED;
inline constexpr DWORD kPrivilegeDisabled = 0;

struct TokenPrivilege {
  DWORD luid;  // The low part; the high part of every privilege is zero.
  DWORD attributes;
};

struct TokenDescription {
  std::wstring user;
  std::vector<TokenGroup> groups;
  std::wstring primary_group;  // Wine wants one of `groups`, and makes it the owner of what the token creates.
  std::vector<TokenPrivilege> privileges;
  std::wstring default_dacl;  // SDDL
  LUID authentication_id;
  TOKEN_TYPE type = TokenPrimary;
};

// The status is NtCreateToken's. An impersonation token has level SecurityImpersonation.
NTSTATUS MintToken(const TokenDescription& description, UniqueHandle& token);

}  // namespace asuser::wine
