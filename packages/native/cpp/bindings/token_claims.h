#pragma once

#include <napi.h>
#include <windows.h>

#include "core/buffer_query.h"

namespace asuser::native {

// CLAIM_SECURITY_ATTRIBUTES_INFORMATION as an array of `ClaimAttribute`.
Napi::Value ReadClaims(Napi::Env env, const Buffer& information);

}  // namespace asuser::native
