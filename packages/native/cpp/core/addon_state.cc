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

AddonState::AddonState(Napi::Env env) : env_(env), waits_(env, "RegisteredWait"), answer_memory_(env) {
  DefineWaitPrototype(waits_.prototype());
}

Napi::Object AddonState::Initialize(const Napi::Object& runtime) {
  create_error_ = Napi::Persistent(runtime.Get("createError").As<Napi::Function>());
  if (handle_runtime_.IsEmpty()) {
    const auto handles = runtime.Get("handles").As<Napi::Object>();
    create_handle_ = Napi::Persistent(handles.Get("createHandle").As<Napi::Function>());
    create_pseudo_handle_ = Napi::Persistent(handles.Get("createPseudoHandle").As<Napi::Function>());
    create_stream_handle_ = Napi::Persistent(handles.Get("createStreamHandle").As<Napi::Function>());
    key_of_ = Napi::Persistent(handles.Get("keyOf").As<Napi::Function>());
    handle_runtime_ = Napi::Persistent(handles);
  }
  return handle_runtime_.Value();
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

Napi::Object AddonState::CreateHandle(SharedHandle handle) {
  return CreateObject(create_handle_, handles_.Add(std::move(handle), HandleKey::Owner::kHolder));
}

Napi::Object AddonState::CreatePseudoHandle(SharedHandle handle) {
  return CreateObject(create_pseudo_handle_, handles_.Add(std::move(handle), HandleKey::Owner::kNobody));
}

Napi::Object AddonState::CreateStreamHandle(SharedHandle handle, const Descriptor& descriptor) {
  return CreateObject(create_stream_handle_, handles_.Add(std::move(handle), descriptor));
}

Napi::Value AddonState::CreateKey(SharedHandle handle) {
  return ToValue(handles_.Add(std::move(handle), HandleKey::Owner::kHolder));
}

Napi::Object AddonState::CreateObject(const Napi::FunctionReference& create, HandleKey key) {
  const Napi::Value value = ToValue(key);
  try {
    if (create.IsEmpty()) throw Napi::Error::New(env_, "The addon is not initialized");
    return create.Call({value}).As<Napi::Object>();
  } catch (const Napi::Error&) {
    handles_.Close(key);
    throw;
  }
}

Napi::Value AddonState::ToValue(HandleKey key) {
  napi_value value = nullptr;
  const napi_status status = napi_create_external(env_, reinterpret_cast<void*>(key.bits()), nullptr, nullptr, &value);
  if (status != napi_ok) handles_.Close(key);
  NAPI_THROW_IF_FAILED(env_, status, Napi::Value());
  return Napi::Value(env_, value);
}

std::optional<HandleKey> AddonState::KeyOf(const Napi::Value& value) const {
  void* bits = nullptr;
  if (napi_get_value_external(env_, value, &bits) != napi_ok) {
    if (!value.IsObject() || key_of_.IsEmpty()) return std::nullopt;
    const Napi::Value found = key_of_.Call({value});
    if (napi_get_value_external(env_, found, &bits) != napi_ok) return std::nullopt;
  }
  const HandleKey key(reinterpret_cast<uint64_t>(bits));
  return handles_.Knows(key) ? std::optional(key) : std::nullopt;
}

void AddonState::TearDown() {
  waits_.TearDown();
  answer_memory_.TearDown();
  create_error_.Reset();
  handle_runtime_.Reset();
  create_handle_.Reset();
  create_pseudo_handle_.Reset();
  create_stream_handle_.Reset();
  key_of_.Reset();
}

}  // namespace asuser::native
