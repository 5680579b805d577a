// What functions of the local security authority answer with.
#pragma once

#include <windows.h>

#include <winternl.h>

namespace asuser::wine {

inline constexpr NTSTATUS kSuccess = 0;
inline constexpr NTSTATUS kInvalidParameterStatus = static_cast<NTSTATUS>(0xC000000D);
inline constexpr NTSTATUS kObjectNameNotFound = static_cast<NTSTATUS>(0xC0000034);
inline constexpr NTSTATUS kPortConnectionRefused = static_cast<NTSTATUS>(0xC0000041);
inline constexpr NTSTATUS kNoSuchPrivilege = static_cast<NTSTATUS>(0xC0000060);
inline constexpr NTSTATUS kLogonFailure = static_cast<NTSTATUS>(0xC000006D);
inline constexpr NTSTATUS kAccountRestriction = static_cast<NTSTATUS>(0xC000006E);
inline constexpr NTSTATUS kAccountDisabled = static_cast<NTSTATUS>(0xC0000072);
inline constexpr NTSTATUS kNoSuchPackage = static_cast<NTSTATUS>(0xC00000FE);
inline constexpr NTSTATUS kInvalidLogonType = static_cast<NTSTATUS>(0xC000010B);
inline constexpr NTSTATUS kLogonTypeNotGranted = static_cast<NTSTATUS>(0xC000015B);
inline constexpr NTSTATUS kAccountExpired = static_cast<NTSTATUS>(0xC0000193);
inline constexpr NTSTATUS kAccountLockedOut = static_cast<NTSTATUS>(0xC0000234);

// For a hook that is to fail: what the test injected is a status.
inline NTSTATUS InjectedStatus() { return static_cast<NTSTATUS>(GetLastError()); }

}  // namespace asuser::wine
