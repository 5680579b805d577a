#pragma once

#include <napi.h>
#include <windows.h>

#include "core/argument.h"

namespace asuser::native {

// Reads the information class that the argument names.
Napi::Value ReadTokenInformation(Napi::Env env, HANDLE token, const Argument& information_class, const char* syscall);

}  // namespace asuser::native
