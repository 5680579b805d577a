#include "core/pipe_connections.h"

#include <utility>

#include "core/exclusive_lock.h"
#include "core/named_pipe_creation.h"
#include "core/settle_promise.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

// What an OVERLAPPED says of its operation.
constexpr ULONG_PTR kSucceeded = ERROR_SUCCESS;
constexpr ULONG_PTR kPending = STATUS_PENDING;

constexpr char kOpenDescriptor[] = "uv_open_osfhandle";

}  // namespace

Napi::Promise PipeConnections::Connect(Napi::Env env, SharedHandle pipe, bool adds_another, const char* syscall) {
  if (function_ == nullptr) Open(env, syscall);
  Slot& slot = FreeSlot(syscall);
  napi_value promise = nullptr;
  NAPI_THROW_IF_FAILED(env, napi_create_promise(env, &slot.deferred, &promise), Napi::Promise());
  slot.pipe = std::move(pipe);
  Begin(env, slot, adds_another);
  const DWORD code = ::ConnectNamedPipe(slot.pipe->get(), &slot.overlapped) ? ERROR_SUCCESS : ::GetLastError();
  if (code != ERROR_IO_PENDING) Settle(env, slot, code == ERROR_PIPE_CONNECTED ? ERROR_SUCCESS : code);
  return Napi::Promise(env, promise);
}

void PipeConnections::Open(Napi::Env env, const char* syscall) {
  NAPI_THROW_IF_FAILED_VOID(
      env, napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, syscall), 0, 1, nullptr,
                                           nullptr, this, OnDelivered, &function_));
  napi_unref_threadsafe_function(env, function_);
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

void PipeConnections::SetReferenced(Napi::Env env, const SharedHandle& pipe, bool referenced) {
  for (const auto& slot : slots_) {
    if (slot->pipe == pipe) SetReferenced(env, *slot, referenced);
  }
}

void PipeConnections::SetReferenced(Napi::Env env, Slot& slot, bool referenced) {
  if (slot.referenced == referenced) return;
  slot.referenced = referenced;
  if (referenced && ++referenced_ == 1) napi_ref_threadsafe_function(env, function_);
  if (!referenced && --referenced_ == 0) napi_unref_threadsafe_function(env, function_);
}

void PipeConnections::Begin(Napi::Env env, Slot& slot, bool adds_another) {
  {
    const ExclusiveLock held(slot.lock);
    slot.overlapped = {};
    // As of now, since the wait thread may still be at the signal of an earlier call.
    slot.overlapped.Internal = kPending;
    slot.overlapped.hEvent = slot.event.get();
    slot.adds_another = adds_another;
  }
  slot.pipe->OnClose([&slot] { ::CancelIoEx(slot.pipe->get(), &slot.overlapped); });
  SetReferenced(env, slot, true);
}

void PipeConnections::Settle(Napi::Env env, Slot& slot, DWORD code) {
  SetReferenced(env, slot, false);
  slot.pipe->OnClose(nullptr);
  SharedHandle another = TakeAnother(slot, code);
  slot.pipe.reset();
  SettlePromise(env, std::exchange(slot.deferred, nullptr), [&]() -> Napi::Value {
    if (code != ERROR_SUCCESS) throw Win32Error(code, slot.syscall);
    if (another == nullptr) return env.Null();
    return AddonState::Of(env)->CreateHandle(std::move(another));
  });
}

SharedHandle PipeConnections::TakeAnother(Slot& slot, DWORD code) {
  const ExclusiveLock held(slot.lock);
  if (code == ERROR_SUCCESS) AddAnother(slot);
  slot.adds_another = false;
  return std::exchange(slot.another, nullptr);
}

// Once for each call, within the lock.
void PipeConnections::AddAnother(Slot& slot) {
  if (!std::exchange(slot.adds_another, false)) return;
  try {
    slot.another = CreateNamedPipeLike(*slot.pipe);
    if (slot.another != nullptr) slot.another->OpenDescriptor(kOpenDescriptor);
  } catch (const Win32Error&) {
    // Whoever then creates it, or makes a stream of it, is told why.
  }
}

// The queue of the function has no limit.
void PipeConnections::OnSignaled(void* raw_slot, BOOLEAN) {
  auto* slot = static_cast<Slot*>(raw_slot);
  // Before the other instance is created, which takes about as long as the thread of JavaScript to wake.
  napi_call_threadsafe_function(slot->owner->function_, slot, napi_tsfn_nonblocking);
  const ExclusiveLock held(slot->lock);
  if (slot->overlapped.Internal == kSucceeded) AddAnother(*slot);
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
