#pragma once

#include <windows.h>

#include "core/buffer_query.h"

namespace asuser::native {

// The security of an object that the user of this process alone may use; its DACL is protected.
class UserOnlySecurity {
 public:
  // Throws Win32Error; ERROR_ACCESS_DENIED while the thread impersonates a client who may not read our token.
  UserOnlySecurity();
  UserOnlySecurity(const UserOnlySecurity&) = delete;
  UserOnlySecurity& operator=(const UserOnlySecurity&) = delete;

  SECURITY_ATTRIBUTES* attributes() { return &attributes_; }

 private:
  Buffer user_;
  Buffer dacl_;
  SECURITY_DESCRIPTOR descriptor_;
  SECURITY_ATTRIBUTES attributes_;
};

}  // namespace asuser::native
