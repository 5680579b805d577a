// Owners of credentials and security contexts. SSPI's handles are two words wide: each lives in memory of its own, so
// that one pointer stands for it where others are a HANDLE.
#pragma once

#include <windows.h>

#include <security.h>

#include "core/unique_handle.h"

namespace asuser::native {

struct CredentialsTraits {
  using Value = SecHandle*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value credentials) {
    ::FreeCredentialsHandle(credentials);
    delete credentials;
  }
};
using UniqueCredentials = UniqueHandle<CredentialsTraits>;

struct SecurityContextTraits {
  using Value = SecHandle*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value context) {
    ::DeleteSecurityContext(context);
    delete context;
  }
};
using UniqueSecurityContext = UniqueHandle<SecurityContextTraits>;

struct ContextBufferTraits {
  using Value = void*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value memory) { ::FreeContextBuffer(memory); }
};
using UniqueContextBuffer = UniqueHandle<ContextBufferTraits>;

}  // namespace asuser::native
