#include "bindings/bindings.h"
#include "core/call.h"
#include "core/security.h"
#include "core/unique_handle.h"

namespace asuser::native {
namespace {

Napi::Value createMutex(const Call& call) {
  const Argument options = call(0, "options");
  const std::wstring name = options.Property("name").String();
  SecurityAttributes security(options.Property("security"), call.syscall());
  UniqueKernelHandle mutex(::CreateMutexW(security.get(), FALSE, name.c_str()));
  Check(static_cast<bool>(mutex), call.syscall(), [&] { return ErrorContext{{"name", name}}; });
  return NewHandle(call.env(), HandleKind::kMutex, std::move(mutex));
}

Napi::Value tryAcquireMutex(const Call& call) {
  const SharedHandle mutex = call(0, "mutex").Handle({HandleKind::kMutex});
  switch (::WaitForSingleObject(mutex->get(), 0)) {
    case WAIT_OBJECT_0:
      return Napi::String::New(call.env(), "acquired");
    case WAIT_ABANDONED:
      return Napi::String::New(call.env(), "abandoned");
    case WAIT_TIMEOUT:
      return Napi::String::New(call.env(), "busy");
    default:
      throw Win32Error(::GetLastError(), call.syscall());
  }
}

Napi::Value releaseMutex(const Call& call) {
  const SharedHandle mutex = call(0, "mutex").Handle({HandleKind::kMutex});
  Check(::ReleaseMutex(mutex->get()), call.syscall());
  return call.env().Undefined();
}

}  // namespace

void DefineMutex(Napi::Object exports) {
  DefineMethod<createMutex>(exports, "createMutex", "CreateMutexW");
  DefineMethod<tryAcquireMutex>(exports, "tryAcquireMutex", "WaitForSingleObject");
  DefineMethod<releaseMutex>(exports, "releaseMutex", "ReleaseMutex");
}

}  // namespace asuser::native
