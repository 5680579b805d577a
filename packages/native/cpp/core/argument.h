#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "core/handle_table.h"

namespace asuser::native {

// One argument, or one property of one. Each reader checks the type and throws a TypeError with Node's code that names
// the argument, what was expected and what came. Strings are never shown: one of them may be a secret.
class Argument {
 public:
  // `name` is a literal.
  Argument(Napi::Value value, const char* name, const char* syscall) : Argument(value, {}, name, syscall) {}

  Napi::Env env() const { return value_.Env(); }

  bool IsNull() const { return value_.IsNull(); }
  bool IsString() const { return value_.IsString(); }
  bool IsBytes() const;
  bool Boolean() const;
  // A word of the contract, such as the name of an information class.
  std::string Name() const;
  // Without NUL characters, which would end it on the other side.
  std::wstring String() const;
  uint32_t Uint32() const;
  // 32 bits; also the negative number that JavaScript's `|` makes of a mask with the highest bit.
  uint32_t Mask() const;
  uint64_t Uint64() const;
  // Copied.
  std::vector<std::byte> Bytes() const;
  // Valid until JavaScript runs again.
  std::span<const std::byte> BorrowBytes() const;
  Napi::Function Callback() const;
  // Of any handle, open or closed.
  HandleKey Key() const;
  // Open and of one of these kinds. A closed one is ERROR_INVALID_HANDLE of the Win32 function.
  SharedHandle Handle(std::initializer_list<HandleKind> kinds) const;
  // The same for a call that is done with it before the event loop goes on: that of a stream, too.
  SharedHandle HandleForNow(std::initializer_list<HandleKind> kinds) const;
  // The same without a share in it, until JavaScript runs again.
  const KernelHandle& BorrowHandle(HandleKind kind) const;
  // The same for an argument that takes no pseudo handle.
  HandleObject& OwnedHandle(HandleKind kind) const;
  // One of the words; its index.
  size_t Word(std::initializer_list<const char*> words) const;

  Argument Property(const char* name) const;
  std::vector<Argument> Elements() const;

  [[noreturn]] void ThrowInvalidType(const std::string& expected) const;
  [[noreturn]] void ThrowInvalidValue(const std::string& expected) const;
  // The first of them for what is meant to be a secret, whatever it is.
  [[noreturn]] void ThrowInvalidSecret(const std::string& expected) const;

 private:
  Argument(Napi::Value value, std::string parent, const char* name, const char* syscall)
      : value_(value), parent_(std::move(parent)), name_(name), syscall_(syscall) {}

  HandleObject& OpenHandle(HandleKey key) const;
  HandleKey KeyOfKind(std::initializer_list<HandleKind> kinds) const;
  double Integer(double minimum, double maximum) const;
  // Where it is, for an error: `options.name`, `names[1]`. Put together only when it is needed.
  std::string Path() const;
  std::string QuotedPath() const;

  Napi::Value value_;
  std::string parent_;  // Empty for an argument.
  const char* name_;    // Null for an element, which is named by its parent alone.
  const char* syscall_;
};

// Null where the contract allows it.
std::wstring StringOrEmpty(const Argument& argument);
SharedHandle HandleOrNull(const Argument& argument, HandleKind kind);

}  // namespace asuser::native
