#include "core/addon_state.h"

#include <variant>

#include "core/utf16.h"

namespace asuser::native {
namespace {

Napi::Value ToObject(Napi::Env env, const ErrorContext& context) {
  if (context.empty()) return env.Undefined();
  Napi::Object object = Napi::Object::New(env);
  for (const ContextEntry& entry : context) {
    if (const auto* text = std::get_if<std::wstring>(&entry.value)) {
      object.Set(entry.name, FromWide(env, *text));
    } else {
      object.Set(entry.name, Napi::Number::New(env, std::get<DWORD>(entry.value)));
    }
  }
  return object;
}

}  // namespace

void AddonState::Create(Napi::Env env) {
  auto state = std::make_shared<AddonState>(env);
  env.AddCleanupHook([](AddonState* self) { self->TearDown(); }, state.get());
  env.SetInstanceData(new std::shared_ptr<AddonState>(std::move(state)));
}

const std::shared_ptr<AddonState>& AddonState::Of(Napi::Env env) {
  return *env.GetInstanceData<std::shared_ptr<AddonState>>();
}

AddonState::AddonState(Napi::Env env) : env_(env), handles_(env, "Handle"), waits_(env, "RegisteredWait"), answer_memory_(env) {
  DefineHandlePrototype(handles_.prototype());
  DefineWaitPrototype(waits_.prototype());
}

void AddonState::Initialize(const Napi::Object& runtime) {
  create_error_ = Napi::Persistent(runtime.Get("createError").As<Napi::Function>());
  warn_unclosed_handle_ = Napi::Persistent(runtime.Get("warnUnclosedHandle").As<Napi::Function>());
}

Napi::Error AddonState::CreateError(const Win32Error& error) const {
  if (create_error_.IsEmpty()) throw Napi::Error::New(env_, "The addon is not initialized");
  const Napi::Value value = create_error_.Call({
      Napi::Number::New(env_, error.code()),
      Napi::String::New(env_, error.syscall()),
      ToObject(env_, error.context()),
  });
  return Napi::Error(env_, value);
}

void AddonState::WarnUnclosedHandle(HandleKind kind) const {
  if (torn_down_ || warn_unclosed_handle_.IsEmpty()) return;
  const Napi::HandleScope scope(env_);
  try {
    warn_unclosed_handle_.Call({Napi::String::New(env_, NameOf(kind))});
  } catch (const Napi::Error&) {
    // The collector has nobody to throw to.
  }
}

void AddonState::TearDown() {
  torn_down_ = true;
  handles_.TearDown();
  waits_.TearDown();
  answer_memory_.TearDown();
  create_error_.Reset();
  warn_unclosed_handle_.Reset();
}

}  // namespace asuser::native
