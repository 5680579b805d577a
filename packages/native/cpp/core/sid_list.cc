#include "core/sid_list.h"

#include <utility>

#include "core/security.h"

namespace asuser::native {

SidList SidList::OfSids(const Argument& array, DWORD attributes, const char* syscall) {
  SidList list;
  for (const Argument& element : array.Elements()) list.Add(SidOf(element, syscall), attributes);
  return list;
}

void SidList::Add(Buffer sid, DWORD attributes) {
  // The bytes stay where they are when the vector of buffers grows.
  sids_.push_back(std::move(sid));
  entries_.push_back({sids_.back().data(), attributes});
}

}  // namespace asuser::native
