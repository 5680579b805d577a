#pragma once

#include <functional>

#include "core/handle.h"
#include "core/unique_handle.h"

namespace asuser::native {

// The calling thread has another identity for as long as this lives, and then again the one that it had before.
// A failure to put that back ends the process.
class ImpersonationScope {
 public:
  // How a kind of impersonation is undone, and what that is called.
  struct Revert {
    bool (*call)();
    const char* name;
  };

  // A token, the server's end of a named pipe (who wrote what was read from it last), or an accepted security context.
  explicit ImpersonationScope(const KernelHandle& client);
  // `enter` is called as the process itself, also within another scope, and gives the thread its identity, or throws.
  explicit ImpersonationScope(const std::function<void()>& enter);
  ImpersonationScope(const std::function<void()>& enter, Revert revert);
  // The same for what gives the thread a token to keep, as SetThreadToken does: `token`, which stays open as long as this,
  // or one that nobody has a handle of.
  static ImpersonationScope OfSetToken(const std::function<void()>& set, HANDLE token = nullptr) {
    return ImpersonationScope(set, SetToken{token});
  }
  ImpersonationScope(const ImpersonationScope&) = delete;
  ImpersonationScope& operator=(const ImpersonationScope&) = delete;
  ~ImpersonationScope();

  // The level that the thread has; Windows may have lowered the one that was asked for. Throws Win32Error.
  SECURITY_IMPERSONATION_LEVEL Level() const;

 private:
  struct SetToken {
    HANDLE token;
  };
  ImpersonationScope(const std::function<void()>& set, SetToken set_token);

  HANDLE FindPreviousToken();

  const ImpersonationScope* outer_;  // Of this thread; null: none.
  UniqueKernelHandle opened_previous_;
  HANDLE previous_token_;  // Null: the thread did not impersonate.
  Revert revert_;
  bool has_set_token_ = false;   // The thread has a token that was set, rather than what a pipe or a context gave it.
  HANDLE set_token_ = nullptr;  // That one, if it is known.
};

}  // namespace asuser::native
