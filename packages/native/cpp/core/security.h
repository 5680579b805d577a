// SIDs and security descriptors as bytes: checked before Windows follows the offsets in them.
#pragma once

#include <napi.h>
#include <windows.h>

#include <cstddef>
#include <string>
#include <vector>

#include "core/argument.h"
#include "core/buffer_query.h"

namespace asuser::native {

// A whole SID, or ERROR_INVALID_SID of the Win32 function.
Buffer SidOf(const Argument& argument, const char* syscall);
// A whole ACL with whole ACEs, or ERROR_INVALID_ACL of the Win32 function.
Buffer AclOf(const Argument& argument, const char* syscall);
// A whole self-relative security descriptor, or ERROR_INVALID_SECURITY_DESCR of the Win32 function.
Buffer DescriptorOf(const Argument& argument, const char* syscall);

// `S-1-5-18`, for an error to name.
std::wstring TextOfSid(const Buffer& sid);

// SECURITY_ATTRIBUTES with a descriptor of its own. Without one, null: the default of the caller's token.
class SecurityAttributes {
 public:
  SecurityAttributes(const Argument& descriptor_or_null, const char* syscall);
  SECURITY_ATTRIBUTES* get() { return descriptor_.empty() ? nullptr : &attributes_; }

 private:
  Buffer descriptor_;
  SECURITY_ATTRIBUTES attributes_;
};

}  // namespace asuser::native
