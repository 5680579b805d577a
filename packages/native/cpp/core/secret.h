#pragma once

#include <windows.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace asuser::native {

// A password: one copy with a terminator, never reallocated, wiped when it goes.
class Secret {
 public:
  explicit Secret(std::span<const std::byte> utf16) : size_(utf16.size() / sizeof(wchar_t) + 1) {
    units_ = std::make_unique<wchar_t[]>(size_);
    std::memcpy(units_.get(), utf16.data(), (size_ - 1) * sizeof(wchar_t));
  }
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) = delete;
  ~Secret() {
    if (units_) ::SecureZeroMemory(units_.get(), size_ * sizeof(wchar_t));
  }

  const wchar_t* c_str() const { return units_.get(); }
  size_t length() const { return size_ - 1; }

 private:
  size_t size_;
  std::unique_ptr<wchar_t[]> units_;
};

}  // namespace asuser::native
