// Keys of the registry, and the two that are the roots of all others here.
#pragma once

#include <windows.h>

#include "core/argument.h"
#include "core/unique_handle.h"
#include "core/win32_error.h"

namespace asuser::native {

struct RegistryKeyTraits {
  using Value = HKEY;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value key) { ::RegCloseKey(key); }
};
using UniqueKey = UniqueHandle<RegistryKeyTraits>;

struct RegistryRoot {
  const wchar_t* name;
  // For the functions of the registry, and only with a path below it: see `OpenRoot`.
  HKEY predefined;
  // Where the kernel has it.
  const wchar_t* native_path;
};

// The property `root` of options.
const RegistryRoot& RegistryRootOf(const Argument& argument);

// The root itself, as whoever the thread is. `RegOpenKeyEx` would give the predefined handle back: that of the process,
// whoever opened it, and no access would be asked for. Throws Win32Error.
UniqueKey OpenRoot(const RegistryRoot& root, REGSAM access, const ErrorContext& context);

}  // namespace asuser::native
