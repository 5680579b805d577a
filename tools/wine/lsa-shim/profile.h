#pragma once

#include "lsa-shim/accounts.h"

namespace asuser::wine {

// The folders that Windows makes when a user first logs on. False, with the last error set, on failure.
bool CreateProfile(const Account& account);

}  // namespace asuser::wine
