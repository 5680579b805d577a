#include "bindings/bindings.h"
#include "core/call.h"

namespace asuser::native {
namespace {

Napi::Value countOpenHandles(const Call& call) {
  return Napi::Number::New(call.env(), static_cast<double>(call.state().open_handles()));
}

}  // namespace

void DefineHandle(Napi::Object exports) { DefineMethod<countOpenHandles>(exports, "countOpenHandles", ""); }

}  // namespace asuser::native
