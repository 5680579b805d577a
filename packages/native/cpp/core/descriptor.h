// Descriptors of the host's C runtime, the one way from a handle to what libuv makes streams of.
#pragma once

#include <windows.h>

#include <cstdint>

namespace asuser::native {

class Descriptor {
 public:
  // The descriptor owns the handle from then on. Throws Win32Error, and leaves the handle alone.
  static Descriptor Open(HANDLE handle, const char* syscall);

  // And the handle with it. Once, and not when somebody else has taken the number.
  void Close() const;

  int number() const { return number_; }

  // Whether it still is open and still is this one: its number and that of its handle are used again after it. Who has
  // it closed by the loop of this thread may rely on the answer until the loop goes on.
  bool IsOpen() const;

 private:
  Descriptor(int number, HANDLE handle, uint64_t serial) : number_(number), handle_(handle), serial_(serial) {}

  int number_;
  HANDLE handle_;
  uint64_t serial_;
};

}  // namespace asuser::native
