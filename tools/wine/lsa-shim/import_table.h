#pragma once

#include <windows.h>

#include "lsa-shim/hooks.h"

namespace asuser::wine {

// Makes the module call `hook.replacement` wherever it imports `hook.function`. Only static imports are found. The
// number of places; 0 when it does not import the function.
int ReplaceImport(HMODULE module, const Hook& hook);

}  // namespace asuser::wine
