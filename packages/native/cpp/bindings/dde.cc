#include <windows.h>

#include <dde.h>
#include <ddeml.h>

#include "bindings/bindings.h"
#include "bindings/impersonated_callback.h"
#include "core/call.h"
#include "core/impersonation_scope.h"

namespace asuser::native {
namespace {

template <typename Handle>
Handle HandleOf(const Argument& argument) {
  return reinterpret_cast<Handle>(static_cast<uintptr_t>(argument.Uint64()));
}

// `impersonate` is a function of DDE, which answers as those of Windows do.
template <typename Impersonate>
Napi::Value RunAsClient(const Call& call, const Napi::Function& callback, Impersonate impersonate) {
  const ImpersonationScope scope([&] {
    ::SetLastError(ERROR_SUCCESS);
    if (impersonate()) return;
    // Not every system says why; that nobody is impersonated is never to be taken for success.
    const DWORD code = ::GetLastError();
    throw Win32Error(code == ERROR_SUCCESS ? ERROR_CANNOT_IMPERSONATE : code, call.syscall());
  });
  return RunImpersonated(call, scope, callback);
}

Napi::Value impersonateDdeClientWindow(const Call& call) {
  const Argument options = call(0, "options");
  const HWND client = HandleOf<HWND>(options.Property("client"));
  const HWND server = HandleOf<HWND>(options.Property("server"));
  return RunAsClient(call, call(1, "callback").Callback(),
                     [&] { return ::ImpersonateDdeClientWindow(client, server); });
}

Napi::Value ddeImpersonateClient(const Call& call) {
  const HCONV conversation = HandleOf<HCONV>(call(0, "conversation"));
  return RunAsClient(call, call(1, "callback").Callback(), [&] { return ::DdeImpersonateClient(conversation); });
}

}  // namespace

void DefineDde(Napi::Object exports) {
  DefineMethod<impersonateDdeClientWindow>(exports, "impersonateDdeClientWindow", "ImpersonateDdeClientWindow");
  DefineMethod<ddeImpersonateClient>(exports, "ddeImpersonateClient", "DdeImpersonateClient");
}

}  // namespace asuser::native
