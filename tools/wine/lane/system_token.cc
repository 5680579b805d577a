#include "lane/system_token.h"

#include "core/mint_token.h"

namespace asuser::wine {
namespace {

constexpr wchar_t kSystem[] = L"S-1-5-18";
constexpr wchar_t kAdministrators[] = L"S-1-5-32-544";

// Privileges and their states as Windows gives them to services:
// https://learn.microsoft.com/windows/win32/services/localsystem-account
std::vector<TokenPrivilege> SystemPrivileges() {
  return {
      {2, kPrivilegeDisabled},   // SeCreateToken
      {3, kPrivilegeDisabled},   // SeAssignPrimaryToken
      {4, kPrivilegeEnabled},    // SeLockMemory
      {5, kPrivilegeDisabled},   // SeIncreaseQuota
      {7, kPrivilegeEnabled},    // SeTcb
      {8, kPrivilegeDisabled},   // SeSecurity
      {9, kPrivilegeDisabled},   // SeTakeOwnership
      {10, kPrivilegeDisabled},  // SeLoadDriver
      {12, kPrivilegeDisabled},  // SeSystemtime
      {13, kPrivilegeEnabled},   // SeProfileSingleProcess
      {14, kPrivilegeEnabled},   // SeIncreaseBasePriority
      {15, kPrivilegeEnabled},   // SeCreatePagefile
      {16, kPrivilegeEnabled},   // SeCreatePermanent
      {17, kPrivilegeDisabled},  // SeBackup
      {18, kPrivilegeDisabled},  // SeRestore
      {19, kPrivilegeDisabled},  // SeShutdown
      {20, kPrivilegeEnabled},   // SeDebug
      {21, kPrivilegeEnabled},   // SeAudit
      {22, kPrivilegeDisabled},  // SeSystemEnvironment
      {23, kPrivilegeEnabled},   // SeChangeNotify
      {25, kPrivilegeDisabled},  // SeUndock
      {28, kPrivilegeDisabled},  // SeManageVolume
      {29, kPrivilegeEnabled},   // SeImpersonate
      {30, kPrivilegeEnabled},   // SeCreateGlobal
  };
}

}  // namespace

UniqueHandle SystemToken() {
  UniqueHandle token;
  const NTSTATUS status = MintToken(
      {
          .user = kSystem,
          .groups = {{kAdministrators, SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED | SE_GROUP_OWNER},
                     {L"S-1-1-0", kUsualGroup},
                     {L"S-1-5-11", kUsualGroup}},
          // On Windows it is SYSTEM. In Wine it is also the owner of new objects, and that is Administrators on
          // Windows.
          .primary_group = kAdministrators,
          .privileges = SystemPrivileges(),
          .default_dacl = L"D:(A;;GA;;;SY)(A;;GRGXRC;;;BA)",
          .authentication_id = {0x3e7, 0},
      },
      token);
  if (status != 0) SetLastError(RtlNtStatusToDosError(status));
  return token;
}

}  // namespace asuser::wine
