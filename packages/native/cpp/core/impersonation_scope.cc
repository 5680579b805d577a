#include "core/impersonation_scope.h"

#include "core/fail_fast.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

constexpr BOOL kOpenAsSelf = TRUE;  // The client may have no access to its own token.

thread_local const ImpersonationScope* innermost = nullptr;

bool QueryTokenId(HANDLE token, LUID& id) {
  TOKEN_STATISTICS statistics = {};
  DWORD size = 0;
  if (!::GetTokenInformation(token, TokenStatistics, &statistics, sizeof(statistics), &size)) return false;
  id = statistics.TokenId;
  return true;
}

bool IsTokenOfThread(HANDLE token) {
  LUID id = {};
  LUID id_of_thread = {};
  return token != nullptr && QueryTokenId(token, id) && QueryTokenId(::GetCurrentThreadToken(), id_of_thread) &&
         id.LowPart == id_of_thread.LowPart && id.HighPart == id_of_thread.HighPart;
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
  if (client.kind() != HandleKind::kToken) return;
  has_set_token_ = true;
  set_token_ = client.get();
}

ImpersonationScope::ImpersonationScope(const std::function<void()>& enter)
    : ImpersonationScope(enter, {CallRevertToSelf, "RevertToSelf"}) {}

ImpersonationScope::ImpersonationScope(const std::function<void()>& set, SetToken set_token)
    : ImpersonationScope(set) {
  has_set_token_ = true;
  set_token_ = set_token.token;
}

ImpersonationScope::ImpersonationScope(const std::function<void()>& enter, Revert revert)
    : outer_(innermost), previous_token_(FindPreviousToken()), revert_(revert) {
  if (previous_token_ == nullptr) {
    enter();
  } else {
    // As the server itself: a client cannot open the server's token, and would own what is made of others on the way.
    if (!::RevertToSelf()) FailFast("RevertToSelf");
    try {
      enter();
    } catch (...) {
      SetThreadTokenOrFailFast(previous_token_);
      throw;
    }
  }
  innermost = this;
}

HANDLE ImpersonationScope::FindPreviousToken() {
  if (::OpenThreadToken(::GetCurrentThread(), TOKEN_IMPERSONATE | TOKEN_QUERY, kOpenAsSelf,
                        opened_previous_.receive())) {
    return opened_previous_.get();
  }
  const DWORD code = ::GetLastError();
  if (code == ERROR_NO_TOKEN) return nullptr;
  // The DACL of a token that LSA has made may keep the server out: then only the handle is left that it was set with.
  const HANDLE set = outer_ == nullptr ? nullptr : outer_->set_token_;
  if (code == ERROR_ACCESS_DENIED && IsTokenOfThread(set)) return set;
  throw Win32Error(code, "OpenThreadToken");
}

ImpersonationScope::~ImpersonationScope() {
  const bool is_plain = revert_.call == CallRevertToSelf;
  // To set the previous token undoes a plain impersonation; others keep a state of their own, which goes first.
  if ((!is_plain || previous_token_ == nullptr) && !revert_.call()) FailFast(revert_.name);
  if (previous_token_ != nullptr) SetThreadTokenOrFailFast(previous_token_);
  innermost = outer_;
}

// A token that was set is that of the thread itself, which has a pseudo handle: one call in place of three, and one that
// needs no access to a token of somebody else.
SECURITY_IMPERSONATION_LEVEL ImpersonationScope::Level() const {
  SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
  if (has_set_token_ && QueryLevel(::GetCurrentThreadToken(), level)) return level;
  return LevelOfOpenedToken();
}

}  // namespace asuser::native
