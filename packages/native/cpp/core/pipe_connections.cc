#include "core/pipe_connections.h"

#include <utility>

#include "core/settle_promise.h"
#include "core/win32_error.h"

namespace asuser::native {

Napi::Promise PipeConnections::Connect(Napi::Env env, SharedHandle pipe, const char* syscall) {
  if (function_ == nullptr) Open(env, syscall);
  Slot& slot = FreeSlot(syscall);
  napi_value promise = nullptr;
  NAPI_THROW_IF_FAILED(env, napi_create_promise(env, &slot.deferred, &promise), Napi::Promise());
  slot.pipe = std::move(pipe);
  Begin(slot);
  const DWORD code = ::ConnectNamedPipe(slot.pipe->get(), &slot.overlapped) ? ERROR_SUCCESS : ::GetLastError();
  if (code != ERROR_IO_PENDING) Settle(env, slot, code == ERROR_PIPE_CONNECTED ? ERROR_SUCCESS : code);
  return Napi::Promise(env, promise);
}

void PipeConnections::Open(Napi::Env env, const char* syscall) {
  NAPI_THROW_IF_FAILED_VOID(
      env, napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, syscall), 0, 1, nullptr,
                                           nullptr, this, OnDelivered, &function_));
  napi_unref_threadsafe_function(env, function_);
  env_ = env;
  // After the function, since hooks run last in, first out: the wait threads must be done with it before it goes.
  napi_add_env_cleanup_hook(env, OnTearDown, this);
}

PipeConnections::Slot& PipeConnections::FreeSlot(const char* syscall) {
  for (const auto& slot : slots_) {
    if (slot->pipe == nullptr) return *slot;
  }
  auto slot = std::make_unique<Slot>();
  slot->owner = this;
  slot->syscall = syscall;
  // Reset by the wait that takes the signal, which would call for ever otherwise. Nobody else waits before it has ended.
  slot->event.reset(::CreateEventW(nullptr, FALSE, FALSE, nullptr));
  Check(static_cast<bool>(slot->event), "CreateEventW");
  Check(::RegisterWaitForSingleObject(&slot->wait, slot->event.get(), OnSignaled, slot.get(), INFINITE,
                                      WT_EXECUTEINWAITTHREAD),
        "RegisterWaitForSingleObject");
  slots_.push_back(std::move(slot));
  return *slots_.back();
}

void PipeConnections::Begin(Slot& slot) {
  slot.overlapped = {};
  slot.overlapped.hEvent = slot.event.get();
  slot.pipe->OnClose([&slot] { ::CancelIoEx(slot.pipe->get(), &slot.overlapped); });
  if (++under_way_ == 1) napi_ref_threadsafe_function(env_, function_);
}

void PipeConnections::Settle(Napi::Env env, Slot& slot, DWORD code) {
  if (--under_way_ == 0) napi_unref_threadsafe_function(env, function_);
  slot.pipe->OnClose(nullptr);
  slot.pipe.reset();
  SettlePromise(env, std::exchange(slot.deferred, nullptr), [&] {
    if (code != ERROR_SUCCESS) throw Win32Error(code, slot.syscall);
    return env.Undefined();
  });
}

// The queue of the function has no limit.
void PipeConnections::OnSignaled(void* raw_slot, BOOLEAN) {
  auto* slot = static_cast<Slot*>(raw_slot);
  napi_call_threadsafe_function(slot->owner->function_, slot, napi_tsfn_nonblocking);
}

void PipeConnections::OnDelivered(napi_env raw_env, napi_value, void* self, void* raw_slot) {
  // What was queued when the environment went: the slots went before.
  if (raw_env == nullptr) return;
  auto* slot = static_cast<Slot*>(raw_slot);
  // A signal of an earlier call, whose outcome was known at once, may come now.
  const bool is_stale = slot->pipe == nullptr || !HasOverlappedIoCompleted(&slot->overlapped);
  if (is_stale) return;
  DWORD transferred = 0;
  const bool connected = ::GetOverlappedResult(slot->pipe->get(), &slot->overlapped, &transferred, FALSE);
  const DWORD code = connected ? ERROR_SUCCESS : ::GetLastError();
  static_cast<PipeConnections*>(self)->Settle(raw_env, *slot, code);
}

void PipeConnections::OnTearDown(void* self) { static_cast<PipeConnections*>(self)->TearDown(); }

// Blocks until no wait thread and no system call knows the slots any more.
void PipeConnections::TearDown() {
  for (const auto& slot : slots_) {
    ::UnregisterWaitEx(slot->wait, INVALID_HANDLE_VALUE);
    if (slot->pipe == nullptr) continue;
    DWORD transferred = 0;
    ::CancelIoEx(slot->pipe->get(), &slot->overlapped);
    ::GetOverlappedResult(slot->pipe->get(), &slot->overlapped, &transferred, TRUE);
    slot->pipe->OnClose(nullptr);
  }
  slots_.clear();
  napi_release_threadsafe_function(std::exchange(function_, nullptr), napi_tsfn_release);
}

}  // namespace asuser::native
