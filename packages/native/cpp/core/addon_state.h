#pragma once

#include <napi.h>

#include <cstddef>
#include <memory>
#include <optional>

#include "core/answer_memory.h"
#include "core/handle_table.h"
#include "core/pipe_connections.h"
#include "core/registered_wait.h"
#include "core/tagged_class.h"
#include "core/win32_error.h"

namespace asuser::native {

// What the addon keeps for one environment: the main thread or one worker. Used on its thread alone.
class AddonState {
 public:
  static void Create(Napi::Env env);
  static const std::shared_ptr<AddonState>& Of(Napi::Env env);

  explicit AddonState(Napi::Env env);

  // Takes what the addon calls back into; returns what it makes handles with, which is that of the first call.
  Napi::Object Initialize(const Napi::Object& runtime);

  Napi::Error CreateError(const Win32Error& error) const;

  // A `Handle`, which holds it open, a `PseudoHandle`, and a `StreamHandle`.
  Napi::Object CreateHandle(SharedHandle handle);
  Napi::Object CreatePseudoHandle(SharedHandle handle);
  Napi::Object CreateStreamHandle(SharedHandle handle, const Descriptor& descriptor);
  // The key alone, of which somebody makes the `Handle`.
  Napi::Value CreateKey(SharedHandle handle);
  // Of such a value, or of such an object; nothing for anything else.
  std::optional<HandleKey> KeyOf(const Napi::Value& value) const;

  HandleTable& handles() { return handles_; }
  TaggedClass<WaitObject>& waits() { return waits_; }

  PipeConnections& pipe_connections() { return pipe_connections_; }
  const AnswerMemory& answer_memory() const { return answer_memory_; }

 private:
  // Before the environment goes: nothing of JavaScript may be held any more.
  void TearDown();

  // A key as a value of JavaScript: one that only native code can make.
  Napi::Value ToValue(HandleKey key);
  Napi::Object CreateObject(const Napi::FunctionReference& create, HandleKey key);

  Napi::Env env_;
  HandleTable handles_;
  TaggedClass<WaitObject> waits_;
  PipeConnections pipe_connections_;
  AnswerMemory answer_memory_;
  Napi::FunctionReference create_error_;
  Napi::ObjectReference handle_runtime_;
  Napi::FunctionReference create_handle_;
  Napi::FunctionReference create_pseudo_handle_;
  Napi::FunctionReference create_stream_handle_;
  Napi::FunctionReference key_of_;
};

}  // namespace asuser::native
