#include "core/token_groups.h"

#include <cstddef>
#include <utility>

#include "core/security.h"

namespace asuser::native {

TokenGroups::TokenGroups(std::vector<Group> groups)
    : groups_(std::move(groups)),
      memory_(offsetof(TOKEN_GROUPS, Groups) + groups_.size() * sizeof(SID_AND_ATTRIBUTES)) {
  for (Group& group : groups_) get()->Groups[get()->GroupCount++] = {group.sid.data(), group.attributes};
}

TokenGroups TokenGroupsOf(const Argument& array, const char* syscall) {
  std::vector<TokenGroups::Group> groups;
  for (const Argument& element : array.Elements()) {
    groups.push_back({SidOf(element.Property("sid"), syscall), element.Property("attributes").Mask()});
  }
  return TokenGroups(std::move(groups));
}

}  // namespace asuser::native
