#include "core/password.h"

#include <span>

namespace asuser::native {

Secret PasswordOf(const Argument& argument) {
  if (!argument.IsBytes()) argument.ThrowInvalidSecret("a Uint8Array");
  const std::span<const std::byte> bytes = argument.BorrowBytes();
  if (bytes.size() % sizeof(wchar_t) != 0) argument.ThrowInvalidValue("UTF-16LE, a whole number of units");
  for (size_t index = 0; index < bytes.size(); index += sizeof(wchar_t)) {
    if (bytes[index] == std::byte{0} && bytes[index + 1] == std::byte{0}) {
      argument.ThrowInvalidValue("UTF-16LE without NUL characters");
    }
  }
  return Secret(bytes);
}

}  // namespace asuser::native
