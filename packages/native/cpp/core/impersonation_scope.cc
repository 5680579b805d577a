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

bool QueryLevel(HANDLE token, SECURITY_IMPERSONATION_LEVEL& level) {
  DWORD size = 0;
  return ::GetTokenInformation(token, TokenImpersonationLevel, &level, sizeof(level), &size);
}

void SetThreadTokenOrFailFast(HANDLE token) {
  if (!::SetThreadToken(nullptr, token)) FailFast("SetThreadToken");
}

bool CallRevertToSelf() { return ::RevertToSelf(); }

void ImpersonateContext(SecHandle* context) {
  const SECURITY_STATUS status = ::ImpersonateSecurityContext(context);
  if (status != SEC_E_OK) throw Win32Error(static_cast<DWORD>(status), "ImpersonateSecurityContext");
}

// What ImpersonateLoggedOnUser does, but for its question for the type, whose answer is known after the first time.
void ImpersonateToken(const KernelHandle& token) {
  constexpr const char* kSyscall = "ImpersonateLoggedOnUser";
  const bool as_is = token.TypeOfToken(kSyscall) == TokenImpersonation;
  Check(as_is ? ::SetThreadToken(nullptr, token.get()) : ::ImpersonateLoggedOnUser(token.get()), kSyscall);
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
      ImpersonateToken(client);
  }
}

// Opened, the token of a pipe's or a context's client is a copy at the level of the thread.
SECURITY_IMPERSONATION_LEVEL LevelOfOpenedToken() {
  UniqueKernelHandle token;
  if (!::OpenThreadToken(::GetCurrentThread(), TOKEN_QUERY, kOpenAsSelf, token.receive())) {
    Check(::GetLastError() == ERROR_CANT_OPEN_ANONYMOUS, "OpenThreadToken");
    return SecurityAnonymous;
  }
  SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
  Check(QueryLevel(token.get(), level), "GetTokenInformation");
  return level;
}

}  // namespace

ImpersonationScope::ImpersonationScope(const KernelHandle& client)
    : ImpersonationScope([&] { Impersonate(client); }) {
  has_set_token_ = client.kind() == HandleKind::kToken;
}

ImpersonationScope::ImpersonationScope(const std::function<void()>& enter)
    : ImpersonationScope(enter, {CallRevertToSelf, "RevertToSelf"}) {}

ImpersonationScope::ImpersonationScope(const std::function<void()>& set, SetsToken) : ImpersonationScope(set) {
  has_set_token_ = true;
}

ImpersonationScope::ImpersonationScope(const std::function<void()>& enter, Revert revert)
    : previous_token_(OpenCurrentThreadToken()), revert_(revert) {
  if (!previous_token_) {
    enter();
    return;
  }
  // As the server itself: a client cannot open the server's token, and would own what is made of others on the way.
  if (!::RevertToSelf()) FailFast("RevertToSelf");
  try {
    enter();
  } catch (...) {
    SetThreadTokenOrFailFast(previous_token_.get());
    throw;
  }
}

ImpersonationScope::~ImpersonationScope() {
  const bool is_plain = revert_.call == CallRevertToSelf;
  // To set the previous token undoes a plain impersonation; others keep a state of their own, which goes first.
  if ((!is_plain || !previous_token_) && !revert_.call()) FailFast(revert_.name);
  if (previous_token_) SetThreadTokenOrFailFast(previous_token_.get());
}

// A token that was set is that of the thread itself, which has a pseudo handle: one call in place of three, and one that
// needs no access to a token of somebody else.
SECURITY_IMPERSONATION_LEVEL ImpersonationScope::Level() const {
  SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
  if (has_set_token_ && QueryLevel(::GetCurrentThreadToken(), level)) return level;
  return LevelOfOpenedToken();
}

}  // namespace asuser::native
