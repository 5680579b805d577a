#pragma once

#include <windows.h>

#include <bcrypt.h>

#include <array>
#include <cstddef>

#include "core/win32_error.h"

namespace asuser::native {

// From the generator that Windows uses itself.
template <size_t Size>
std::array<std::byte, Size> RandomBytes() {
  std::array<std::byte, Size> bytes;
  const NTSTATUS status =
      ::BCryptGenRandom(nullptr, reinterpret_cast<PUCHAR>(bytes.data()), Size, BCRYPT_USE_SYSTEM_PREFERRED_RNG);
  if (status != 0) throw Win32Error(ERROR_GEN_FAILURE, "BCryptGenRandom");
  return bytes;
}

}  // namespace asuser::native
