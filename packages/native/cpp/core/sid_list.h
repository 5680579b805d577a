// A list of SIDs as Windows takes it: SID_AND_ATTRIBUTES, with the memory that it points into.
#pragma once

#include <windows.h>

#include <vector>

#include "core/argument.h"
#include "core/buffer_query.h"

namespace asuser::native {

class SidList {
 public:
  static SidList None() { return SidList(); }
  // An array of SIDs in binary form, all with the same attributes.
  static SidList OfSids(const Argument& array, DWORD attributes, const char* syscall);
  // An array of `{ sid, attributes }`.
  static SidList OfGroups(const Argument& array, const char* syscall);

  DWORD count() const { return static_cast<DWORD>(entries_.size()); }
  // Null when it is empty.
  SID_AND_ATTRIBUTES* data() { return entries_.empty() ? nullptr : entries_.data(); }

  // The same as TOKEN_GROUPS, which points into this list.
  Buffer ToTokenGroups() const;

 private:
  SidList() = default;
  void Add(Buffer sid, DWORD attributes);

  std::vector<Buffer> sids_;
  std::vector<SID_AND_ATTRIBUTES> entries_;
};

}  // namespace asuser::native
