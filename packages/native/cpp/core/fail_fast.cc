#include "core/fail_fast.h"

#include <windows.h>

#include <cstdio>

namespace asuser::native {
namespace {

// The exit code of RaiseFailFastException, for where it returns: Wine has it as a stub.
constexpr UINT kStatusFailFastException = 0xC0000602;

void Print(const char* what, DWORD code) {
  char line[256];
  const int length = std::snprintf(line, sizeof(line), "asuser: %s failed with %lu; the process ends\r\n", what, code);
  if (length <= 0) return;
  DWORD written = 0;
  ::WriteFile(::GetStdHandle(STD_ERROR_HANDLE), line, static_cast<DWORD>(length), &written, nullptr);
}

}  // namespace

void FailFast(const char* what) {
  Print(what, ::GetLastError());
  ::RaiseFailFastException(nullptr, nullptr, 0);
  ::TerminateProcess(::GetCurrentProcess(), kStatusFailFastException);
  for (;;) ::Sleep(INFINITE);
}

}  // namespace asuser::native
