#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "bindings/token_claims.h"
#include "bindings/token_information.h"
#include "core/async_call.h"
#include "core/authz_handle.h"
#include "core/buffer_query.h"
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
  return RunAsync(call, nullptr, std::move(open),
                  [](Napi::Env env, UniqueAuthzContext context) { return NewHandle(env, std::move(context)); });
}

AUTHZ_CLIENT_CONTEXT_HANDLE ClientOf(const SharedHandle& context) {
  return static_cast<AuthzContext*>(context->get())->client.get();
}

Napi::Value ReadGroups(Napi::Env env, const Buffer& answer) {
  const auto& groups = *reinterpret_cast<const TOKEN_GROUPS*>(answer.data());
  return GroupsToArray(env, groups.Groups, groups.GroupCount);
}

struct Reader {
  const char* name;
  AUTHZ_CONTEXT_INFORMATION_CLASS information_class;
  Napi::Value (*read)(Napi::Env env, const Buffer& answer);
};

// The claims of AuthZ are laid out as those of tokens are.
constexpr Reader kReaders[] = {
    {"AuthzContextInfoGroupsSids", AuthzContextInfoGroupsSids, ReadGroups},
    {"AuthzContextInfoDeviceSids", AuthzContextInfoDeviceSids, ReadGroups},
    {"AuthzContextInfoUserClaims", AuthzContextInfoUserClaims, ReadClaims},
    {"AuthzContextInfoDeviceClaims", AuthzContextInfoDeviceClaims, ReadClaims},
};

Napi::Value authzGetInformationFromContext(const Call& call) {
  const SharedHandle context = call(0, "context").Handle({HandleKind::kAuthzContext});
  const Argument information_class = call(1, "informationClass");
  const std::string name = information_class.Name();
  const auto* reader =
      std::find_if(std::begin(kReaders), std::end(kReaders), [&](const Reader& entry) { return name == entry.name; });
  if (reader == std::end(kReaders)) {
    information_class.ThrowInvalidValue("the name of an information class of AuthZ that can be read");
  }
  const Buffer answer = QueryBuffer(call.syscall(), [&](void* memory, DWORD size, DWORD* needed) {
    const BOOL succeeded =
        ::AuthzGetInformationFromContext(ClientOf(context), reader->information_class, size, needed, memory);
    // What it needed is told for an answer that does not fit.
    if (succeeded) *needed = size;
    return succeeded;
  });
  return reader->read(call.env(), answer);
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
  Check(::AuthzAccessCheck(0, ClientOf(context), &request, nullptr, descriptor.data(), nullptr, 0, &reply, nullptr),
        call.syscall());
  return ToNodes(call.env(), granted, errors);
}

}  // namespace

void DefineAuthz(Napi::Object exports) {
  DefineAsyncMethod<authzInitializeContextFromSid>(exports, "authzInitializeContextFromSid",
                                                   "AuthzInitializeContextFromSid");
  DefineMethod<authzGetInformationFromContext>(exports, "authzGetInformationFromContext",
                                               "AuthzGetInformationFromContext");
  DefineMethod<authzAccessCheck>(exports, "authzAccessCheck", "AuthzAccessCheck");
}

}  // namespace asuser::native
