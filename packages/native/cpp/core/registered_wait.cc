#include "core/registered_wait.h"

#include <utility>

#include "core/addon_state.h"
#include "core/call.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

RegisteredWait& Receiver(const Call& call) {
  WaitObject* object = call.state().waits().Find(call.info().This());
  if (object == nullptr) throw call.InvalidReceiver("a registered wait");
  return object->wait();
}

Napi::Value ref(const Call& call) {
  Receiver(call).Ref();
  return call.env().Undefined();
}

Napi::Value unref(const Call& call) {
  Receiver(call).Unref();
  return call.env().Undefined();
}

Napi::Value unregister(const Call& call) {
  Receiver(call).Unregister();
  return call.env().Undefined();
}

// Node only warns of what a call back of a thread-safe function throws; it shall be an uncaught exception like any.
void CallBack(napi_env env, napi_value callback) {
  napi_value undefined = nullptr;
  napi_get_undefined(env, &undefined);
  if (napi_call_function(env, undefined, callback, 0, nullptr, nullptr) != napi_pending_exception) return;
  napi_value exception = nullptr;
  if (napi_get_and_clear_last_exception(env, &exception) == napi_ok) napi_fatal_exception(env, exception);
}

}  // namespace

std::shared_ptr<RegisteredWait> RegisteredWait::Register(Napi::Env env, SharedHandle object,
                                                         const Napi::Function& callback, const char* syscall) {
  // Asked at once, for a handle without SYNCHRONIZE may only fail on the wait thread, and take other waits with it.
  Check(::WaitForSingleObject(object->get(), 0) != WAIT_FAILED, syscall);
  auto wait = std::make_shared<RegisteredWait>(env, std::move(object));
  NAPI_THROW_IF_FAILED(
      env,
      napi_create_threadsafe_function(env, callback, nullptr, Napi::String::New(env, syscall), 0, 1, wait.get(),
                                      OnFunctionFreed, wait.get(), OnDelivered, &wait->function_),
      nullptr);
  wait->held_by_function_ = wait;
  // After the function, since hooks run last in, first out: the wait thread must be done with it before it goes.
  napi_add_env_cleanup_hook(env, OnTearDown, wait.get());
  if (!::RegisterWaitForSingleObject(&wait->wait_, wait->object_->get(), OnSignaled, wait.get(), INFINITE,
                                     WT_EXECUTEONLYONCE | WT_EXECUTEINWAITTHREAD)) {
    const DWORD code = ::GetLastError();
    wait->wait_ = nullptr;
    wait->Unregister();
    throw Win32Error(code, syscall);
  }
  return wait;
}

void RegisteredWait::Ref() {
  if (function_ != nullptr) napi_ref_threadsafe_function(env_, function_);
}

void RegisteredWait::Unref() {
  if (function_ != nullptr) napi_unref_threadsafe_function(env_, function_);
}

void RegisteredWait::Unregister() {
  if (function_ == nullptr) return;
  // Blocks while `OnSignaled` runs, which only queues.
  if (wait_ != nullptr) ::UnregisterWaitEx(std::exchange(wait_, nullptr), INVALID_HANDLE_VALUE);
  napi_remove_env_cleanup_hook(env_, OnTearDown, this);
  object_.reset();
  napi_release_threadsafe_function(std::exchange(function_, nullptr), napi_tsfn_release);
}

void RegisteredWait::OnSignaled(void* self, BOOLEAN) {
  // The function outlives the wait, and its queue has no limit: this cannot fail but for want of memory.
  napi_call_threadsafe_function(static_cast<RegisteredWait*>(self)->function_, nullptr, napi_tsfn_nonblocking);
}

void RegisteredWait::OnDelivered(napi_env env, napi_value callback, void* self, void*) {
  // What was queued when the environment went: the function freed the wait before.
  if (env == nullptr) return;
  auto* wait = static_cast<RegisteredWait*>(self);
  const bool unregistered = wait->function_ == nullptr;
  if (unregistered) return;
  wait->Unregister();
  CallBack(env, callback);
}

void RegisteredWait::OnFunctionFreed(napi_env, void* self, void*) {
  static_cast<RegisteredWait*>(self)->held_by_function_.reset();
}

void RegisteredWait::OnTearDown(void* self) { static_cast<RegisteredWait*>(self)->Unregister(); }

void DefineWaitPrototype(const Napi::Object& prototype) {
  DefineMethod<ref>(prototype, "ref", "RegisterWaitForSingleObject");
  DefineMethod<unref>(prototype, "unref", "RegisterWaitForSingleObject");
  DefineMethod<unregister>(prototype, "unregister", "UnregisterWaitEx");
  Napi::Object(prototype).Set(Napi::Symbol::WellKnown(prototype.Env(), "dispose"), prototype.Get("unregister"));
}

}  // namespace asuser::native
