// Privileges of the process that are on for as long as anyone in it asks for them, on whatever thread.
#pragma once

#include <napi.h>
#include <windows.h>

#include <vector>

#include "core/unique_handle.h"

namespace asuser::native {

// Takes the token of the process, which a thread that acts for a client could not open. Done when the addon is loaded.
void OpenProcessPrivileges();

// While one of these lives, its privileges are enabled in the primary token. The last one puts back what they were.
class EnabledPrivileges {
 public:
  // All of them or, with a Win32Error, none.
  EnabledPrivileges(const std::vector<LUID>& privileges, const char* syscall);
  EnabledPrivileges(const EnabledPrivileges&) = delete;
  EnabledPrivileges& operator=(const EnabledPrivileges&) = delete;
  ~EnabledPrivileges();

 private:
  void ReleaseAll();

  std::vector<LUID> privileges_;
};

struct EnabledPrivilegesTraits {
  using Value = EnabledPrivileges*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value privileges) { delete privileges; }
};
using UniqueEnabledPrivileges = UniqueHandle<EnabledPrivilegesTraits>;

// A `Handle`: takes the privileges.
Napi::Object NewHandle(Napi::Env env, UniqueEnabledPrivileges privileges);

}  // namespace asuser::native
