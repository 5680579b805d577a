// Win32 functions that are asked twice: how large is the answer, and for the answer.
#pragma once

#include <windows.h>

#include <cstddef>
#include <vector>

#include "core/win32_error.h"

namespace asuser::native {

using Buffer = std::vector<std::byte>;

// After a call that failed: throws, unless it was for want of memory.
inline void CheckTooSmall(DWORD size, DWORD needed, const char* syscall) {
  const DWORD code = ::GetLastError();
  const bool too_small = code == ERROR_INSUFFICIENT_BUFFER || code == ERROR_BAD_LENGTH || code == ERROR_MORE_DATA;
  if (!too_small || needed <= size) throw Win32Error(code, syscall);
}

// Calls `query(memory, size, &needed)` until the answer fits: it may have grown between two calls. With room for most
// answers at once, since a second call costs more than the memory.
template <typename Query>
Buffer QueryBuffer(const char* syscall, Query query) {
  Buffer buffer(4096);
  for (;;) {
    const auto size = static_cast<DWORD>(buffer.size());
    DWORD needed = 0;
    if (query(buffer.data(), size, &needed)) {
      buffer.resize(needed < size ? needed : size);
      return buffer;
    }
    CheckTooSmall(size, needed, syscall);
    buffer.resize(needed);
  }
}

}  // namespace asuser::native
