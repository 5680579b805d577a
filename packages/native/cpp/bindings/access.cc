#include <vector>

#include "bindings/bindings.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/node_access.h"
#include "core/object_type_list.h"
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

Napi::Object ToResult(Napi::Env env, bool allowed, DWORD granted, DWORD reason, const Buffer& privileges) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("accessStatus", Napi::Boolean::New(env, allowed));
  result.Set("grantedAccess", Napi::Number::New(env, allowed ? granted : 0));
  result.Set("errno", Napi::Number::New(env, reason));
  result.Set("privilegesUsed", ToArray(env, *reinterpret_cast<const PRIVILEGE_SET*>(privileges.data())));
  return result;
}

// What all checks are told.
struct Request {
  Buffer descriptor;
  SharedHandle token;
  DWORD desired;
  GENERIC_MAPPING mapping;
};

Request RequestOf(const Argument& options, const char* syscall) {
  return {.descriptor = DescriptorOf(options.Property("descriptor"), syscall),
          .token = options.Property("token").Handle({HandleKind::kToken}),
          .desired = options.Property("desiredAccess").Mask(),
          .mapping = MappingOf(options.Property("genericMapping"))};
}

// Calls `check(privileges, &length)` until the privileges that it used fit.
template <typename Check>
Buffer QueryPrivileges(const char* syscall, Check check) {
  return QueryBuffer(syscall, [&](void* memory, DWORD size, DWORD* needed) {
    DWORD length = size;
    const BOOL succeeded = check(static_cast<PRIVILEGE_SET*>(memory), &length);
    // The length is that of the buffer, however many privileges are in it.
    *needed = succeeded ? size : length;
    return succeeded;
  });
}

Napi::Value accessCheck(const Call& call) {
  Request request = RequestOf(call(0, "options"), call.syscall());
  DWORD granted = 0;
  DWORD reason = ERROR_SUCCESS;
  BOOL allowed = FALSE;
  const Buffer privileges = QueryPrivileges(call.syscall(), [&](PRIVILEGE_SET* used, DWORD* length) {
    const BOOL succeeded = ::AccessCheck(request.descriptor.data(), request.token->get(), request.desired,
                                         &request.mapping, used, length, &granted, &allowed);
    reason = allowed ? ERROR_SUCCESS : ::GetLastError();
    return succeeded;
  });
  return ToResult(call.env(), allowed, granted, reason, privileges);
}

Napi::Value accessCheckByType(const Call& call) {
  const Argument options = call(0, "options");
  Request request = RequestOf(options, call.syscall());
  ObjectTypeList types(options.Property("objectTypes"), call.syscall());
  Buffer self = SidOrNone(options.Property("principalSelf"), call.syscall());
  DWORD granted = 0;
  DWORD reason = ERROR_SUCCESS;
  BOOL allowed = FALSE;
  const Buffer privileges = QueryPrivileges(call.syscall(), [&](PRIVILEGE_SET* used, DWORD* length) {
    const BOOL succeeded = ::AccessCheckByType(request.descriptor.data(), PointerToSid(self), request.token->get(),
                                               request.desired, types.data(), types.size(), &request.mapping, used,
                                               length, &granted, &allowed);
    reason = allowed ? ERROR_SUCCESS : ::GetLastError();
    return succeeded;
  });
  return ToResult(call.env(), allowed, granted, reason, privileges);
}

Napi::Value accessCheckByTypeResultList(const Call& call) {
  const Argument options = call(0, "options");
  Request request = RequestOf(options, call.syscall());
  ObjectTypeList types(options.Property("objectTypes"), call.syscall());
  Buffer self = SidOrNone(options.Property("principalSelf"), call.syscall());
  std::vector<DWORD> granted(types.size());
  std::vector<DWORD> statuses(types.size());
  const Buffer privileges = QueryPrivileges(call.syscall(), [&](PRIVILEGE_SET* used, DWORD* length) {
    return ::AccessCheckByTypeResultList(request.descriptor.data(), PointerToSid(self), request.token->get(),
                                         request.desired, types.data(), types.size(), &request.mapping, used, length,
                                         granted.data(), statuses.data());
  });
  Napi::Object result = Napi::Object::New(call.env());
  result.Set("nodes", ToNodes(call.env(), granted, statuses));
  result.Set("privilegesUsed", ToArray(call.env(), *reinterpret_cast<const PRIVILEGE_SET*>(privileges.data())));
  return result;
}

Napi::Value privilegeCheck(const Call& call) {
  const Argument options = call(0, "options");
  const SharedHandle token = options.Property("token").Handle({HandleKind::kToken});
  const std::vector<Argument> luids = options.Property("privileges").Elements();
  Buffer memory(offsetof(PRIVILEGE_SET, Privilege) + luids.size() * sizeof(LUID_AND_ATTRIBUTES));
  auto* set = reinterpret_cast<PRIVILEGE_SET*>(memory.data());
  set->Control = options.Property("allNecessary").Boolean() ? PRIVILEGE_SET_ALL_NECESSARY : 0;
  for (const Argument& luid : luids) set->Privilege[set->PrivilegeCount++] = {ToLuid(luid.Uint64()), 0};
  BOOL held = FALSE;
  Check(::PrivilegeCheck(token->get(), set, &held), call.syscall());
  Napi::Object result = Napi::Object::New(call.env());
  result.Set("result", Napi::Boolean::New(call.env(), held));
  result.Set("privileges", ToArray(call.env(), *set));
  return result;
}

}  // namespace

void DefineAccess(Napi::Object exports) {
  DefineMethod<accessCheck>(exports, "accessCheck", "AccessCheck");
  DefineMethod<accessCheckByType>(exports, "accessCheckByType", "AccessCheckByType");
  DefineMethod<accessCheckByTypeResultList>(exports, "accessCheckByTypeResultList", "AccessCheckByTypeResultList");
  DefineMethod<privilegeCheck>(exports, "privilegeCheck", "PrivilegeCheck");
}

}  // namespace asuser::native
