#include "core/sid_list.h"

#include <algorithm>
#include <utility>

#include "core/security.h"

namespace asuser::native {

SidList SidList::OfSids(const Argument& array, DWORD attributes, const char* syscall) {
  SidList list;
  for (const Argument& element : array.Elements()) list.Add(SidOf(element, syscall), attributes);
  return list;
}

SidList SidList::OfGroups(const Argument& array, const char* syscall) {
  SidList list;
  for (const Argument& element : array.Elements()) {
    Buffer sid = SidOf(element.Property("sid"), syscall);
    list.Add(std::move(sid), element.Property("attributes").Mask());
  }
  return list;
}

Buffer SidList::ToTokenGroups() const {
  Buffer buffer(offsetof(TOKEN_GROUPS, Groups) + entries_.size() * sizeof(SID_AND_ATTRIBUTES));
  auto* groups = reinterpret_cast<TOKEN_GROUPS*>(buffer.data());
  groups->GroupCount = count();
  std::copy(entries_.begin(), entries_.end(), groups->Groups);
  return buffer;
}

void SidList::Add(Buffer sid, DWORD attributes) {
  // The bytes stay where they are when the vector of buffers grows.
  sids_.push_back(std::move(sid));
  entries_.push_back({sids_.back().data(), attributes});
}

}  // namespace asuser::native
