#include "bindings/tree_removal.h"

#include <windows.h>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings/file_removal.h"
#include "core/buffer_query.h"
#include "core/unique_handle.h"
#include "core/win32_error.h"

// <winternl.h> has the attributes of objects.
#include <winternl.h>

namespace asuser::native {
namespace {

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr ULONG kOpenReparsePoint = 0x00200000;  // FILE_OPEN_REPARSE_POINT of the WDK.
constexpr ULONG kSynchronousIo = 0x00000020;     // FILE_SYNCHRONOUS_IO_NONALERT
constexpr ULONG kNameSurrogate = 0x20000000;     // IsReparseTagNameSurrogate: it stands for something elsewhere.

// What is to be removed. Its handle is of it itself, whatever its name stands for by now.
struct Entry {
  UniqueKernelHandle handle;
  std::wstring path;

  ErrorContext context() const { return {{"path", path}}; }

  bool HoldsOthers() const {
    FILE_ATTRIBUTE_TAG_INFO information = {};
    Check(::GetFileInformationByHandleEx(handle.get(), FileAttributeTagInfo, &information, sizeof(information)),
          "GetFileInformationByHandleEx", [&] { return context(); });
    if (!(information.FileAttributes & FILE_ATTRIBUTE_DIRECTORY)) return false;
    const bool is_reparse_point = (information.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    return !is_reparse_point || !(information.ReparseTag & kNameSurrogate);
  }
};

// A directory that is being emptied.
struct Directory {
  Entry entry;
  UniqueKernelHandle opened;  // To list it, and to open what is in it.
  std::vector<std::wstring> names;
};

Entry OpenRoot(const std::wstring& path) {
  Entry entry{OpenToRemove(path), path};
  Check(static_cast<bool>(entry.handle), "CreateFileW", [&] { return entry.context(); });
  return entry;
}

std::wstring Join(const std::wstring& directory, const std::wstring& name) {
  const bool ends_with_separator = directory.ends_with(L'\\') || directory.ends_with(L'/');
  return directory + (ends_with_separator ? L"" : L"\\") + name;
}

// Empty when somebody else has removed it.
std::optional<Entry> OpenChild(const Directory& directory, const std::wstring& name) {
  Entry entry{UniqueKernelHandle(), Join(directory.entry.path, name)};
  UNICODE_STRING text = {};
  ::RtlInitUnicodeString(&text, name.c_str());
  OBJECT_ATTRIBUTES attributes = {};
  InitializeObjectAttributes(&attributes, &text, 0, directory.opened.get(), nullptr);
  IO_STATUS_BLOCK answer = {};
  const NTSTATUS status = ::NtOpenFile(entry.handle.receive(), DELETE | FILE_READ_ATTRIBUTES | SYNCHRONIZE, &attributes,
                                       &answer, kShareAll, kOpenReparsePoint | kSynchronousIo);
  if (NT_SUCCESS(status)) return entry;
  const DWORD code = ::RtlNtStatusToDosError(status);
  if (code == ERROR_FILE_NOT_FOUND) return std::nullopt;
  throw Win32Error(code, "NtOpenFile", entry.context());
}

bool IsDots(std::wstring_view name) { return name == L"." || name == L".."; }

std::vector<std::wstring> NamesIn(HANDLE directory, const ErrorContext& context) {
  std::vector<std::wstring> names;
  Buffer buffer(64 * 1024);
  while (::GetFileInformationByHandleEx(directory, FileIdBothDirectoryInfo, buffer.data(),
                                        static_cast<DWORD>(buffer.size()))) {
    const std::byte* place = buffer.data();
    for (;;) {
      const auto& found = *reinterpret_cast<const FILE_ID_BOTH_DIR_INFO*>(place);
      const std::wstring_view name(found.FileName, found.FileNameLength / sizeof(wchar_t));
      if (!IsDots(name)) names.emplace_back(name);
      if (found.NextEntryOffset == 0) break;
      place += found.NextEntryOffset;
    }
  }
  // Not even dots: the root of an empty volume.
  const DWORD code = ::GetLastError();
  const bool listed = code == ERROR_NO_MORE_FILES || code == ERROR_FILE_NOT_FOUND;
  if (!listed) throw Win32Error(code, "GetFileInformationByHandleEx", context);
  return names;
}

Directory OpenDirectory(Entry entry) {
  UniqueKernelHandle opened =
      FromFileHandle(::ReOpenFile(entry.handle.get(), FILE_LIST_DIRECTORY | FILE_TRAVERSE | SYNCHRONIZE, kShareAll,
                                  FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT));
  Check(static_cast<bool>(opened), "ReOpenFile", [&] { return entry.context(); });
  std::vector<std::wstring> names = NamesIn(opened.get(), entry.context());
  return {std::move(entry), std::move(opened), std::move(names)};
}

void Remove(const Entry& entry) { RemoveOpened(entry.handle.get(), entry.context()); }

}  // namespace

void RemoveTree(const std::wstring& path) {
  Entry root = OpenRoot(path);
  if (!root.HoldsOthers()) return Remove(root);
  // Not by recursion: how deep it goes is up to whoever made the tree.
  std::vector<Directory> open;
  open.push_back(OpenDirectory(std::move(root)));
  while (!open.empty()) {
    Directory& directory = open.back();
    if (directory.names.empty()) {
      directory.opened.reset();
      Remove(directory.entry);
      open.pop_back();
      continue;
    }
    const std::wstring name = std::move(directory.names.back());
    directory.names.pop_back();
    std::optional<Entry> child = OpenChild(directory, name);
    if (!child) continue;
    if (child->HoldsOthers()) {
      open.push_back(OpenDirectory(std::move(*child)));
    } else {
      Remove(*child);
    }
  }
}

}  // namespace asuser::native
