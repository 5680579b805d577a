#include "bindings/bindings.h"
#include "core/call.h"

namespace asuser::native {
namespace {

Napi::Value countOpenHandles(const Call& call) {
  return Napi::Number::New(call.env(), static_cast<double>(call.state().open_handles()));
}

Napi::Value duplicateHandle(const Call& call) {
  const SharedHandle handle = call(0, "handle").Handle(kKernelObjects);
  UniqueKernelHandle duplicate;
  Check(::DuplicateHandle(::GetCurrentProcess(), handle->get(), ::GetCurrentProcess(), duplicate.receive(), 0, FALSE,
                          DUPLICATE_SAME_ACCESS),
        call.syscall());
  return NewHandle(call.env(), handle->kind(), std::move(duplicate));
}

}  // namespace

void DefineHandle(Napi::Object exports) {
  DefineMethod<countOpenHandles>(exports, "countOpenHandles", "");
  DefineMethod<duplicateHandle>(exports, "duplicateHandle", "DuplicateHandle");
}

}  // namespace asuser::native
