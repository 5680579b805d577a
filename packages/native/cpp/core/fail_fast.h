#pragma once

namespace asuser::native {

// Ends the process at once, after a line on standard error: to go on under the wrong identity is worse than a crash.
[[noreturn]] void FailFast(const char* what);

}  // namespace asuser::native
