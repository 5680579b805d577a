#include <algorithm>
#include <memory>
#include <vector>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/authz_handle.h"
#include "core/call.h"
#include "core/node_access.h"
#include "core/object_type_list.h"
#include "core/security.h"

namespace asuser::native {
namespace {

UniqueAuthzContext OpenContext(PSID sid, DWORD flags, const char* syscall) {
  auto context = std::make_unique<AuthzContext>();
  Check(::AuthzInitializeResourceManager(AUTHZ_RM_FLAG_NO_AUDIT, nullptr, nullptr, nullptr, nullptr,
                                         context->manager.receive()),
        "AuthzInitializeResourceManager");
  Check(::AuthzInitializeContextFromSid(flags, sid, context->manager.get(), nullptr, LUID{}, nullptr,
                                        context->client.receive()),
        syscall);
  return UniqueAuthzContext(context.release());
}

Napi::Value authzInitializeContextFromSid(const Call& call) {
  const Argument options = call(0, "options");
  auto open = [sid = SidOf(options.Property("sid"), call.syscall()), flags = options.Property("flags").Mask(),
               syscall = call.syscall()]() mutable { return OpenContext(sid.data(), flags, syscall); };
  return RunAsync(call, nullptr, std::move(open), [](Napi::Env env, UniqueAuthzContext context) {
    return NewHandle(env, std::move(context));
  });
}

Napi::Value authzAccessCheck(const Call& call) {
  const Argument options = call(0, "options");
  const SharedHandle context = options.Property("context").Handle({HandleKind::kAuthzContext});
  Buffer descriptor = DescriptorOf(options.Property("descriptor"), call.syscall());
  ObjectTypeList types(options.Property("objectTypes"), call.syscall());
  Buffer self = SidOrNone(options.Property("principalSelf"), call.syscall());
  AUTHZ_ACCESS_REQUEST request = {};
  request.DesiredAccess = options.Property("desiredAccess").Mask();
  request.PrincipalSelfSid = PointerToSid(self);
  request.ObjectTypeList = types.data();
  request.ObjectTypeListLength = types.size();
  std::vector<DWORD> granted(std::max<size_t>(types.size(), 1));
  std::vector<DWORD> errors(granted.size());
  AUTHZ_ACCESS_REPLY reply = {};
  reply.ResultListLength = static_cast<DWORD>(granted.size());
  reply.GrantedAccessMask = granted.data();
  reply.Error = errors.data();
  Check(::AuthzAccessCheck(0, static_cast<AuthzContext*>(context->get())->client.get(), &request, nullptr,
                           descriptor.data(), nullptr, 0, &reply, nullptr),
        call.syscall());
  return ToNodes(call.env(), granted, errors);
}

}  // namespace

void DefineAuthz(Napi::Object exports) {
  DefineAsyncMethod<authzInitializeContextFromSid>(exports, "authzInitializeContextFromSid",
                                                   "AuthzInitializeContextFromSid");
  DefineMethod<authzAccessCheck>(exports, "authzAccessCheck", "AuthzAccessCheck");
}

}  // namespace asuser::native
