#pragma once

#include <napi.h>

#include "core/call.h"

namespace asuser::native {

// Calls back inside of an ImpersonationScope: the callback learns as what it runs, and process.exit() in it is the
// server's.
Napi::Value RunImpersonated(const Call& call, const Napi::Function& callback);

}  // namespace asuser::native
