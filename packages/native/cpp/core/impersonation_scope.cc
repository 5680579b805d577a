#include "core/impersonation_scope.h"

#include "core/fail_fast.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

UniqueKernelHandle OpenCurrentThreadToken() {
  UniqueKernelHandle token;
  constexpr BOOL kOpenAsSelf = TRUE;  // The client may have no access to its own token.
  if (!::OpenThreadToken(::GetCurrentThread(), TOKEN_IMPERSONATE | TOKEN_QUERY, kOpenAsSelf, token.receive())) {
    Check(::GetLastError() == ERROR_NO_TOKEN, "OpenThreadToken");
  }
  return token;
}

void ImpersonateContext(SecHandle* context) {
  const SECURITY_STATUS status = ::ImpersonateSecurityContext(context);
  if (status != SEC_E_OK) throw Win32Error(static_cast<DWORD>(status), "ImpersonateSecurityContext");
}

}  // namespace

ImpersonationScope::ImpersonationScope(const KernelHandle& client) : previous_token_(OpenCurrentThreadToken()) {
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

ImpersonationScope::~ImpersonationScope() {
  if (previous_token_) {
    if (!::SetThreadToken(nullptr, previous_token_.get())) FailFast("SetThreadToken");
  } else {
    if (!::RevertToSelf()) FailFast("RevertToSelf");
  }
}

}  // namespace asuser::native
