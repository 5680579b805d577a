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

  Napi::Error InvalidReceiver(const char* expected) const {
    Napi::TypeError error = Napi::TypeError::New(env(), std::string("The receiver must be ") + expected);
    error.Set("code", Napi::String::New(env(), "ERR_INVALID_THIS"));
    return error;
  }

 private:
  const Napi::CallbackInfo& info_;
};

using Function = Napi::Value (*)(const Call& call);

// Runs a function of the addon; a failed Win32 call becomes the Win32Error of TypeScript.
template <Function function>
Napi::Value Enter(const Napi::CallbackInfo& info) {
  try {
    return function(Call(info));
  } catch (const Win32Error& error) {
    throw AddonState::Of(info.Env())->CreateError(error);
  }
}

// The same for a function that gives a promise: it rejects where others throw.
template <Function function>
Napi::Value EnterAsync(const Napi::CallbackInfo& info) {
  try {
    return Enter<function>(info);
  } catch (const Napi::Error& error) {
    const auto deferred = Napi::Promise::Deferred::New(info.Env());
    deferred.Reject(error.Value());
    return deferred.Promise();
  }
}

// `syscall` is a literal: the name of the Win32 function.
template <Napi::Value (*entry)(const Napi::CallbackInfo& info)>
void DefineEntry(Napi::Object object, const char* name, const char* syscall) {
  const Napi::Function method = Napi::Function::New<entry>(object.Env(), name, const_cast<char*>(syscall));
  object.DefineProperty(Napi::PropertyDescriptor::Value(name, method, napi_default_method));
}

template <Function function>
void DefineMethod(Napi::Object object, const char* name, const char* syscall) {
  DefineEntry<Enter<function>>(object, name, syscall);
}

template <Function function>
void DefineAsyncMethod(Napi::Object object, const char* name, const char* syscall) {
  DefineEntry<EnterAsync<function>>(object, name, syscall);
}

template <Function function>
void DefineGetter(Napi::Object object, const char* name) {
  object.DefineProperty(Napi::PropertyDescriptor::Accessor<Enter<function>>(name, napi_configurable));
}

}  // namespace asuser::native
