// Memory in which answers are handed to TypeScript without an allocation.
#pragma once

#include <napi.h>
#include <windows.h>

#include <cstddef>

#include "core/buffer_query.h"

namespace asuser::native {

// One for each environment. What is in it is to be used up before the next answer comes; it is never given to others.
class AnswerMemory {
 public:
  struct Answer {
    Napi::Uint8Array array;
    std::byte* bytes;
  };

  explicit AnswerMemory(Napi::Env env) {
    Napi::Uint8Array array = Napi::Uint8Array::New(env, kSize);
    bytes_ = reinterpret_cast<std::byte*>(array.Data());
    array_ = Napi::Persistent(array);
  }

  // Calls `query(memory, size, &needed)` until the answer fits, as `QueryBuffer` does: in the memory itself, or in an
  // array of its own if it is too long.
  template <typename Query>
  Answer Ask(Napi::Env env, const char* syscall, Query query) const {
    Answer answer = {array_.Value(), bytes_};
    for (DWORD size = kSize, needed = 0; !query(answer.bytes, size, &needed); size = needed) {
      CheckTooSmall(size, needed, syscall);
      answer.array = Napi::Uint8Array::New(env, needed);
      answer.bytes = reinterpret_cast<std::byte*>(answer.array.Data());
    }
    return answer;
  }

  // Before the environment goes: nothing of JavaScript may be held any more.
  void TearDown() { array_.Reset(); }

 private:
  static constexpr DWORD kSize = 4096;

  Napi::Reference<Napi::Uint8Array> array_;
  std::byte* bytes_;
};

}  // namespace asuser::native
