#include <cwchar>
#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/unique_handle.h"
#include "core/utf16.h"

namespace asuser::native {
namespace {

std::vector<std::wstring> StringsOf(const wchar_t* block) {
  std::vector<std::wstring> strings;
  for (const wchar_t* text = block; *text != L'\0'; text += strings.back().size() + 1) strings.emplace_back(text);
  return strings;
}

Napi::Value createEnvironmentBlock(const Call& call) {
  const Argument options = call(0, "options");
  auto create = [token = HandleOrNull(options.Property("token"), HandleKind::kToken),
                 inherit = options.Property("inherit").Boolean(), syscall = call.syscall()] {
    UniqueEnvironmentBlock block;
    Check(::CreateEnvironmentBlock(block.receive(), token ? token->get() : nullptr, inherit ? TRUE : FALSE), syscall);
    return StringsOf(static_cast<const wchar_t*>(block.get()));
  };
  return RunAsync(call, nullptr, std::move(create), [](Napi::Env env, std::vector<std::wstring> strings) {
    Napi::Array array = Napi::Array::New(env, strings.size());
    for (uint32_t index = 0; index < strings.size(); ++index) array.Set(index, FromWide(env, strings[index]));
    return array;
  });
}

std::wstring ProfileDirectoryOf(HANDLE token, const char* syscall) {
  std::wstring path(MAX_PATH, L'\0');
  for (;;) {
    auto size = static_cast<DWORD>(path.size());
    if (::GetUserProfileDirectoryW(token, path.data(), &size)) {
      path.resize(std::wcslen(path.c_str()));
      return path;
    }
    Check(::GetLastError() == ERROR_INSUFFICIENT_BUFFER && size > path.size(), syscall);
    path.resize(size);
  }
}

Napi::Value getUserProfileDirectory(const Call& call) {
  auto get = [token = call(0, "token").Handle({HandleKind::kToken}), syscall = call.syscall()] {
    return ProfileDirectoryOf(token->get(), syscall);
  };
  return RunAsync(call, nullptr, std::move(get),
                  [](Napi::Env env, const std::wstring& path) { return FromWide(env, path); });
}

}  // namespace

void DefineProfile(Napi::Object exports) {
  DefineAsyncMethod<createEnvironmentBlock>(exports, "createEnvironmentBlock", "CreateEnvironmentBlock");
  DefineAsyncMethod<getUserProfileDirectory>(exports, "getUserProfileDirectory", "GetUserProfileDirectoryW");
}

}  // namespace asuser::native
