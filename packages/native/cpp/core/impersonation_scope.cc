#include "core/impersonation_scope.h"

#include "core/fail_fast.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

constexpr BOOL kOpenAsSelf = TRUE;  // The client may have no access to its own token.

UniqueKernelHandle OpenCurrentThreadToken() {
  UniqueKernelHandle token;
  if (!::OpenThreadToken(::GetCurrentThread(), TOKEN_IMPERSONATE | TOKEN_QUERY, kOpenAsSelf, token.receive())) {
    Check(::GetLastError() == ERROR_NO_TOKEN, "OpenThreadToken");
  }
  return token;
}

bool CallRevertToSelf() { return ::RevertToSelf(); }

void ImpersonateContext(SecHandle* context) {
  const SECURITY_STATUS status = ::ImpersonateSecurityContext(context);
  if (status != SEC_E_OK) throw Win32Error(static_cast<DWORD>(status), "ImpersonateSecurityContext");
}

void Impersonate(const KernelHandle& client) {
  switch (client.kind()) {
    case HandleKind::kPipe:
      Check(::ImpersonateNamedPipeClient(client.get()), "ImpersonateNamedPipeClient");
      break;
    case HandleKind::kSecurityContext:
      ImpersonateContext(static_cast<SecHandle*>(client.get()));
      break;
    default:
      Check(::ImpersonateLoggedOnUser(client.get()), "ImpersonateLoggedOnUser");
  }
}

}  // namespace

ImpersonationScope::ImpersonationScope(const KernelHandle& client)
    : ImpersonationScope([&] { Impersonate(client); }) {}

ImpersonationScope::ImpersonationScope(const std::function<void()>& enter)
    : ImpersonationScope(enter, {CallRevertToSelf, "RevertToSelf"}) {}

ImpersonationScope::ImpersonationScope(const std::function<void()>& enter, Revert revert)
    : previous_token_(OpenCurrentThreadToken()), revert_(revert) {
  enter();
}

ImpersonationScope::~ImpersonationScope() {
  const bool is_plain = revert_.call == CallRevertToSelf;
  // To set the previous token undoes a plain impersonation; others keep a state of their own, which goes first.
  if ((!is_plain || !previous_token_) && !revert_.call()) FailFast(revert_.name);
  if (previous_token_ && !::SetThreadToken(nullptr, previous_token_.get())) FailFast("SetThreadToken");
}

SECURITY_IMPERSONATION_LEVEL EffectiveImpersonationLevel() {
  UniqueKernelHandle token;
  if (!::OpenThreadToken(::GetCurrentThread(), TOKEN_QUERY, kOpenAsSelf, token.receive())) {
    Check(::GetLastError() == ERROR_CANT_OPEN_ANONYMOUS, "OpenThreadToken");
    return SecurityAnonymous;
  }
  SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
  DWORD size = 0;
  Check(::GetTokenInformation(token.get(), TokenImpersonationLevel, &level, sizeof(level), &size),
        "GetTokenInformation");
  return level;
}

}  // namespace asuser::native
