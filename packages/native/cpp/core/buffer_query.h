// Win32 functions that are asked twice: how large is the answer, and for the answer.
#pragma once

#include <windows.h>

#include <cstddef>
#include <vector>

#include "core/win32_error.h"

namespace asuser::native {

using Buffer = std::vector<std::byte>;

// Calls `query(memory, size, &needed)` until the answer fits: it may have grown between two calls.
template <typename Query>
Buffer QueryBuffer(const char* syscall, Query query) {
  Buffer buffer(256);
  for (;;) {
    DWORD needed = 0;
    if (query(buffer.data(), static_cast<DWORD>(buffer.size()), &needed)) {
      buffer.resize(needed < buffer.size() ? needed : buffer.size());
      return buffer;
    }
    const DWORD code = ::GetLastError();
    const bool too_small = code == ERROR_INSUFFICIENT_BUFFER || code == ERROR_BAD_LENGTH || code == ERROR_MORE_DATA;
    if (!too_small || needed <= buffer.size()) throw Win32Error(code, syscall);
    buffer.resize(needed);
  }
}

}  // namespace asuser::native
