#include "bindings/file_contents.h"

#include <algorithm>
#include <span>

#include "core/values.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

constexpr size_t kLargestFile = 0x7fffffff;
constexpr size_t kLargestStep = 16 * 1024 * 1024;
constexpr size_t kSmallestBuffer = 4096;

// One byte more than the file has, so that its end is seen without another buffer.
size_t FirstBufferSize(HANDLE file, const std::wstring& path) {
  LARGE_INTEGER size = {};
  Check(::GetFileSizeEx(file, &size), "GetFileSizeEx", [&] { return ErrorContext{{"path", path}}; });
  if (static_cast<unsigned long long>(size.QuadPart) >= kLargestFile) {
    throw Win32Error(ERROR_FILE_TOO_LARGE, "ReadFile", {{"path", path}});
  }
  return std::max(kSmallestBuffer, static_cast<size_t>(size.QuadPart) + 1);
}

DWORD ReadStep(HANDLE file, std::span<std::byte> memory, const std::wstring& path) {
  DWORD read = 0;
  const auto step = static_cast<DWORD>(std::min(memory.size(), kLargestStep));
  Check(::ReadFile(file, memory.data(), step, &read, nullptr), "ReadFile", [&] {
    return ErrorContext{{"path", path}};
  });
  return read;
}

// Should there be a pipe instead of a file, its server learns nothing of who opens it, and can do nothing in their
// name. The bits of a level are those of attributes of files, which would say otherwise then.
DWORD WithoutIdentity(DWORD flags) {
  if (flags & SECURITY_SQOS_PRESENT) return flags;
  return (flags & ~static_cast<DWORD>(SECURITY_VALID_SQOS_FLAGS)) | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS;
}

}  // namespace

UniqueKernelHandle OpenFile(const FileOpening& opening) {
  UniqueKernelHandle file = FromFileHandle(::CreateFileW(opening.path.c_str(), opening.desired_access,
                                                         opening.share_mode, nullptr, opening.creation_disposition,
                                                         WithoutIdentity(opening.flags_and_attributes), nullptr));
  Check(static_cast<bool>(file), "CreateFileW", [&] { return ErrorContext{{"path", opening.path}}; });
  return file;
}

FileContents ReadFileContents(const std::wstring& path) {
  const UniqueKernelHandle file =
      OpenFile({path, FILE_GENERIC_READ, kShareAll, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN});
  FileContents contents(FirstBufferSize(file.get(), path));
  size_t used = 0;
  for (;;) {
    const DWORD read = ReadStep(file.get(), std::span(contents).subspan(used), path);
    if (read == 0) break;
    used += read;
    if (used > kLargestFile) throw Win32Error(ERROR_FILE_TOO_LARGE, "ReadFile", {{"path", path}});
    // It has grown since its size was asked for.
    if (used == contents.size()) contents.resize(contents.size() * 2);
  }
  contents.resize(used);
  return contents;
}

void WriteFileContents(const FileOpening& opening, const FileContents& contents) {
  const UniqueKernelHandle file = OpenFile(opening);
  for (std::span<const std::byte> left(contents); !left.empty();) {
    DWORD written = 0;
    const auto step = static_cast<DWORD>(std::min(left.size(), kLargestStep));
    Check(::WriteFile(file.get(), left.data(), step, &written, nullptr), "WriteFile", [&] {
      return ErrorContext{{"path", opening.path}};
    });
    left = left.subspan(written);
  }
}

Napi::Value ToUint8Array(Napi::Env env, FileContents contents) {
  return ToUint8Array(env, contents.data(), contents.size());
}

}  // namespace asuser::native
