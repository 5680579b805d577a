// A failed Win32 call, as a C++ exception. It knows nothing of JavaScript, so that worker threads can throw it.
#pragma once

#include <windows.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace asuser::native {

// What the call was about: a path, an account. Never a secret.
struct ContextEntry {
  const char* name;
  std::variant<std::wstring, DWORD> value;
};
using ErrorContext = std::vector<ContextEntry>;

class Win32Error {
 public:
  Win32Error(DWORD code, const char* syscall, ErrorContext context = {})
      : code_(code), syscall_(syscall), context_(std::move(context)) {}

  DWORD code() const { return code_; }
  const char* syscall() const { return syscall_; }
  const ErrorContext& context() const { return context_; }

 private:
  DWORD code_;
  const char* syscall_;  // A literal.
  ErrorContext context_;
};

// Throws the last error unless the call succeeded. `make_context` runs only then, after the last error has been read.
template <typename MakeContext>
void Check(bool succeeded, const char* syscall, MakeContext make_context) {
  if (succeeded) return;
  const DWORD code = ::GetLastError();
  throw Win32Error(code, syscall, make_context());
}

inline void Check(bool succeeded, const char* syscall) {
  if (!succeeded) throw Win32Error(::GetLastError(), syscall);
}

}  // namespace asuser::native
