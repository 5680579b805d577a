// The frame of every function of the addon: its arguments, checked one by one, and its errors.
#pragma once

#include <napi.h>

#include "core/addon_state.h"
#include "core/argument.h"
#include "core/win32_error.h"

namespace asuser::native {

class Call {
 public:
  explicit Call(const Napi::CallbackInfo& info) : info_(info) {}

  const Napi::CallbackInfo& info() const { return info_; }
  Napi::Env env() const { return info_.Env(); }
  AddonState& state() const { return *AddonState::Of(info_.Env()); }
  // The Win32 function behind it.
  const char* syscall() const { return static_cast<const char*>(info_.Data()); }

  Argument operator()(size_t index, const char* name) const { return Argument(info_[index], name, syscall()); }

  Napi::Error InvalidReceiver(const char* expected) const;

 private:
  const Napi::CallbackInfo& info_;
};

using Function = Napi::Value (*)(const Call& call);

// What Node calls. A failed Win32 call becomes the Win32Error of TypeScript; `EnterAsync` is for a function that gives
// a promise, which rejects where others throw. No templates: the frame, with all its handlers, is there once.
napi_value Enter(napi_env env, napi_callback_info info, Function function);
napi_value EnterAsync(napi_env env, napi_callback_info info, Function function);

// `syscall` is a literal: the name of the Win32 function.
void DefineEntry(const Napi::Object& object, const char* name, const char* syscall, napi_callback entry);

template <Function function>
void DefineMethod(const Napi::Object& object, const char* name, const char* syscall) {
  DefineEntry(object, name, syscall, [](napi_env env, napi_callback_info info) { return Enter(env, info, function); });
}

template <Function function>
void DefineAsyncMethod(const Napi::Object& object, const char* name, const char* syscall) {
  DefineEntry(object, name, syscall,
              [](napi_env env, napi_callback_info info) { return EnterAsync(env, info, function); });
}

}  // namespace asuser::native
