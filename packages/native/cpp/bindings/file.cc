#include "bindings/bindings.h"
#include "bindings/file_contents.h"
#include "bindings/file_information.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/unique_handle.h"
#include "core/utf16.h"

namespace asuser::native {
namespace {

SharedHandle ClientOf(const Argument& options) {
  return HandleOrNull(options.Property("impersonate"), HandleKind::kToken);
}

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
                                      FILE_SHARE_READ, options.Property("creationDisposition").Uint32(),
                                      FILE_ATTRIBUTE_NORMAL},
                data = options.Property("data").Bytes()] {
    WriteFileContents(opening, data);
    return 0;
  };
  return RunAsync(call, ClientOf(options), std::move(write), [](Napi::Env env, int) { return env.Undefined(); });
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

// A function of Windows that takes a path and says whether it worked.
template <BOOL(WINAPI* kFunction)(LPCWSTR)>
Napi::Value CallWithPath(const Call& call) {
  const Argument options = call(0, "options");
  auto work = [path = options.Property("path").String(), syscall = call.syscall()] {
    Check(kFunction(path.c_str()), syscall, [&] { return ErrorContext{{"path", path}}; });
    return 0;
  };
  return RunAsync(call, ClientOf(options), std::move(work), [](Napi::Env env, int) { return env.Undefined(); });
}

BOOL WINAPI CreateDirectoryThatInherits(LPCWSTR path) { return ::CreateDirectoryW(path, nullptr); }

Napi::Value moveFile(const Call& call) {
  const Argument options = call(0, "options");
  auto move = [path = options.Property("path").String(), new_path = options.Property("newPath").String(),
               flags = options.Property("replaceExisting").Boolean() ? MOVEFILE_REPLACE_EXISTING : 0UL,
               syscall = call.syscall()] {
    Check(::MoveFileExW(path.c_str(), new_path.c_str(), flags), syscall, [&] {
      return ErrorContext{{"path", path}, {"newPath", new_path}};
    });
    return 0;
  };
  return RunAsync(call, ClientOf(options), std::move(move), [](Napi::Env env, int) { return env.Undefined(); });
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
  DefineAsyncMethod<CallWithPath<CreateDirectoryThatInherits>>(exports, "createDirectory", "CreateDirectoryW");
  DefineAsyncMethod<CallWithPath<::DeleteFileW>>(exports, "deleteFile", "DeleteFileW");
  DefineAsyncMethod<CallWithPath<::RemoveDirectoryW>>(exports, "removeDirectory", "RemoveDirectoryW");
  DefineAsyncMethod<moveFile>(exports, "moveFile", "MoveFileExW");
}

}  // namespace asuser::native
