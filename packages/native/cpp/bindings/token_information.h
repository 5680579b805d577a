#pragma once

#include <napi.h>
#include <windows.h>

#include "core/argument.h"

namespace asuser::native {

// Reads the information class that the argument names.
Napi::Value ReadTokenInformation(Napi::Env env, HANDLE token, const Argument& information_class, const char* syscall);

// `{ sid, attributes }` of each.
Napi::Value GroupsToArray(Napi::Env env, const SID_AND_ATTRIBUTES* groups, DWORD count);

}  // namespace asuser::native
