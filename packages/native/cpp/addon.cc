#include <napi.h>
#include <windows.h>

#include "bindings/bindings.h"
#include "core/addon_state.h"
#include "core/call.h"
#include "core/enabled_privileges.h"

namespace asuser::native {
namespace {

// HKEY_CURRENT_USER is that of the thread from here on, and not for the whole process that of whoever asked for it first:
// what Windows itself reads in the name of a client is the client's. The roots that are the same for all may stay open.
void TellRegistryOfClients() {
  const LSTATUS status = ::RegDisablePredefinedCache();
  if (status != ERROR_SUCCESS) throw Win32Error(static_cast<DWORD>(status), "RegDisablePredefinedCache");
}

Napi::Value initialize(const Call& call) {
  call.state().Initialize(call.info()[0].As<Napi::Object>());
  TellRegistryOfClients();
  return call.state().handles().prototype();
}

Napi::Object Load(Napi::Env env, Napi::Object exports) {
  AddonState::Create(env);
  OpenProcessPrivileges();
  DefineMethod<initialize>(exports, "initialize", "");
  DefineHandle(exports);
  DefineLogon(exports);
  DefineS4U(exports);
  DefineToken(exports);
  DefineTokenAdjustment(exports);
  DefineRestrictedToken(exports);
  DefineImpersonation(exports);
  DefineDde(exports);
  DefinePrivilege(exports);
  DefineAccount(exports);
  DefineAccountRight(exports);
  DefineObjectSecurity(exports);
  DefineAccess(exports);
  DefineAudit(exports);
  DefineAuthz(exports);
  DefineProcess(exports);
  DefineJob(exports);
  DefineDesktop(exports);
  DefineProfile(exports);
  DefineSession(exports);
  DefinePipe(exports);
  DefineNetwork(exports);
  DefineNamedPipe(exports);
  DefineSspi(exports);
  DefineMutex(exports);
  DefineKernelObject(exports);
  DefineFile(exports);
  DefineRegistry(exports);
  return exports;
}

}  // namespace
}  // namespace asuser::native

static Napi::Object Init(Napi::Env env, Napi::Object exports) { return asuser::native::Load(env, exports); }

NODE_API_MODULE(asuser_native, Init)
