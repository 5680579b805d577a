#pragma once

#include <windows.h>

#include <string>

#include "core/unique_handle.h"
#include "core/win32_error.h"

namespace asuser::native {

enum class FileKind { kFile, kDirectory };

// The file, directory or link itself; empty where it cannot be opened for that.
UniqueKernelHandle OpenToRemove(const std::wstring& path);

// Removes what was opened so, which is a link or empty, read-only or not. Throws Win32Error; it is as before then.
void RemoveOpened(HANDLE file, const ErrorContext& context);

// Removes a file, an empty directory or a link of that kind that Windows keeps because it is read-only. False if there
// is none. Throws Win32Error where there is one and it cannot be removed; it is read-only then, as before.
bool RemoveReadOnly(const std::wstring& path, FileKind kind);

}  // namespace asuser::native
