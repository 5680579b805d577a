// Owners of what Windows gives out and wants back.
#pragma once

#include <windows.h>

#include <userenv.h>

#include <utility>

namespace asuser::native {

// Moves, never copies. Giving back keeps the last error, so that it can happen between a failed call and its report.
template <typename Traits>
class UniqueHandle {
 public:
  using Value = typename Traits::Value;

  UniqueHandle() = default;
  explicit UniqueHandle(Value value) : value_(value) {}
  UniqueHandle(UniqueHandle&& other) noexcept : value_(other.release()) {}
  UniqueHandle& operator=(UniqueHandle&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~UniqueHandle() { reset(); }

  [[nodiscard]] Value get() const { return value_; }
  [[nodiscard]] Value release() { return std::exchange(value_, Traits::kEmpty); }
  explicit operator bool() const { return value_ != Traits::kEmpty; }

  void reset(Value value = Traits::kEmpty) {
    const Value previous = std::exchange(value_, value);
    if (previous == Traits::kEmpty) return;
    const DWORD last_error = ::GetLastError();
    Traits::GiveBack(previous);
    ::SetLastError(last_error);
  }

  // For a function that returns the handle through a pointer; only while this is empty.
  [[nodiscard]] Value* receive() { return &value_; }

 private:
  Value value_ = Traits::kEmpty;
};

struct KernelHandleTraits {
  using Value = HANDLE;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value handle) { ::CloseHandle(handle); }
};
using UniqueKernelHandle = UniqueHandle<KernelHandleTraits>;

struct WindowStationTraits {
  using Value = HWINSTA;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value station) { ::CloseWindowStation(station); }
};
using UniqueWindowStation = UniqueHandle<WindowStationTraits>;

struct DesktopTraits {
  using Value = HDESK;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value desktop) { ::CloseDesktop(desktop); }
};
using UniqueDesktop = UniqueHandle<DesktopTraits>;

struct LocalMemoryTraits {
  using Value = HLOCAL;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value memory) { ::LocalFree(memory); }
};
using UniqueLocalMemory = UniqueHandle<LocalMemoryTraits>;

struct EnvironmentBlockTraits {
  using Value = void*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value block) { ::DestroyEnvironmentBlock(block); }
};
using UniqueEnvironmentBlock = UniqueHandle<EnvironmentBlockTraits>;

// CreateFileW and CreateNamedPipeW say "none" with INVALID_HANDLE_VALUE, everything else with null.
inline UniqueKernelHandle FromFileHandle(HANDLE handle) {
  return UniqueKernelHandle(handle == INVALID_HANDLE_VALUE ? nullptr : handle);
}

}  // namespace asuser::native
