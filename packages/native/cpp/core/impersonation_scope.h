#pragma once

#include <functional>

#include "core/handle.h"
#include "core/unique_handle.h"

namespace asuser::native {

// The calling thread has another identity for as long as this lives, and then again the one that it had before.
// A failure to put that back ends the process.
class ImpersonationScope {
 public:
  // As the client of a token.
  explicit ImpersonationScope(const KernelHandle& token);
  // `enter` gives the thread its identity, or throws and leaves it alone.
  explicit ImpersonationScope(const std::function<void()>& enter);
  ImpersonationScope(const ImpersonationScope&) = delete;
  ImpersonationScope& operator=(const ImpersonationScope&) = delete;
  ~ImpersonationScope();

 private:
  UniqueKernelHandle previous_token_;  // Empty: the thread did not impersonate.
};

}  // namespace asuser::native
