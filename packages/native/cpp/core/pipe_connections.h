// Servers' waits for clients of named pipes.
#pragma once

#include <napi.h>
#include <windows.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "core/handle.h"
#include "core/unique_handle.h"

namespace asuser::native {

// The ConnectNamedPipe calls of one environment. Everything but the moment of the signal happens on its thread, and
// with that the creation of another instance: no client finds the door closed while JavaScript is busy, which has less
// to do for each.
//
// Each call under way has a slot with an event and a registered wait for it. Slots are used again, so that a server
// makes neither for every client. Completion ports are not for us: libuv ties the pipe to its own later.
class PipeConnections {
 public:
  PipeConnections() = default;
  PipeConnections(const PipeConnections&) = delete;
  PipeConnections& operator=(const PipeConnections&) = delete;

  // Resolves when the pipe has a client, with another instance like it if that is asked for and can be created, or with
  // null. Closing the JavaScript object of the pipe cancels.
  Napi::Promise Connect(Napi::Env env, SharedHandle pipe, bool adds_another, const char* syscall);
  // Whether the wait for a client of the pipe keeps the loop alive, if there is one. It does from its beginning.
  void SetReferenced(Napi::Env env, const SharedHandle& pipe, bool referenced);

 private:
  struct Slot {
    PipeConnections* owner = nullptr;
    UniqueKernelHandle event;
    HANDLE wait = nullptr;
    OVERLAPPED overlapped = {};
    const char* syscall = nullptr;
    // Only while a call is under way.
    SharedHandle pipe;
    // Who sees first that the call has ended, the wait thread or that of JavaScript, creates the other instance.
    SRWLOCK lock = SRWLOCK_INIT;
    bool adds_another = false;
    SharedHandle another;
    napi_deferred deferred = nullptr;
    bool referenced = false;
  };

  static void AddAnother(Slot& slot);
  static SharedHandle TakeAnother(Slot& slot, DWORD code);
  static void CALLBACK OnSignaled(void* slot, BOOLEAN timed_out);
  static void OnDelivered(napi_env env, napi_value callback, void* self, void* slot);
  static void OnTearDown(void* self);

  void Open(Napi::Env env, const char* syscall);
  Slot& FreeSlot(const char* syscall);
  void Begin(Napi::Env env, Slot& slot, bool adds_another);
  void Settle(Napi::Env env, Slot& slot, DWORD code);
  void SetReferenced(Napi::Env env, Slot& slot, bool referenced);
  void TearDown();

  napi_threadsafe_function function_ = nullptr;
  std::vector<std::unique_ptr<Slot>> slots_;
  size_t referenced_ = 0;
};

}  // namespace asuser::native
