#include "bindings/bindings.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/security.h"
#include "core/values.h"

namespace asuser::native {
namespace {

constexpr std::initializer_list<HandleKind> kUserObjects = {HandleKind::kWindowStation, HandleKind::kDesktop};
constexpr std::initializer_list<HandleKind> kAnyObject = {
    HandleKind::kToken,   HandleKind::kProcess, HandleKind::kThread, HandleKind::kJob,  HandleKind::kWindowStation,
    HandleKind::kDesktop, HandleKind::kPipe,    HandleKind::kFile,   HandleKind::kMutex};

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
  const SharedHandle object = call(0, "object").Handle(kAnyObject);
  const SECURITY_INFORMATION information = call(1, "information").Mask();
  const Buffer descriptor = QueryBuffer(call.syscall(), [&](void* memory, DWORD size, DWORD* needed) {
    return ::GetKernelObjectSecurity(object->get(), information, memory, size, needed);
  });
  return ToUint8Array(call.env(), descriptor.data(), descriptor.size());
}

Napi::Value setKernelObjectSecurity(const Call& call) {
  const SharedHandle object = call(0, "object").Handle(kAnyObject);
  const SECURITY_INFORMATION information = call(1, "information").Mask();
  Buffer descriptor = DescriptorOf(call(2, "descriptor"), call.syscall());
  Check(::SetKernelObjectSecurity(object->get(), information, descriptor.data()), call.syscall());
  return call.env().Undefined();
}

}  // namespace

void DefineObjectSecurity(Napi::Object exports) {
  DefineMethod<getUserObjectSecurity>(exports, "getUserObjectSecurity", "GetUserObjectSecurity");
  DefineMethod<setUserObjectSecurity>(exports, "setUserObjectSecurity", "SetUserObjectSecurity");
  DefineMethod<getKernelObjectSecurity>(exports, "getKernelObjectSecurity", "GetKernelObjectSecurity");
  DefineMethod<setKernelObjectSecurity>(exports, "setKernelObjectSecurity", "SetKernelObjectSecurity");
}

}  // namespace asuser::native
