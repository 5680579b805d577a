#include "bindings/file_information.h"

#include <string_view>

#include "bindings/file_contents.h"
#include "core/utf16.h"
#include "core/values.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

struct FindTraits {
  using Value = HANDLE;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value find) { ::FindClose(find); }
};
using UniqueFind = UniqueHandle<FindTraits>;

// Also opens directories, and asks for no more than to look.
UniqueKernelHandle OpenToLook(const std::wstring& path, DWORD flags) {
  return OpenFile({path, FILE_READ_ATTRIBUTES, kShareAll, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | flags});
}

DWORD ReparseTagOf(HANDLE file, DWORD attributes, const std::wstring& path) {
  if (!(attributes & FILE_ATTRIBUTE_REPARSE_POINT)) return 0;
  FILE_ATTRIBUTE_TAG_INFO tag = {};
  Check(::GetFileInformationByHandleEx(file, FileAttributeTagInfo, &tag, sizeof(tag)), "GetFileInformationByHandleEx",
        [&] { return ErrorContext{{"path", path}}; });
  return tag.ReparseTag;
}

ULONGLONG Join(DWORD high, DWORD low) { return static_cast<ULONGLONG>(high) << 32 | low; }

Napi::BigInt ToBigInt(Napi::Env env, const FILETIME& time) {
  return Napi::BigInt::New(env, static_cast<uint64_t>(Join(time.dwHighDateTime, time.dwLowDateTime)));
}

bool IsDots(std::wstring_view name) { return name == L"." || name == L".."; }

FoundFile FoundFileOf(const WIN32_FIND_DATAW& data) {
  const bool is_reparse_point = (data.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
  return {data.cFileName, data.dwFileAttributes, is_reparse_point ? data.dwReserved0 : 0,
          Join(data.nFileSizeHigh, data.nFileSizeLow)};
}

}  // namespace

FileInformation QueryFileInformation(const std::wstring& path, bool follow_links) {
  const UniqueKernelHandle file = OpenToLook(path, follow_links ? 0 : FILE_FLAG_OPEN_REPARSE_POINT);
  const auto context = [&] { return ErrorContext{{"path", path}}; };
  FileInformation information = {};
  FILE_BASIC_INFO basic = {};
  Check(::GetFileInformationByHandle(file.get(), &information.by_handle), "GetFileInformationByHandle", context);
  Check(::GetFileInformationByHandleEx(file.get(), FileBasicInfo, &basic, sizeof(basic)),
        "GetFileInformationByHandleEx", context);
  information.change_time = basic.ChangeTime;
  information.reparse_tag = ReparseTagOf(file.get(), information.by_handle.dwFileAttributes, path);
  return information;
}

std::vector<FoundFile> FindFiles(const std::wstring& directory) {
  const bool ends_with_separator = !directory.empty() && (directory.back() == L'\\' || directory.back() == L'/');
  const std::wstring pattern = directory + (ends_with_separator ? L"*" : L"\\*");
  const auto context = [&] { return ErrorContext{{"path", directory}}; };
  std::vector<FoundFile> files;
  WIN32_FIND_DATAW data = {};
  const HANDLE handle = ::FindFirstFileExW(pattern.c_str(), FindExInfoBasic, &data, FindExSearchNameMatch, nullptr,
                                           FIND_FIRST_EX_LARGE_FETCH);
  if (handle == INVALID_HANDLE_VALUE) {
    // Not even dots: the root of an empty volume.
    Check(::GetLastError() == ERROR_FILE_NOT_FOUND, "FindFirstFileExW", context);
    return files;
  }
  const UniqueFind find(handle);
  do {
    if (!IsDots(data.cFileName)) files.push_back(FoundFileOf(data));
  } while (::FindNextFileW(find.get(), &data));
  Check(::GetLastError() == ERROR_NO_MORE_FILES, "FindNextFileW", context);
  return files;
}

std::wstring QueryFinalPathName(const std::wstring& path) {
  const UniqueKernelHandle file = OpenToLook(path, 0);
  std::wstring name(MAX_PATH, L'\0');
  for (;;) {
    const DWORD length = ::GetFinalPathNameByHandleW(file.get(), name.data(), static_cast<DWORD>(name.size()),
                                                     FILE_NAME_NORMALIZED | VOLUME_NAME_DOS);
    Check(length != 0, "GetFinalPathNameByHandleW", [&] { return ErrorContext{{"path", path}}; });
    const bool fits = length < name.size();
    name.resize(length);
    if (fits) return name;
  }
}

Napi::Value ToObject(Napi::Env env, const FileInformation& information) {
  const BY_HANDLE_FILE_INFORMATION& by_handle = information.by_handle;
  Napi::Object object = Napi::Object::New(env);
  object.Set("attributes", Napi::Number::New(env, by_handle.dwFileAttributes));
  object.Set("reparseTag", Napi::Number::New(env, information.reparse_tag));
  object.Set("size", Napi::BigInt::New(env, static_cast<uint64_t>(Join(by_handle.nFileSizeHigh, by_handle.nFileSizeLow))));
  object.Set("creationTime", ToBigInt(env, by_handle.ftCreationTime));
  object.Set("lastAccessTime", ToBigInt(env, by_handle.ftLastAccessTime));
  object.Set("lastWriteTime", ToBigInt(env, by_handle.ftLastWriteTime));
  object.Set("changeTime", ToBigInt(env, information.change_time));
  object.Set("volumeSerialNumber", Napi::Number::New(env, by_handle.dwVolumeSerialNumber));
  object.Set("fileId", Napi::BigInt::New(env, static_cast<uint64_t>(Join(by_handle.nFileIndexHigh, by_handle.nFileIndexLow))));
  object.Set("numberOfLinks", Napi::Number::New(env, by_handle.nNumberOfLinks));
  return object;
}

Napi::Value ToArray(Napi::Env env, const std::vector<FoundFile>& files) {
  Napi::Array array = Napi::Array::New(env, files.size());
  for (uint32_t index = 0; index < files.size(); ++index) {
    const FoundFile& file = files[index];
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", FromWide(env, file.name));
    object.Set("attributes", Napi::Number::New(env, file.attributes));
    object.Set("reparseTag", Napi::Number::New(env, file.reparse_tag));
    object.Set("size", Napi::BigInt::New(env, static_cast<uint64_t>(file.size)));
    array.Set(index, object);
  }
  return array;
}

}  // namespace asuser::native
