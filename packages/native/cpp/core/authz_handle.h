// What AuthZ gives out: no kernel handles, but closed like them.
#pragma once

#include <napi.h>
#include <windows.h>

#include <authz.h>

#include "core/unique_handle.h"

namespace asuser::native {

struct AuthzResourceManagerTraits {
  using Value = AUTHZ_RESOURCE_MANAGER_HANDLE;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value manager) { ::AuthzFreeResourceManager(manager); }
};
using UniqueAuthzResourceManager = UniqueHandle<AuthzResourceManagerTraits>;

struct AuthzClientTraits {
  using Value = AUTHZ_CLIENT_CONTEXT_HANDLE;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value client) { ::AuthzFreeContext(client); }
};
using UniqueAuthzClient = UniqueHandle<AuthzClientTraits>;

// A client context with the resource manager that it needs; the client goes first.
struct AuthzContext {
  UniqueAuthzResourceManager manager;
  UniqueAuthzClient client;
};

struct AuthzContextTraits {
  using Value = AuthzContext*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value context) { delete context; }
};
using UniqueAuthzContext = UniqueHandle<AuthzContextTraits>;

struct SecurityEventSourceTraits {
  using Value = AUTHZ_SECURITY_EVENT_PROVIDER_HANDLE;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value source) { ::AuthzUnregisterSecurityEventSource(0, &source); }
};
using UniqueSecurityEventSource = UniqueHandle<SecurityEventSourceTraits>;

// A `Handle`: takes the context or the source.
Napi::Object NewHandle(Napi::Env env, UniqueAuthzContext context);
Napi::Object NewHandle(Napi::Env env, UniqueSecurityEventSource source);

}  // namespace asuser::native
