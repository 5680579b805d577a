#include <windows.h>

#include <dde.h>

#include "bindings/bindings.h"
#include "bindings/impersonated_callback.h"
#include "core/call.h"
#include "core/impersonation_scope.h"

namespace asuser::native {
namespace {

HWND WindowOf(const Argument& argument) { return reinterpret_cast<HWND>(static_cast<uintptr_t>(argument.Uint64())); }

Napi::Value impersonateDdeClientWindow(const Call& call) {
  const Argument options = call(0, "options");
  const HWND client = WindowOf(options.Property("client"));
  const HWND server = WindowOf(options.Property("server"));
  const Napi::Function callback = call(1, "callback").Callback();
  const ImpersonationScope scope([&] {
    ::SetLastError(ERROR_SUCCESS);
    if (::ImpersonateDdeClientWindow(client, server)) return;
    // Not every system says why; that nobody is impersonated is never to be taken for success.
    const DWORD code = ::GetLastError();
    throw Win32Error(code == ERROR_SUCCESS ? ERROR_CANNOT_IMPERSONATE : code, call.syscall());
  });
  return RunImpersonated(call, scope, callback);
}

}  // namespace

void DefineDde(Napi::Object exports) {
  DefineMethod<impersonateDdeClientWindow>(exports, "impersonateDdeClientWindow", "ImpersonateDdeClientWindow");
}

}  // namespace asuser::native
