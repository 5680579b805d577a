#pragma once

#include <napi.h>

#include <cstring>
#include <memory>
#include <utility>

#include "core/random_bytes.h"

namespace asuser::native {

// A JavaScript class whose instances only the addon makes. Each carries a random tag of this load, so that no object
// of JavaScript, of another addon, or of another copy of this one can pass for one.
template <typename T>
class TaggedClass {
 public:
  TaggedClass(Napi::Env env, const char* name) {
    const auto random = RandomBytes<sizeof(napi_type_tag)>();
    std::memcpy(&tag_, random.data(), sizeof(tag_));
    napi_value constructor = nullptr;
    NAPI_THROW_IF_FAILED_VOID(
        env, napi_define_class(env, name, NAPI_AUTO_LENGTH, Construct, this, 0, nullptr, &constructor));
    constructor_ = Napi::Persistent(Napi::Function(env, constructor));
  }

  Napi::Object prototype() const { return constructor_.Value().Get("prototype").template As<Napi::Object>(); }

  Napi::Object New(std::unique_ptr<T> value) {
    under_construction_ = std::move(value);
    try {
      return constructor_.New({});
    } catch (...) {
      under_construction_.reset();
      throw;
    }
  }

  // Makes an object of JavaScript carry a value and the tag. It owns the value from then on.
  void Mark(const Napi::Object& object, std::unique_ptr<T> value) const {
    const Napi::Env env = object.Env();
    NAPI_THROW_IF_FAILED_VOID(env, napi_wrap(env, object, value.get(), Finalize, nullptr, nullptr));
    static_cast<void>(value.release());
    object.TypeTag(&tag_);
  }

  // The value of a marked object; null for anything else.
  T* Find(const Napi::Value& candidate) const {
    if (!candidate.IsObject() || !candidate.As<Napi::Object>().CheckTypeTag(&tag_)) return nullptr;
    void* value = nullptr;
    return napi_unwrap(candidate.Env(), candidate, &value) == napi_ok ? static_cast<T*>(value) : nullptr;
  }

  // Before the environment goes: nothing of JavaScript may be held any more.
  void TearDown() { constructor_.Reset(); }

 private:
  static napi_value Construct(napi_env env, napi_callback_info raw) {
    return Napi::details::WrapCallback(env, [&]() -> napi_value {
      const Napi::CallbackInfo info(env, raw);
      auto* self = static_cast<TaggedClass*>(info.Data());
      if (!self->under_construction_) throw Napi::TypeError::New(env, "Illegal constructor");
      self->Mark(info.This().As<Napi::Object>(), std::move(self->under_construction_));
      return info.This();
    });
  }

  static void Finalize(napi_env, void* value, void*) { delete static_cast<T*>(value); }

  napi_type_tag tag_;
  Napi::FunctionReference constructor_;
  std::unique_ptr<T> under_construction_;
};

}  // namespace asuser::native
