#include <aclapi.h>
#include <sddl.h>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/security.h"
#include "core/unique_handle.h"
#include "core/utf16.h"
#include "core/values.h"

namespace asuser::native {
namespace {

constexpr std::initializer_list<HandleKind> kUserObjects = {HandleKind::kWindowStation, HandleKind::kDesktop};

Napi::Value getUserObjectSecurity(const Call& call) {
  const SharedHandle object = call(0, "object").Handle(kUserObjects);
  SECURITY_INFORMATION information = call(1, "information").Mask();
  const Buffer descriptor = QueryBuffer(call.syscall(), [&](void* memory, DWORD size, DWORD* needed) {
    return ::GetUserObjectSecurity(object->get(), &information, memory, size, needed);
  });
  return ToUint8Array(call.env(), descriptor.data(), descriptor.size());
}

Napi::Value setUserObjectSecurity(const Call& call) {
  const SharedHandle object = call(0, "object").Handle(kUserObjects);
  SECURITY_INFORMATION information = call(1, "information").Mask();
  Buffer descriptor = DescriptorOf(call(2, "descriptor"), call.syscall());
  Check(::SetUserObjectSecurity(object->get(), &information, descriptor.data()), call.syscall());
  return call.env().Undefined();
}

Napi::Value getKernelObjectSecurity(const Call& call) {
  const SharedHandle object = call(0, "object").Handle(kKernelObjects);
  const SECURITY_INFORMATION information = call(1, "information").Mask();
  const Buffer descriptor = QueryBuffer(call.syscall(), [&](void* memory, DWORD size, DWORD* needed) {
    return ::GetKernelObjectSecurity(object->get(), information, memory, size, needed);
  });
  return ToUint8Array(call.env(), descriptor.data(), descriptor.size());
}

Napi::Value setKernelObjectSecurity(const Call& call) {
  const SharedHandle object = call(0, "object").Handle(kKernelObjects);
  const SECURITY_INFORMATION information = call(1, "information").Mask();
  Buffer descriptor = DescriptorOf(call(2, "descriptor"), call.syscall());
  Check(::SetKernelObjectSecurity(object->get(), information, descriptor.data()), call.syscall());
  return call.env().Undefined();
}

struct NamedObject {
  std::wstring name;
  SE_OBJECT_TYPE type;
  SECURITY_INFORMATION information;

  // These functions return the code and leave the last error alone.
  void Check(DWORD code, const char* syscall) const {
    if (code != ERROR_SUCCESS) throw Win32Error(code, syscall, {{"name", name}});
  }
};

NamedObject NamedObjectOf(const Argument& options) {
  return {options.Property("name").String(), static_cast<SE_OBJECT_TYPE>(options.Property("objectType").Uint32()),
          options.Property("information").Mask()};
}

// What a self-relative descriptor has, as pointers into it.
struct DescriptorParts {
  PSID owner = nullptr;
  PSID group = nullptr;
  PACL dacl = nullptr;
  PACL sacl = nullptr;
};

constexpr SECURITY_INFORMATION kInSacl = SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION |
                                         ATTRIBUTE_SECURITY_INFORMATION | SCOPE_SECURITY_INFORMATION;

// The pointers cannot tell an absent list from a NULL one, and a NULL DACL lets everybody in: what is asked for must be
// there.
DescriptorParts PartsOf(Buffer& descriptor, SECURITY_INFORMATION information, const char* syscall) {
  DescriptorParts parts;
  BOOL defaulted = FALSE;
  BOOL has_dacl = FALSE;
  BOOL has_sacl = FALSE;
  Check(::GetSecurityDescriptorOwner(descriptor.data(), &parts.owner, &defaulted), syscall);
  Check(::GetSecurityDescriptorGroup(descriptor.data(), &parts.group, &defaulted), syscall);
  Check(::GetSecurityDescriptorDacl(descriptor.data(), &has_dacl, &parts.dacl, &defaulted), syscall);
  Check(::GetSecurityDescriptorSacl(descriptor.data(), &has_sacl, &parts.sacl, &defaulted), syscall);
  const bool lacks_part = ((information & OWNER_SECURITY_INFORMATION) != 0 && parts.owner == nullptr) ||
                          ((information & GROUP_SECURITY_INFORMATION) != 0 && parts.group == nullptr) ||
                          ((information & DACL_SECURITY_INFORMATION) != 0 && !has_dacl) ||
                          ((information & kInSacl) != 0 && !has_sacl);
  if (lacks_part) throw Win32Error(ERROR_INVALID_SECURITY_DESCR, syscall);
  return parts;
}

Buffer GetSecurityOf(NamedObject& object, const char* syscall) {
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  object.Check(::GetNamedSecurityInfoW(object.name.data(), object.type, object.information, nullptr, nullptr, nullptr,
                                       nullptr, &descriptor),
               syscall);
  const UniqueLocalMemory owner(descriptor);
  // A file system without security.
  if (descriptor == nullptr) object.Check(ERROR_NO_SECURITY_ON_OBJECT, syscall);
  const auto* bytes = static_cast<const std::byte*>(descriptor);
  return Buffer(bytes, bytes + ::GetSecurityDescriptorLength(descriptor));
}

Napi::Value getNamedSecurityInfo(const Call& call) {
  const Argument options = call(0, "options");
  SharedHandle impersonate = ClientOf(options);
  auto get = [object = NamedObjectOf(options), syscall = call.syscall()]() mutable {
    return GetSecurityOf(object, syscall);
  };
  return RunAsync(call, std::move(impersonate), std::move(get), [](Napi::Env env, const Buffer& descriptor) {
    return ToUint8Array(env, descriptor.data(), descriptor.size());
  });
}

Napi::Value setNamedSecurityInfo(const Call& call) {
  const Argument options = call(0, "options");
  SharedHandle impersonate = ClientOf(options);
  auto set = [object = NamedObjectOf(options),
              descriptor = DescriptorOf(options.Property("descriptor"), call.syscall()),
              syscall = call.syscall()]() mutable {
    const auto [owner, group, dacl, sacl] = PartsOf(descriptor, object.information, syscall);
    object.Check(::SetNamedSecurityInfoW(object.name.data(), object.type, object.information, owner, group, dacl, sacl),
                 syscall);
  };
  return RunAsync(call, std::move(impersonate), std::move(set));
}

Napi::Value convertStringSecurityDescriptorToSecurityDescriptor(const Call& call) {
  const std::wstring text = call(0, "text").String();
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  ULONG size = 0;
  Check(::ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1, &descriptor, &size),
        call.syscall(), [&] {
          return ErrorContext{{"text", text}};
        });
  const UniqueLocalMemory owner(descriptor);
  return ToUint8Array(call.env(), descriptor, size);
}

Napi::Value convertSecurityDescriptorToStringSecurityDescriptor(const Call& call) {
  Buffer descriptor = DescriptorOf(call(0, "descriptor"), call.syscall());
  const SECURITY_INFORMATION information = call(1, "information").Mask();
  LPWSTR text = nullptr;
  Check(::ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor.data(), SDDL_REVISION_1, information, &text,
                                                               nullptr),
        call.syscall());
  const UniqueLocalMemory owner(text);
  return FromWide(call.env(), text);
}

}  // namespace

void DefineObjectSecurity(Napi::Object exports) {
  DefineMethod<getUserObjectSecurity>(exports, "getUserObjectSecurity", "GetUserObjectSecurity");
  DefineMethod<setUserObjectSecurity>(exports, "setUserObjectSecurity", "SetUserObjectSecurity");
  DefineMethod<getKernelObjectSecurity>(exports, "getKernelObjectSecurity", "GetKernelObjectSecurity");
  DefineMethod<setKernelObjectSecurity>(exports, "setKernelObjectSecurity", "SetKernelObjectSecurity");
  DefineMethod<getNamedSecurityInfo>(exports, "getNamedSecurityInfo", "GetNamedSecurityInfoW");
  DefineMethod<setNamedSecurityInfo>(exports, "setNamedSecurityInfo", "SetNamedSecurityInfoW");
  DefineMethod<convertStringSecurityDescriptorToSecurityDescriptor>(
      exports, "convertStringSecurityDescriptorToSecurityDescriptor",
      "ConvertStringSecurityDescriptorToSecurityDescriptorW");
  DefineMethod<convertSecurityDescriptorToStringSecurityDescriptor>(
      exports, "convertSecurityDescriptorToStringSecurityDescriptor",
      "ConvertSecurityDescriptorToStringSecurityDescriptorW");
}

}  // namespace asuser::native
