// Functions of ntdll.dll that are documented as without an import library.
#pragma once

#include <windows.h>

namespace asuser::native {

// Null where this Windows does not have it. `Function` is a pointer to a function.
template <typename Function>
Function FindInNtdll(const char* name) {
  const HMODULE library = ::GetModuleHandleW(L"ntdll.dll");
  const FARPROC address = library == nullptr ? nullptr : ::GetProcAddress(library, name);
  return reinterpret_cast<Function>(reinterpret_cast<void*>(address));
}

}  // namespace asuser::native
