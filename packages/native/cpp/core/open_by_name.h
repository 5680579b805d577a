// Kernel objects that Windows opens by their name, one function for each type and all of the same shape.
#pragma once

#include <napi.h>
#include <windows.h>

#include "core/call.h"
#include "core/handle.h"

namespace asuser::native {

using OpenFunction = HANDLE(WINAPI*)(DWORD desired_access, BOOL inherit, LPCWSTR name);

// The function of the contract with the arguments `name` and `desiredAccess`.
Napi::Value OpenByName(const Call& call, HandleKind kind, OpenFunction open);

}  // namespace asuser::native
