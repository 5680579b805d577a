#include "bindings/bindings.h"
#include "core/call.h"
#include "core/impersonation_scope.h"

namespace asuser::native {
namespace {

Napi::Value impersonateLoggedOnUser(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  const Napi::Function callback = call(1, "callback").Callback();
  const ImpersonationScope scope(*token);
  return callback.Call({});
}

Napi::Value impersonateNamedPipeClient(const Call& call) {
  const SharedHandle pipe = call(0, "pipe").Handle({HandleKind::kPipe});
  const Napi::Function callback = call(1, "callback").Callback();
  const ImpersonationScope scope(*pipe);
  return callback.Call({});
}

}  // namespace

void DefineImpersonation(Napi::Object exports) {
  DefineMethod<impersonateLoggedOnUser>(exports, "impersonateLoggedOnUser", "ImpersonateLoggedOnUser");
  DefineMethod<impersonateNamedPipeClient>(exports, "impersonateNamedPipeClient", "ImpersonateNamedPipeClient");
}

}  // namespace asuser::native
