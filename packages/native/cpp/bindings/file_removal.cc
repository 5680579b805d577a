#include "bindings/file_removal.h"

#include "core/unique_handle.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

// Of Windows 10 1809; the headers hide them from programs that also run on earlier ones.
constexpr auto kFileDispositionInfoEx = static_cast<FILE_INFO_BY_HANDLE_CLASS>(21);
constexpr ULONG kDelete = 0x1;
constexpr ULONG kPosixSemantics = 0x2;
constexpr ULONG kIgnoreReadOnlyAttribute = 0x10;

constexpr const char* kSetInformation = "SetFileInformationByHandle";

// The file or link itself; empty where it cannot be opened for that.
UniqueKernelHandle OpenToRemove(const std::wstring& path, DWORD access) {
  return FromFileHandle(::CreateFileW(path.c_str(), DELETE | FILE_READ_ATTRIBUTES | access,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                                      FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
}

// 0 where there are none to see.
DWORD AttributesOf(HANDLE file) {
  FILE_BASIC_INFO information = {};
  const bool known = ::GetFileInformationByHandleEx(file, FileBasicInfo, &information, sizeof(information));
  return known ? information.FileAttributes : 0;
}

bool SetAttributes(HANDLE file, DWORD attributes) {
  FILE_BASIC_INFO information = {};  // Times of 0 stay as they are.
  information.FileAttributes = attributes;
  return ::SetFileInformationByHandle(file, FileBasicInfo, &information, sizeof(information));
}

// Whether this Windows and this file system know how; throws where they do and will not.
bool RemoveAsItIs(HANDLE file, const ErrorContext& context) {
  ULONG flags = kDelete | kPosixSemantics | kIgnoreReadOnlyAttribute;
  if (::SetFileInformationByHandle(file, kFileDispositionInfoEx, &flags, sizeof(flags))) return true;
  const DWORD code = ::GetLastError();
  const bool unknown = code == ERROR_INVALID_PARAMETER || code == ERROR_INVALID_FUNCTION ||
                       code == ERROR_NOT_SUPPORTED || code == ERROR_CALL_NOT_IMPLEMENTED;
  if (!unknown) throw Win32Error(code, kSetInformation, context);
  return false;
}

// It is writable for a moment.
void RemoveMadeWritable(const std::wstring& path, DWORD attributes, const ErrorContext& context) {
  const UniqueKernelHandle file = OpenToRemove(path, FILE_WRITE_ATTRIBUTES);
  Check(static_cast<bool>(file), "CreateFileW", [&] { return context; });
  const DWORD writable = attributes & ~static_cast<DWORD>(FILE_ATTRIBUTE_READONLY);
  Check(SetAttributes(file.get(), writable == 0 ? FILE_ATTRIBUTE_NORMAL : writable), kSetInformation, [&] {
    return context;
  });
  FILE_DISPOSITION_INFO disposition = {TRUE};
  if (::SetFileInformationByHandle(file.get(), FileDispositionInfo, &disposition, sizeof(disposition))) return;
  const DWORD code = ::GetLastError();
  SetAttributes(file.get(), attributes);
  throw Win32Error(code, kSetInformation, context);
}

}  // namespace

bool RemoveReadOnly(const std::wstring& path, FileKind kind) {
  UniqueKernelHandle file = OpenToRemove(path, 0);
  if (!file) return false;
  const DWORD attributes = AttributesOf(file.get());
  const bool is_directory = (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  if (!(attributes & FILE_ATTRIBUTE_READONLY) || is_directory != (kind == FileKind::kDirectory)) return false;
  const ErrorContext context = {{"path", path}};
  if (RemoveAsItIs(file.get(), context)) return true;
  file.reset();
  RemoveMadeWritable(path, attributes, context);
  return true;
}

}  // namespace asuser::native
