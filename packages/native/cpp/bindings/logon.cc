#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/password.h"
#include "core/secret.h"
#include "core/unique_handle.h"

namespace asuser::native {
namespace {

Napi::Value logonUser(const Call& call) {
  const Argument options = call(0, "options");
  const Argument domain_or_null = options.Property("domain");
  auto log_on = [user = options.Property("user").String(), has_domain = !domain_or_null.IsNull(),
                 domain = StringOrEmpty(domain_or_null), type = options.Property("type").Uint32(),
                 provider = options.Property("provider").Uint32(), password = PasswordOf(options.Property("password")),
                 syscall = call.syscall()]() mutable {
    UniqueKernelHandle token;
    const BOOL logged_on = ::LogonUserW(user.c_str(), has_domain ? domain.c_str() : nullptr, password.c_str(), type,
                                        provider, token.receive());
    Check(logged_on, syscall, [&] {
      ErrorContext context = {{"user", user}};
      if (has_domain) context.push_back({"domain", domain});
      context.push_back({"type", type});
      return context;
    });
    return token;
  };
  return RunAsync(call, nullptr, std::move(log_on), [](Napi::Env env, UniqueKernelHandle token) {
    return NewHandle(env, HandleKind::kToken, std::move(token));
  });
}

}  // namespace

void DefineLogon(Napi::Object exports) { DefineAsyncMethod<logonUser>(exports, "logonUser", "LogonUserW"); }

}  // namespace asuser::native
