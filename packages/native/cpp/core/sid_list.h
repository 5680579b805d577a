// A list of SIDs as Windows takes it: SID_AND_ATTRIBUTES, with the memory that it points into.
#pragma once

#include <windows.h>

#include <vector>

#include "core/argument.h"
#include "core/buffer_query.h"

namespace asuser::native {

class SidList {
 public:
  // An array of SIDs in binary form, all with the same attributes.
  static SidList OfSids(const Argument& array, DWORD attributes, const char* syscall);

  DWORD count() const { return static_cast<DWORD>(entries_.size()); }
  // Null when it is empty.
  SID_AND_ATTRIBUTES* data() { return entries_.empty() ? nullptr : entries_.data(); }

 private:
  SidList() = default;
  void Add(Buffer sid, DWORD attributes);

  std::vector<Buffer> sids_;
  std::vector<SID_AND_ATTRIBUTES> entries_;
};

}  // namespace asuser::native
