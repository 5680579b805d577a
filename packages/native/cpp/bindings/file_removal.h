#pragma once

#include <windows.h>

#include <string>

namespace asuser::native {

enum class FileKind { kFile, kDirectory };

// Removes a file, an empty directory or a link of that kind that Windows keeps because it is read-only. False if there
// is none. Throws Win32Error where there is one and it cannot be removed; it is read-only then, as before.
bool RemoveReadOnly(const std::wstring& path, FileKind kind);

}  // namespace asuser::native
