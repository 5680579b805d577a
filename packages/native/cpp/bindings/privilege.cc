#include "bindings/bindings.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/enabled_privileges.h"
#include "core/utf16.h"
#include "core/values.h"

namespace asuser::native {
namespace {

Buffer TokenPrivilegesOf(const Argument& argument) {
  const std::vector<Argument> elements = argument.Elements();
  Buffer buffer(offsetof(TOKEN_PRIVILEGES, Privileges) + elements.size() * sizeof(LUID_AND_ATTRIBUTES));
  auto* privileges = reinterpret_cast<TOKEN_PRIVILEGES*>(buffer.data());
  for (const Argument& element : elements) {
    privileges->Privileges[privileges->PrivilegeCount++] = {ToLuid(element.Property("luid").Uint64()),
                                                            element.Property("attributes").Mask()};
  }
  return buffer;
}

Napi::Array ToArray(Napi::Env env, const TOKEN_PRIVILEGES& privileges) {
  Napi::Array array = Napi::Array::New(env, privileges.PrivilegeCount);
  for (DWORD index = 0; index < privileges.PrivilegeCount; ++index) {
    Napi::Object privilege = Napi::Object::New(env);
    privilege.Set("luid", ToBigInt(env, privileges.Privileges[index].Luid));
    privilege.Set("attributes", Napi::Number::New(env, privileges.Privileges[index].Attributes));
    array.Set(index, privilege);
  }
  return array;
}

Napi::Value adjustTokenPrivileges(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  Buffer privileges = TokenPrivilegesOf(call(1, "privileges"));
  bool all_assigned = false;
  // Nothing is changed while the buffer for the previous state is too small.
  const Buffer previous = QueryBuffer(call.syscall(), [&](void* memory, DWORD size, DWORD* needed) {
    const BOOL adjusted =
        ::AdjustTokenPrivileges(token->get(), FALSE, reinterpret_cast<TOKEN_PRIVILEGES*>(privileges.data()), size,
                                static_cast<TOKEN_PRIVILEGES*>(memory), needed);
    all_assigned = adjusted && ::GetLastError() != ERROR_NOT_ALL_ASSIGNED;
    return adjusted;
  });
  Napi::Object result = Napi::Object::New(call.env());
  result.Set("previous", ToArray(call.env(), *reinterpret_cast<const TOKEN_PRIVILEGES*>(previous.data())));
  result.Set("allAssigned", Napi::Boolean::New(call.env(), all_assigned));
  return result;
}

Napi::Value enableProcessPrivileges(const Call& call) {
  std::vector<LUID> privileges;
  for (const Argument& privilege : call(0, "privileges").Elements()) privileges.push_back(ToLuid(privilege.Uint64()));
  UniqueEnabledPrivileges enabled(new EnabledPrivileges(privileges, call.syscall()));
  return NewHandle(call.env(), std::move(enabled));
}

Napi::Value lookupPrivilegeValue(const Call& call) {
  const std::wstring name = call(0, "name").String();
  LUID luid = {};
  Check(::LookupPrivilegeValueW(nullptr, name.c_str(), &luid), call.syscall(), [&] {
    return ErrorContext{{"privilege", name}};
  });
  return ToBigInt(call.env(), luid);
}

Napi::Value lookupPrivilegeName(const Call& call) {
  LUID luid = ToLuid(call(0, "luid").Uint64());
  std::wstring name(64, L'\0');
  for (;;) {
    auto length = static_cast<DWORD>(name.size());
    if (::LookupPrivilegeNameW(nullptr, &luid, name.data(), &length)) {
      return FromWide(call.env(), std::wstring_view(name).substr(0, length));
    }
    Check(::GetLastError() == ERROR_INSUFFICIENT_BUFFER && length > name.size(), call.syscall());
    name.resize(length);
  }
}

}  // namespace

void DefinePrivilege(Napi::Object exports) {
  DefineMethod<adjustTokenPrivileges>(exports, "adjustTokenPrivileges", "AdjustTokenPrivileges");
  DefineMethod<enableProcessPrivileges>(exports, "enableProcessPrivileges", "AdjustTokenPrivileges");
  DefineMethod<lookupPrivilegeValue>(exports, "lookupPrivilegeValue", "LookupPrivilegeValueW");
  DefineMethod<lookupPrivilegeName>(exports, "lookupPrivilegeName", "LookupPrivilegeNameW");
}

}  // namespace asuser::native
