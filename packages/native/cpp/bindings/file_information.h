#pragma once

#include <napi.h>
#include <windows.h>

#include <string>
#include <vector>

namespace asuser::native {

struct FileInformation {
  BY_HANDLE_FILE_INFORMATION by_handle;
  LARGE_INTEGER change_time;
  DWORD reparse_tag;
};

struct FoundFile {
  std::wstring name;
  DWORD attributes;
  DWORD reparse_tag;
  ULONGLONG size;
};

// These throw Win32Error with the path.
FileInformation QueryFileInformation(const std::wstring& path, bool follow_links);
std::vector<FoundFile> FindFiles(const std::wstring& directory);
std::wstring QueryFinalPathName(const std::wstring& path);

Napi::Value ToObject(Napi::Env env, const FileInformation& information);
Napi::Value ToArray(Napi::Env env, const std::vector<FoundFile>& files);

}  // namespace asuser::native
