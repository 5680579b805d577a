// The end of a promise, in a callback that Node calls without a frame of node-addon-api: nothing may be thrown there.
#pragma once

#include <napi.h>

#include "core/addon_state.h"
#include "core/win32_error.h"

namespace asuser::native {

// Resolves with what `make_result` gives, or rejects with what it throws: Napi::Error, Win32Error.
// In an environment that is going, to create or settle anything may fail: then the outcome goes with this call.
template <typename MakeResult>
void SettlePromise(Napi::Env env, napi_deferred deferred, MakeResult make_result) {
  try {
    try {
      napi_resolve_deferred(env, deferred, make_result());
    } catch (const Win32Error& error) {
      throw AddonState::Of(env)->CreateError(error);
    }
  } catch (const Napi::Error& error) {
    napi_reject_deferred(env, deferred, error.Value());
  }
}

}  // namespace asuser::native
