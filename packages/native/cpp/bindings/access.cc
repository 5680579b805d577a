#include "bindings/bindings.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/security.h"
#include "core/values.h"

namespace asuser::native {
namespace {

GENERIC_MAPPING MappingOf(const Argument& mapping) {
  return {mapping.Property("genericRead").Mask(), mapping.Property("genericWrite").Mask(),
          mapping.Property("genericExecute").Mask(), mapping.Property("genericAll").Mask()};
}

Napi::Array ToArray(Napi::Env env, const PRIVILEGE_SET& used) {
  Napi::Array array = Napi::Array::New(env, used.PrivilegeCount);
  for (DWORD index = 0; index < used.PrivilegeCount; ++index) {
    Napi::Object privilege = Napi::Object::New(env);
    privilege.Set("luid", ToBigInt(env, used.Privilege[index].Luid));
    privilege.Set("attributes", Napi::Number::New(env, used.Privilege[index].Attributes));
    array.Set(index, privilege);
  }
  return array;
}

Napi::Value accessCheck(const Call& call) {
  const Argument options = call(0, "options");
  Buffer descriptor = DescriptorOf(options.Property("descriptor"), call.syscall());
  const SharedHandle token = options.Property("token").Handle({HandleKind::kToken});
  const DWORD desired = options.Property("desiredAccess").Mask();
  GENERIC_MAPPING mapping = MappingOf(options.Property("genericMapping"));
  DWORD granted = 0;
  DWORD reason = ERROR_SUCCESS;
  BOOL allowed = FALSE;
  const Buffer privileges = QueryBuffer(call.syscall(), [&](void* memory, DWORD size, DWORD* needed) {
    DWORD length = size;
    if (!::AccessCheck(descriptor.data(), token->get(), desired, &mapping, static_cast<PRIVILEGE_SET*>(memory), &length,
                       &granted, &allowed)) {
      *needed = length;
      return FALSE;
    }
    reason = allowed ? ERROR_SUCCESS : ::GetLastError();
    *needed = size;  // The length is that of the buffer, however many privileges are in it.
    return TRUE;
  });
  Napi::Object result = Napi::Object::New(call.env());
  result.Set("accessStatus", Napi::Boolean::New(call.env(), allowed));
  result.Set("grantedAccess", Napi::Number::New(call.env(), allowed ? granted : 0));
  result.Set("errno", Napi::Number::New(call.env(), reason));
  result.Set("privilegesUsed", ToArray(call.env(), *reinterpret_cast<const PRIVILEGE_SET*>(privileges.data())));
  return result;
}

}  // namespace

void DefineAccess(Napi::Object exports) { DefineMethod<accessCheck>(exports, "accessCheck", "AccessCheck"); }

}  // namespace asuser::native
