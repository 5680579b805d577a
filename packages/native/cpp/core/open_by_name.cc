#include "core/open_by_name.h"

#include <string>
#include <utility>

#include "core/unique_handle.h"

namespace asuser::native {

Napi::Value OpenByName(const Call& call, HandleKind kind, OpenFunction open) {
  const std::wstring name = call(0, "name").String();
  const uint32_t desired_access = call(1, "desiredAccess").Mask();
  UniqueKernelHandle object(open(desired_access, FALSE, name.c_str()));
  Check(static_cast<bool>(object), call.syscall(), [&] { return ErrorContext{{"name", name}}; });
  return NewHandle(call.env(), kind, std::move(object));
}

}  // namespace asuser::native
