// The parts of an object, as access checks by type take them.
#pragma once

#include <windows.h>

#include <vector>

#include "core/argument.h"

namespace asuser::native {

class ObjectTypeList {
 public:
  // An array of `{ level, guid }`; RPC_S_INVALID_STRING_UUID of the Win32 function for what is no GUID.
  ObjectTypeList(const Argument& array, const char* syscall);
  ObjectTypeList(const ObjectTypeList&) = delete;
  ObjectTypeList& operator=(const ObjectTypeList&) = delete;

  OBJECT_TYPE_LIST* data() { return entries_.empty() ? nullptr : entries_.data(); }
  DWORD size() const { return static_cast<DWORD>(entries_.size()); }

 private:
  std::vector<GUID> guids_;
  std::vector<OBJECT_TYPE_LIST> entries_;
};

// `bf967aba-0de6-11d0-a285-00aa003049e2`, or RPC_S_INVALID_STRING_UUID of the Win32 function.
GUID GuidOf(const Argument& text, const char* syscall);

}  // namespace asuser::native
