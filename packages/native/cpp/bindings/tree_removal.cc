#include "bindings/tree_removal.h"

#include <windows.h>

#include <cstddef>
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
constexpr ULONG kBackupIntent = 0x00004000;      // FILE_OPEN_FOR_BACKUP_INTENT, as FILE_FLAG_BACKUP_SEMANTICS.
constexpr ULONG kNameSurrogate = 0x20000000;     // IsReparseTagNameSurrogate: it stands for something elsewhere.

constexpr const char* kGetInformation = "GetFileInformationByHandleEx";

// A directory that is being emptied.
struct Directory {
  UniqueKernelHandle entry;   // It itself, whatever its name stands for by now.
  UniqueKernelHandle opened;  // To list it, and to open what is in it.
  size_t path_length;
  std::vector<std::wstring> names;
};

bool IsDots(std::wstring_view name) { return name == L"." || name == L".."; }

class TreeRemoval {
 public:
  explicit TreeRemoval(const std::wstring& path) : path_(path) {}

  void Run() {
    UniqueKernelHandle root = OpenToRemove(path_);
    Check(static_cast<bool>(root), "CreateFileW", [&] { return context(); });
    RemoveOrEnter(std::move(root));
    while (!directories_.empty()) {
      if (directories_.back().names.empty()) {
        RemoveEmptied();
      } else {
        RemoveNextChild();
      }
    }
  }

 private:
  ErrorContext context() const { return {{"path", path_}}; }

  void RemoveOrEnter(UniqueKernelHandle entry) {
    if (HoldsOthers(entry.get())) {
      Enter(std::move(entry));
    } else {
      RemoveOpened(entry.get(), context());
    }
  }

  bool HoldsOthers(HANDLE entry) const {
    FILE_ATTRIBUTE_TAG_INFO information = {};
    Check(::GetFileInformationByHandleEx(entry, FileAttributeTagInfo, &information, sizeof(information)),
          kGetInformation, [&] { return context(); });
    if (!(information.FileAttributes & FILE_ATTRIBUTE_DIRECTORY)) return false;
    const bool is_reparse_point = (information.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    return !is_reparse_point || !(information.ReparseTag & kNameSurrogate);
  }

  void Enter(UniqueKernelHandle entry) {
    UniqueKernelHandle opened =
        FromFileHandle(::ReOpenFile(entry.get(), FILE_LIST_DIRECTORY | FILE_TRAVERSE | SYNCHRONIZE, kShareAll,
                                    FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT));
    Check(static_cast<bool>(opened), "ReOpenFile", [&] { return context(); });
    std::vector<std::wstring> names = NamesIn(opened.get());
    directories_.push_back({std::move(entry), std::move(opened), path_.size(), std::move(names)});
  }

  std::vector<std::wstring> NamesIn(HANDLE directory) const {
    std::vector<std::wstring> names;
    Buffer buffer(64 * 1024);
    while (::GetFileInformationByHandleEx(directory, FileFullDirectoryInfo, buffer.data(),
                                          static_cast<DWORD>(buffer.size()))) {
      const std::byte* place = buffer.data();
      for (;;) {
        const auto& found = *reinterpret_cast<const FILE_FULL_DIR_INFO*>(place);
        const std::wstring_view name(found.FileName, found.FileNameLength / sizeof(wchar_t));
        if (!IsDots(name)) names.emplace_back(name);
        if (found.NextEntryOffset == 0) break;
        place += found.NextEntryOffset;
      }
    }
    // Not even dots: the root of an empty volume.
    const DWORD code = ::GetLastError();
    const bool listed = code == ERROR_NO_MORE_FILES || code == ERROR_FILE_NOT_FOUND;
    if (!listed) throw Win32Error(code, kGetInformation, context());
    return names;
  }

  void RemoveEmptied() {
    Directory emptied = std::move(directories_.back());
    directories_.pop_back();
    path_.resize(emptied.path_length);
    emptied.opened.reset();
    RemoveOpened(emptied.entry.get(), context());
  }

  void RemoveNextChild() {
    Directory& directory = directories_.back();
    const std::wstring name = std::move(directory.names.back());
    directory.names.pop_back();
    path_.resize(directory.path_length);
    if (!path_.ends_with(L'\\') && !path_.ends_with(L'/')) path_ += L'\\';
    path_ += name;
    UniqueKernelHandle child = OpenChild(directory.opened.get(), name);
    if (child) RemoveOrEnter(std::move(child));
  }

  // Empty when somebody else has removed it. As DeleteFileW opens it, without SYNCHRONIZE: the right to remove what is
  // in a directory does not bring that along.
  UniqueKernelHandle OpenChild(HANDLE directory, const std::wstring& name) const {
    UniqueKernelHandle child;
    UNICODE_STRING text = {};
    ::RtlInitUnicodeString(&text, name.c_str());
    OBJECT_ATTRIBUTES attributes = {};
    InitializeObjectAttributes(&attributes, &text, 0, directory, nullptr);
    IO_STATUS_BLOCK answer = {};
    const NTSTATUS status = ::NtOpenFile(child.receive(), DELETE | FILE_READ_ATTRIBUTES, &attributes, &answer,
                                         kShareAll, kOpenReparsePoint | kBackupIntent);
    if (NT_SUCCESS(status)) return child;
    const DWORD code = ::RtlNtStatusToDosError(status);
    if (code == ERROR_FILE_NOT_FOUND) return UniqueKernelHandle();
    throw Win32Error(code, "NtOpenFile", context());
  }

  // Of what is at hand. One for all: how deep a tree is, is up to whoever made it, and all its paths are far longer.
  std::wstring path_;
  // No recursion, for the same reason.
  std::vector<Directory> directories_;
};

}  // namespace

void RemoveTree(const std::wstring& path) { TreeRemoval(path).Run(); }

}  // namespace asuser::native
