#pragma once

#include <string>
#include <vector>

namespace asuser::wine {

// What LsaAddAccountRights gave to a SID, in this process.
std::vector<std::wstring> GrantedRights(const std::wstring& sid);

}  // namespace asuser::wine
