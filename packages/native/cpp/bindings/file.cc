#include "bindings/bindings.h"
#include "bindings/file_contents.h"
#include "bindings/file_information.h"
#include "bindings/file_removal.h"
#include "bindings/tree_removal.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/unique_handle.h"
#include "core/utf16.h"

namespace asuser::native {
namespace {

Napi::Value getFileAttributes(const Call& call) {
  const Argument options = call(0, "options");
  auto get = [path = options.Property("path").String(), syscall = call.syscall()] {
    const DWORD attributes = ::GetFileAttributesW(path.c_str());
    Check(attributes != INVALID_FILE_ATTRIBUTES, syscall, [&] { return ErrorContext{{"path", path}}; });
    return attributes;
  };
  return RunAsync(call, ClientOf(options), std::move(get),
                  [](Napi::Env env, DWORD attributes) { return Napi::Number::New(env, attributes); });
}

Napi::Value createFile(const Call& call) {
  const Argument options = call(0, "options");
  const Argument flags = options.Property("flagsAndAttributes");
  const FileOpening opening{options.Property("path").String(), options.Property("desiredAccess").Mask(),
                            options.Property("shareMode").Mask(), options.Property("creationDisposition").Uint32(),
                            flags.Mask()};
  if (opening.flags_and_attributes & FILE_FLAG_OVERLAPPED) flags.ThrowInvalidValue("without FILE_FLAG_OVERLAPPED");
  return RunAsync(call, ClientOf(options), [opening] { return OpenFile(opening); },
                  [](Napi::Env env, UniqueKernelHandle file) {
                    return NewHandle(env, HandleKind::kFile, std::move(file));
                  });
}

Napi::Value readFile(const Call& call) {
  const Argument options = call(0, "options");
  return RunAsync(call, ClientOf(options),
                  [path = options.Property("path").String()] { return ReadFileContents(path); },
                  [](Napi::Env env, FileContents contents) { return ToUint8Array(env, std::move(contents)); });
}

Napi::Value writeFile(const Call& call) {
  const Argument options = call(0, "options");
  auto write = [opening = FileOpening{options.Property("path").String(), options.Property("desiredAccess").Mask(),
                                      kShareAll, options.Property("creationDisposition").Uint32(),
                                      FILE_ATTRIBUTE_NORMAL},
                data = options.Property("data").Bytes()] {
    WriteFileContents(opening, data);
  };
  return RunAsync(call, ClientOf(options), std::move(write));
}

Napi::Value getFileInformation(const Call& call) {
  const Argument options = call(0, "options");
  auto get = [path = options.Property("path").String(), follow = options.Property("followLinks").Boolean()] {
    return QueryFileInformation(path, follow);
  };
  return RunAsync(call, ClientOf(options), std::move(get),
                  [](Napi::Env env, const FileInformation& information) { return ToObject(env, information); });
}

Napi::Value findFiles(const Call& call) {
  const Argument options = call(0, "options");
  return RunAsync(call, ClientOf(options), [path = options.Property("path").String()] { return FindFiles(path); },
                  [](Napi::Env env, const std::vector<FoundFile>& files) { return ToArray(env, files); });
}

Napi::Value getFinalPathName(const Call& call) {
  const Argument options = call(0, "options");
  return RunAsync(call, ClientOf(options),
                  [path = options.Property("path").String()] { return QueryFinalPathName(path); },
                  [](Napi::Env env, const std::wstring& name) { return FromWide(env, name); });
}

// A directory that inherits its security.
Napi::Value createDirectory(const Call& call) {
  const Argument options = call(0, "options");
  auto create = [path = options.Property("path").String(), syscall = call.syscall()] {
    Check(::CreateDirectoryW(path.c_str(), nullptr), syscall, [&] { return ErrorContext{{"path", path}}; });
  };
  return RunAsync(call, ClientOf(options), std::move(create));
}

template <BOOL(WINAPI* kRemove)(LPCWSTR), FileKind kKind>
Napi::Value Remove(const Call& call) {
  const Argument options = call(0, "options");
  auto remove = [path = options.Property("path").String(),
                 ignores_read_only = options.Property("ignoreReadOnly").Boolean(), syscall = call.syscall()] {
    if (kRemove(path.c_str())) return 0;
    const DWORD code = ::GetLastError();
    const bool removed = ignores_read_only && code == ERROR_ACCESS_DENIED && RemoveReadOnly(path, kKind);
    if (!removed) throw Win32Error(code, syscall, {{"path", path}});
    return 0;
  };
  return RunAsync(call, ClientOf(options), std::move(remove), [](Napi::Env env, int) { return env.Undefined(); });
}

Napi::Value removeTree(const Call& call) {
  const Argument options = call(0, "options");
  return RunAsync(call, ClientOf(options), [path = options.Property("path").String()] { RemoveTree(path); });
}

Napi::Value moveFile(const Call& call) {
  const Argument options = call(0, "options");
  auto move = [path = options.Property("path").String(), new_path = options.Property("newPath").String(),
               flags = options.Property("replaceExisting").Boolean() ? MOVEFILE_REPLACE_EXISTING : 0UL,
               syscall = call.syscall()] {
    Check(::MoveFileExW(path.c_str(), new_path.c_str(), flags), syscall, [&] {
      return ErrorContext{{"path", path}, {"newPath", new_path}};
    });
  };
  return RunAsync(call, ClientOf(options), std::move(move));
}

}  // namespace

void DefineFile(Napi::Object exports) {
  DefineAsyncMethod<getFileAttributes>(exports, "getFileAttributes", "GetFileAttributesW");
  DefineAsyncMethod<createFile>(exports, "createFile", "CreateFileW");
  DefineAsyncMethod<readFile>(exports, "readFile", "ReadFile");
  DefineAsyncMethod<writeFile>(exports, "writeFile", "WriteFile");
  DefineAsyncMethod<getFileInformation>(exports, "getFileInformation", "GetFileInformationByHandle");
  DefineAsyncMethod<findFiles>(exports, "findFiles", "FindFirstFileExW");
  DefineAsyncMethod<getFinalPathName>(exports, "getFinalPathName", "GetFinalPathNameByHandleW");
  DefineAsyncMethod<createDirectory>(exports, "createDirectory", "CreateDirectoryW");
  DefineAsyncMethod<Remove<::DeleteFileW, FileKind::kFile>>(exports, "deleteFile", "DeleteFileW");
  DefineAsyncMethod<Remove<::RemoveDirectoryW, FileKind::kDirectory>>(exports, "removeDirectory",
                                                                       "RemoveDirectoryW");
  DefineAsyncMethod<removeTree>(exports, "removeTree", "SetFileInformationByHandle");
  DefineAsyncMethod<moveFile>(exports, "moveFile", "MoveFileExW");
}

}  // namespace asuser::native
