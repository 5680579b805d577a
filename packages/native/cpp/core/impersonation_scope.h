#pragma once

#include "core/handle.h"
#include "core/unique_handle.h"

namespace asuser::native {

// The calling thread has the identity of a client for as long as this lives, and then again the one that it had before.
// A failure to put that back ends the process.
class ImpersonationScope {
 public:
  // A token, or the server's end of a named pipe: who wrote what was read from it last.
  explicit ImpersonationScope(const KernelHandle& client);
  ImpersonationScope(const ImpersonationScope&) = delete;
  ImpersonationScope& operator=(const ImpersonationScope&) = delete;
  ~ImpersonationScope();

 private:
  UniqueKernelHandle previous_token_;  // Empty: the thread did not impersonate.
};

}  // namespace asuser::native
