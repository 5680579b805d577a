#pragma once

#include <napi.h>

#include "core/call.h"
#include "core/impersonation_scope.h"

namespace asuser::native {

// Calls back inside of a scope: the callback learns at which level it runs, and process.exit() in it is the server's.
Napi::Value RunImpersonated(const Call& call, const ImpersonationScope& scope, const Napi::Function& callback);

}  // namespace asuser::native
