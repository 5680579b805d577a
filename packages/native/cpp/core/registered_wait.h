// Call backs for objects that become signaled.
#pragma once

#include <napi.h>
#include <windows.h>

#include <memory>

#include "core/handle.h"

namespace asuser::native {

// Lives until it has called back or is unregistered, whether or not JavaScript still has its object, and keeps the
// object that it waits for open. Everything but the moment of the signal happens on the JavaScript thread.
class RegisteredWait : public std::enable_shared_from_this<RegisteredWait> {
 public:
  static std::shared_ptr<RegisteredWait> Register(Napi::Env env, SharedHandle object, const Napi::Function& callback,
                                                  const char* syscall);

  explicit RegisteredWait(Napi::Env env, SharedHandle object) : env_(env), object_(std::move(object)) {}
  RegisteredWait(const RegisteredWait&) = delete;
  RegisteredWait& operator=(const RegisteredWait&) = delete;

  void Ref();
  void Unref();
  void Unregister();

 private:
  static void CALLBACK OnSignaled(void* self, BOOLEAN timed_out);
  static void OnDelivered(napi_env env, napi_value callback, void* self, void* data);
  static void OnFunctionFreed(napi_env env, void* self, void* hint);
  static void OnTearDown(void* self);

  napi_env env_;
  SharedHandle object_;
  HANDLE wait_ = nullptr;
  napi_threadsafe_function function_ = nullptr;
  std::shared_ptr<RegisteredWait> held_by_function_;
};

// What the JavaScript object of a wait carries.
class WaitObject {
 public:
  explicit WaitObject(std::shared_ptr<RegisteredWait> wait) : wait_(std::move(wait)) {}
  RegisteredWait& wait() { return *wait_; }

 private:
  std::shared_ptr<RegisteredWait> wait_;
};

// Adds `ref`, `unref`, `unregister` and `Symbol.dispose` to the prototype of wait objects.
void DefineWaitPrototype(const Napi::Object& prototype);

}  // namespace asuser::native
