// Memory in which answers are handed to TypeScript without an allocation.
#pragma once

#include <napi.h>
#include <windows.h>

#include <cstddef>
#include <cstring>

#include "core/buffer_query.h"

namespace asuser::native {

// One for each environment. What is in it is to be used up before the next answer comes; it is never given to others.
class AnswerMemory {
 public:
  static constexpr DWORD kSize = 4096;

  struct Answer {
    Napi::Value array;  // Empty: it is in the memory.
    std::byte* bytes;
  };

  explicit AnswerMemory(Napi::Env env) {
    Napi::Uint8Array array = Napi::Uint8Array::New(env, kSize);
    bytes_ = reinterpret_cast<std::byte*>(array.Data());
    array_ = Napi::Persistent(array);
  }

  // The same array each time.
  Napi::Uint8Array array() const { return array_.Value(); }

  // Calls `query(memory, size, &needed)` until the answer fits, as `QueryBuffer` does: in the memory itself, or in an
  // array of its own if it is too long. `size`: what to offer at first, no more than there is.
  template <typename Query>
  Answer Ask(Napi::Env env, const char* syscall, DWORD size, Query query) const {
    Answer answer = {Napi::Value(), bytes_};
    // A flag may be answered with one byte where four are read.
    if (size < kSize) std::memset(bytes_, 0, size);
    for (DWORD needed = 0; !query(answer.bytes, size, &needed); size = needed) {
      CheckTooSmall(size, needed, syscall);
      Napi::Uint8Array array = Napi::Uint8Array::New(env, needed);
      answer = {array, reinterpret_cast<std::byte*>(array.Data())};
    }
    return answer;
  }

  // Before the environment goes: nothing of JavaScript may be held any more.
  void TearDown() { array_.Reset(); }

 private:
  Napi::Reference<Napi::Uint8Array> array_;
  std::byte* bytes_;
};

}  // namespace asuser::native
