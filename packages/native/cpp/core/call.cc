#include "core/call.h"

#include <string>

namespace asuser::native {
namespace {

// Whatever the function fails with goes to `fail`. Unwinding is slow, so a Win32Error is not thrown again as another
// one.
template <typename Fail>
napi_value Run(napi_env env, napi_callback_info raw, Function function, Fail fail) {
  return Napi::details::WrapCallback(env, [&]() -> napi_value {
    try {
      return function(Call(Napi::CallbackInfo(env, raw)));
    } catch (const Win32Error& error) {
      return fail(AddonState::Of(env)->CreateError(error));
    } catch (const Napi::Error& error) {
      return fail(error);
    }
  });
}

}  // namespace

Napi::Error Call::InvalidReceiver(const char* expected) const {
  Napi::TypeError error = Napi::TypeError::New(env(), std::string("The receiver must be ") + expected);
  error.Set("code", Napi::String::New(env(), "ERR_INVALID_THIS"));
  return error;
}

napi_value Enter(napi_env env, napi_callback_info info, Function function) {
  return Run(env, info, function, [](const Napi::Error& error) -> napi_value {
    error.ThrowAsJavaScriptException();
    return nullptr;
  });
}

napi_value EnterAsync(napi_env env, napi_callback_info info, Function function) {
  return Run(env, info, function, [env](const Napi::Error& error) -> napi_value {
    const auto deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(error.Value());
    return deferred.Promise();
  });
}

void DefineEntry(const Napi::Object& object, const char* name, const char* syscall, napi_callback entry) {
  const Napi::Env env = object.Env();
  napi_value method = nullptr;
  NAPI_THROW_IF_FAILED_VOID(
      env, napi_create_function(env, name, NAPI_AUTO_LENGTH, entry, const_cast<char*>(syscall), &method));
  object.DefineProperty(Napi::PropertyDescriptor::Value(name, Napi::Value(env, method), napi_default_method));
}

}  // namespace asuser::native
