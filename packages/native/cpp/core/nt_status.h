// Functions of the local security authority answer with an NTSTATUS.
#pragma once

#include <windows.h>

#include <ntsecapi.h>

#include "core/win32_error.h"

namespace asuser::native {

// Throws what the status means as a system error unless the call succeeded.
inline void CheckStatus(NTSTATUS status, const char* syscall, const ErrorContext& context = {}) {
  if (status >= 0) return;
  throw Win32Error(::LsaNtStatusToWinError(status), syscall, context);
}

}  // namespace asuser::native
