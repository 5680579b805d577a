#include <objbase.h>
#include <rpc.h>

#include "bindings/bindings.h"
#include "bindings/impersonated_callback.h"
#include "core/call.h"
#include "core/fail_fast.h"
#include "core/impersonation_scope.h"

namespace asuser::native {
namespace {

// How many callbacks this JavaScript thread is in.
thread_local int callbacks_running = 0;

}  // namespace

Napi::Value RunImpersonated(const Call& call, const ImpersonationScope& scope, const Napi::Function& callback) {
  struct Counted {
    Counted() { ++callbacks_running; }
    ~Counted() { --callbacks_running; }
  } const counted;
  return callback.Call({Napi::Number::New(call.env(), scope.Level())});
}

namespace {

// For process.exit() in a callback: it never returns there, and what listens to the exit is not the client's.
Napi::Value leaveImpersonation(const Call& call) {
  if (callbacks_running > 0 && !::RevertToSelf()) FailFast("RevertToSelf");
  return call.env().Undefined();
}

Napi::Value isImpersonating(const Call& call) { return Napi::Boolean::New(call.env(), callbacks_running > 0); }

Napi::Value impersonateLoggedOnUser(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  const Napi::Function callback = call(1, "callback").Callback();
  const ImpersonationScope scope(*token);
  return RunImpersonated(call, scope, callback);
}

Napi::Value impersonateSelf(const Call& call) {
  const auto level = static_cast<SECURITY_IMPERSONATION_LEVEL>(call(0, "level").Uint32());
  const Napi::Function callback = call(1, "callback").Callback();
  const auto set = [&] { Check(::ImpersonateSelf(level), call.syscall()); };
  const ImpersonationScope scope = ImpersonationScope::OfSetToken(set);
  return RunImpersonated(call, scope, callback);
}

Napi::Value impersonateAnonymousToken(const Call& call) {
  const Napi::Function callback = call(0, "callback").Callback();
  const ImpersonationScope scope(
      [&] { Check(::ImpersonateAnonymousToken(::GetCurrentThread()), call.syscall()); });
  return RunImpersonated(call, scope, callback);
}

Napi::Value setThreadToken(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  const Napi::Function callback = call(1, "callback").Callback();
  const auto set = [&] { Check(::SetThreadToken(nullptr, token->get()), call.syscall()); };
  const ImpersonationScope scope = ImpersonationScope::OfSetToken(set, token->get());
  return RunImpersonated(call, scope, callback);
}

bool CallRpcRevertToSelf() { return ::RpcRevertToSelf() == RPC_S_OK; }

Napi::Value rpcImpersonateClient(const Call& call) {
  const Napi::Function callback = call(0, "callback").Callback();
  const auto enter = [&] {
    const RPC_STATUS status = ::RpcImpersonateClient(nullptr);
    if (status != RPC_S_OK) throw Win32Error(static_cast<DWORD>(status), call.syscall());
  };
  const ImpersonationScope scope(enter, {CallRpcRevertToSelf, "RpcRevertToSelf"});
  return RunImpersonated(call, scope, callback);
}

bool CallCoRevertToSelf() { return SUCCEEDED(::CoRevertToSelf()); }

Napi::Value coImpersonateClient(const Call& call) {
  const Napi::Function callback = call(0, "callback").Callback();
  const auto enter = [&] {
    const HRESULT result = ::CoImpersonateClient();
    if (FAILED(result)) throw Win32Error(static_cast<DWORD>(result), call.syscall());
  };
  const ImpersonationScope scope(enter, {CallCoRevertToSelf, "CoRevertToSelf"});
  return RunImpersonated(call, scope, callback);
}

Napi::Value impersonateNamedPipeClient(const Call& call) {
  const SharedHandle pipe = call(0, "pipe").HandleForNow({HandleKind::kPipe});
  const Napi::Function callback = call(1, "callback").Callback();
  const ImpersonationScope scope(*pipe);
  return RunImpersonated(call, scope, callback);
}

}  // namespace

void DefineImpersonation(Napi::Object exports) {
  DefineMethod<impersonateLoggedOnUser>(exports, "impersonateLoggedOnUser", "ImpersonateLoggedOnUser");
  DefineMethod<impersonateSelf>(exports, "impersonateSelf", "ImpersonateSelf");
  DefineMethod<impersonateAnonymousToken>(exports, "impersonateAnonymousToken", "ImpersonateAnonymousToken");
  DefineMethod<setThreadToken>(exports, "setThreadToken", "SetThreadToken");
  DefineMethod<rpcImpersonateClient>(exports, "rpcImpersonateClient", "RpcImpersonateClient");
  DefineMethod<leaveImpersonation>(exports, "leaveImpersonation", "RevertToSelf");
  DefineMethod<isImpersonating>(exports, "isImpersonating", "");
  DefineMethod<coImpersonateClient>(exports, "coImpersonateClient", "CoImpersonateClient");
  DefineMethod<impersonateNamedPipeClient>(exports, "impersonateNamedPipeClient", "ImpersonateNamedPipeClient");
}

}  // namespace asuser::native
