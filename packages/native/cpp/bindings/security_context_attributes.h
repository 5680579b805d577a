#pragma once

#include <napi.h>
#include <windows.h>

#include <security.h>

#include "core/argument.h"

namespace asuser::native {

// What SSPI says of a context, in the form that the contract gives it.
Napi::Value ReadContextAttribute(Napi::Env env, SecHandle* context, const Argument& attribute, const char* syscall);

}  // namespace asuser::native
