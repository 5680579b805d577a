#pragma once

#include <windows.h>

#include <array>
#include <string>

#include "core/owned.h"

namespace asuser::wine {

// Starts a process on the three standard handles and nothing else of ours. `token` is null for our own identity.
// Null, with the last error set, when it cannot start.
UniqueHandle StartChild(HANDLE token, std::wstring command_line, std::array<HANDLE, 3> standard_handles);

}  // namespace asuser::wine
