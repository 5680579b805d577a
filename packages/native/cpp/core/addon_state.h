#pragma once

#include <napi.h>

#include <cstddef>
#include <memory>

#include "core/answer_memory.h"
#include "core/handle.h"
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

  // Takes what the addon calls back into.
  void Initialize(const Napi::Object& runtime);

  Napi::Error CreateError(const Win32Error& error) const;
  void WarnUnclosedHandle(HandleKind kind) const;

  TaggedClass<HandleObject>& handles() { return handles_; }
  TaggedClass<WaitObject>& waits() { return waits_; }

  PipeConnections& pipe_connections() { return pipe_connections_; }
  const AnswerMemory& answer_memory() const { return answer_memory_; }

  void HandleOpened() { ++open_handles_; }
  void HandleClosed() { --open_handles_; }
  size_t open_handles() const { return open_handles_; }

 private:
  // Objects of JavaScript may outlive this; they then close what they hold without a word.
  void TearDown();

  Napi::Env env_;
  TaggedClass<HandleObject> handles_;
  TaggedClass<WaitObject> waits_;
  PipeConnections pipe_connections_;
  AnswerMemory answer_memory_;
  Napi::FunctionReference create_error_;
  Napi::FunctionReference warn_unclosed_handle_;
  size_t open_handles_ = 0;
  bool torn_down_ = false;
};

}  // namespace asuser::native
