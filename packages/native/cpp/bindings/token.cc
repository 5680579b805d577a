#include "bindings/bindings.h"
#include "bindings/token_information.h"
#include "core/call.h"
#include "core/security.h"
#include "core/unique_handle.h"

namespace asuser::native {
namespace {

Napi::Value openProcessToken(const Call& call) {
  const SharedHandle process = call(0, "process").Handle({HandleKind::kProcess});
  const uint32_t desired_access = call(1, "desiredAccess").Mask();
  UniqueKernelHandle token;
  Check(::OpenProcessToken(process->get(), desired_access, token.receive()), call.syscall());
  return NewHandle(call.env(), HandleKind::kToken, std::move(token));
}

Napi::Value getCurrentProcessToken(const Call& call) {
  return NewPseudoHandle(call.env(), HandleKind::kToken, ::GetCurrentProcessToken());
}

Napi::Value openThreadToken(const Call& call) {
  const Argument options = call(0, "options");
  const uint32_t desired_access = options.Property("desiredAccess").Mask();
  const BOOL open_as_self = options.Property("openAsSelf").Boolean() ? TRUE : FALSE;
  UniqueKernelHandle token;
  Check(::OpenThreadToken(::GetCurrentThread(), desired_access, open_as_self, token.receive()), call.syscall());
  return NewHandle(call.env(), HandleKind::kToken, std::move(token));
}

Napi::Value duplicateTokenEx(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  const Argument options = call(1, "options");
  const uint32_t desired_access = options.Property("desiredAccess").Mask();
  const auto type = static_cast<TOKEN_TYPE>(options.Property("type").Uint32());
  const auto level = static_cast<SECURITY_IMPERSONATION_LEVEL>(options.Property("impersonationLevel").Uint32());
  UniqueKernelHandle duplicate;
  Check(::DuplicateTokenEx(token->get(), desired_access, nullptr, level, type, duplicate.receive()), call.syscall());
  return NewHandle(call.env(), HandleKind::kToken, std::move(duplicate));
}

Napi::Value getTokenInformation(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  return ReadTokenInformation(call.env(), token->get(), call(1, "informationClass"), call.syscall());
}

// For load.ts.
Napi::Value packTokenInformation(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  return PackTokenInformation(call.state().answer_memory(), token->get(), call(1, "informationClass"), call.syscall());
}

Napi::Value checkTokenMembership(const Call& call) {
  const SharedHandle token = HandleOrNull(call(0, "token"), HandleKind::kToken);
  Buffer sid = SidOf(call(1, "sid"), call.syscall());
  BOOL is_member = FALSE;
  Check(::CheckTokenMembership(token == nullptr ? nullptr : token->get(), sid.data(), &is_member), call.syscall());
  return Napi::Boolean::New(call.env(), is_member != FALSE);
}

}  // namespace

void DefineToken(Napi::Object exports) {
  DefineMethod<openProcessToken>(exports, "openProcessToken", "OpenProcessToken");
  DefineMethod<getCurrentProcessToken>(exports, "getCurrentProcessToken", "GetCurrentProcessToken");
  DefineMethod<openThreadToken>(exports, "openThreadToken", "OpenThreadToken");
  DefineMethod<duplicateTokenEx>(exports, "duplicateTokenEx", "DuplicateTokenEx");
  DefineMethod<getTokenInformation>(exports, "getTokenInformation", "GetTokenInformation");
  DefineMethod<packTokenInformation>(exports, "packTokenInformation", "GetTokenInformation");
  DefineMethod<checkTokenMembership>(exports, "checkTokenMembership", "CheckTokenMembership");
}

}  // namespace asuser::native
