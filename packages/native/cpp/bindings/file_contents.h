#pragma once

#include <napi.h>
#include <windows.h>

#include <cstddef>
#include <string>
#include <vector>

#include "core/unique_handle.h"

namespace asuser::native {

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

// How a file is opened.
struct FileOpening {
  std::wstring path;
  DWORD desired_access;
  DWORD share_mode;
  DWORD creation_disposition;
  DWORD flags_and_attributes;
};

// These throw Win32Error with the path.
UniqueKernelHandle OpenFile(const FileOpening& opening);

using FileContents = std::vector<std::byte>;

FileContents ReadFileContents(const std::wstring& path);
void WriteFileContents(const FileOpening& opening, const FileContents& contents);

Napi::Value ToUint8Array(Napi::Env env, FileContents contents);

}  // namespace asuser::native
