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

}  // namespace

ImpersonationScope::ImpersonationScope(const KernelHandle& client) : previous_token_(OpenCurrentThreadToken()) {
  if (client.kind() == HandleKind::kPipe) {
    Check(::ImpersonateNamedPipeClient(client.get()), "ImpersonateNamedPipeClient");
  } else {
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
