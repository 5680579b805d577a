#include "bindings/file_removal.h"

namespace asuser::native {
namespace {

// Of Windows 10 1809; the headers hide them from programs that also run on earlier ones.
constexpr auto kFileDispositionInfoEx = static_cast<FILE_INFO_BY_HANDLE_CLASS>(21);
constexpr ULONG kDelete = 0x1;
constexpr ULONG kPosixSemantics = 0x2;
constexpr ULONG kIgnoreReadOnlyAttribute = 0x10;

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

constexpr const char* kSetInformation = "SetFileInformationByHandle";

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

void SetDisposition(HANDLE file, const ErrorContext& context) {
  FILE_DISPOSITION_INFO disposition = {TRUE};
  Check(::SetFileInformationByHandle(file, FileDispositionInfo, &disposition, sizeof(disposition)), kSetInformation,
        [&] { return context; });
}

// It is writable for a moment. The same file is opened again, not what its name stands for by now.
void RemoveMadeWritable(HANDLE file, DWORD attributes, const ErrorContext& context) {
  const UniqueKernelHandle writable = FromFileHandle(
      ::ReOpenFile(file, FILE_WRITE_ATTRIBUTES, kShareAll, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT));
  Check(static_cast<bool>(writable), "ReOpenFile", [&] { return context; });
  const DWORD others = attributes & ~static_cast<DWORD>(FILE_ATTRIBUTE_READONLY);
  Check(SetAttributes(writable.get(), others == 0 ? FILE_ATTRIBUTE_NORMAL : others), kSetInformation, [&] {
    return context;
  });
  try {
    SetDisposition(file, context);
  } catch (const Win32Error&) {
    SetAttributes(writable.get(), attributes);
    throw;
  }
}

}  // namespace

UniqueKernelHandle OpenToRemove(const std::wstring& path) {
  return FromFileHandle(::CreateFileW(path.c_str(), DELETE | FILE_READ_ATTRIBUTES, kShareAll, nullptr, OPEN_EXISTING,
                                      FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT |
                                          SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS,
                                      nullptr));
}

void RemoveOpened(HANDLE file, const ErrorContext& context) {
  if (RemoveAsItIs(file, context)) return;
  const DWORD attributes = AttributesOf(file);
  if (attributes & FILE_ATTRIBUTE_READONLY) {
    RemoveMadeWritable(file, attributes, context);
  } else {
    SetDisposition(file, context);
  }
}

bool RemoveReadOnly(const std::wstring& path, FileKind kind) {
  const UniqueKernelHandle file = OpenToRemove(path);
  if (!file) return false;
  const DWORD attributes = AttributesOf(file.get());
  const bool is_directory = (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  if (!(attributes & FILE_ATTRIBUTE_READONLY) || is_directory != (kind == FileKind::kDirectory)) return false;
  RemoveOpened(file.get(), {{"path", path}});
  return true;
}

}  // namespace asuser::native
