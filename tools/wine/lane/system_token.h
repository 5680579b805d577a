#pragma once

#include "core/owned.h"

namespace asuser::wine {

// A primary token of LocalSystem. Null, with the last error set, on failure.
UniqueHandle SystemToken();

}  // namespace asuser::wine
