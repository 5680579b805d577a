#include "bindings/bindings.h"
#include "core/call.h"

namespace asuser::native {
namespace {

Napi::Value countOpenHandles(const Call& call) {
  return Napi::Number::New(call.env(), static_cast<double>(call.state().handles().counted()));
}

// The next three are for open-handle.ts.
Napi::Value kindOfHandle(const Call& call) {
  return Napi::String::New(call.env(), NameOf(call(0, "key").Key().kind()));
}

Napi::Value isHandleOpen(const Call& call) {
  return Napi::Boolean::New(call.env(), call.state().handles().Find(call(0, "key").Key()) != nullptr);
}

Napi::Value closeHandle(const Call& call) {
  return Napi::Boolean::New(call.env(), call.state().handles().Close(call(0, "key").Key()));
}

Napi::Value duplicateHandle(const Call& call) {
  const SharedHandle handle = call(0, "handle").HandleForNow(kKernelObjects);
  UniqueKernelHandle duplicate;
  Check(::DuplicateHandle(::GetCurrentProcess(), handle->get(), ::GetCurrentProcess(), duplicate.receive(), 0, FALSE,
                          DUPLICATE_SAME_ACCESS),
        call.syscall());
  return NewHandle(call.env(), handle->kind(), std::move(duplicate));
}

}  // namespace

void DefineHandle(Napi::Object exports) {
  DefineMethod<countOpenHandles>(exports, "countOpenHandles", "");
  DefineMethod<kindOfHandle>(exports, "kindOfHandle", "");
  DefineMethod<isHandleOpen>(exports, "isHandleOpen", "");
  DefineMethod<closeHandle>(exports, "closeHandle", "CloseHandle");
  DefineMethod<duplicateHandle>(exports, "duplicateHandle", "DuplicateHandle");
}

}  // namespace asuser::native
