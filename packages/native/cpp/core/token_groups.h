#pragma once

#include <windows.h>

#include <vector>

#include "core/argument.h"
#include "core/buffer_query.h"

namespace asuser::native {

// TOKEN_GROUPS with the SIDs that it points to.
class TokenGroups {
 public:
  struct Group {
    Buffer sid;
    DWORD attributes;
  };

  explicit TokenGroups(std::vector<Group> groups);
  TokenGroups(TokenGroups&&) noexcept = default;
  TokenGroups& operator=(TokenGroups&&) = delete;

  TOKEN_GROUPS* get() { return reinterpret_cast<TOKEN_GROUPS*>(memory_.data()); }

 private:
  std::vector<Group> groups_;
  Buffer memory_;
};

// From an array of `SidAndAttributes`. ERROR_INVALID_SID of the Win32 function for what is no SID.
TokenGroups TokenGroupsOf(const Argument& array, const char* syscall);

}  // namespace asuser::native
