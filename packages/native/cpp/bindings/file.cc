#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"

namespace asuser::native {
namespace {

Napi::Value getFileAttributes(const Call& call) {
  const Argument options = call(0, "options");
  SharedHandle impersonate = HandleOrNull(options.Property("impersonate"), HandleKind::kToken);
  auto get = [path = options.Property("path").String(), syscall = call.syscall()] {
    const DWORD attributes = ::GetFileAttributesW(path.c_str());
    Check(attributes != INVALID_FILE_ATTRIBUTES, syscall, [&] { return ErrorContext{{"path", path}}; });
    return attributes;
  };
  return RunAsync(call, std::move(impersonate), std::move(get),
                  [](Napi::Env env, DWORD attributes) { return Napi::Number::New(env, attributes); });
}

}  // namespace

void DefineFile(Napi::Object exports) {
  DefineAsyncMethod<getFileAttributes>(exports, "getFileAttributes", "GetFileAttributesW");
}

}  // namespace asuser::native
