#include "core/argument.h"

#include <algorithm>

#include "core/addon_state.h"
#include "core/utf16.h"

namespace asuser::native {
namespace {

std::string ClassOf(const Napi::Object& object);

template <typename ErrorType>
[[noreturn]] void Throw(Napi::Env env, const char* code, const std::string& message) {
  ErrorType error = ErrorType::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  throw error;
}

std::string Received(const AddonState& state, const Napi::Value& value) {
  if (const auto key = state.KeyOf(value)) return std::string("a ") + NameOf(key->kind()) + " handle";
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean:
    case napi_number:
      return value.ToString().Utf8Value();
    case napi_object:
      return value.IsArray() ? "an array" : ClassOf(value.As<Napi::Object>());
    case napi_string:
      return "a string";
    case napi_function:
      return "a function";
    case napi_bigint:
      return "a bigint";
    case napi_symbol:
      return "a symbol";
    default:
      return "something else";
  }
}

std::string ClassOf(const Napi::Object& object) {
  const Napi::Value constructor = object.Get("constructor");
  if (!constructor.IsFunction()) return "an object";
  const Napi::Value name = constructor.As<Napi::Object>().Get("name");
  return name.IsString() ? "an instance of " + name.As<Napi::String>().Utf8Value() : "an object";
}

std::string Alternatives(std::initializer_list<HandleKind> kinds) {
  std::string text;
  for (const HandleKind kind : kinds) {
    if (!text.empty()) text += " or ";
    text += std::string("a ") + NameOf(kind) + " handle";
  }
  return text;
}

}  // namespace

bool Argument::IsBytes() const {
  return value_.IsTypedArray() && value_.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
}

bool Argument::Boolean() const {
  if (!value_.IsBoolean()) ThrowInvalidType("a boolean");
  return value_.As<Napi::Boolean>().Value();
}

std::string Argument::Name() const {
  if (!value_.IsString()) ThrowInvalidType("a string");
  return value_.As<Napi::String>().Utf8Value();
}

std::wstring Argument::String() const {
  if (!value_.IsString()) ThrowInvalidType("a string");
  std::wstring text = ToWide(value_.As<Napi::String>());
  if (text.find(L'\0') != std::wstring::npos) ThrowInvalidValue("a string without NUL characters");
  return text;
}

uint32_t Argument::Uint32() const { return static_cast<uint32_t>(Integer(0, UINT32_MAX)); }

uint32_t Argument::Mask() const { return static_cast<uint32_t>(static_cast<int64_t>(Integer(INT32_MIN, UINT32_MAX))); }

uint64_t Argument::Uint64() const {
  if (!value_.IsBigInt()) ThrowInvalidType("a bigint");
  bool lossless = false;
  const uint64_t number = value_.As<Napi::BigInt>().Uint64Value(&lossless);
  if (!lossless) {
    Throw<Napi::RangeError>(env(), "ERR_OUT_OF_RANGE", QuotedPath() + " must be from 0n to 2n ** 64n - 1n");
  }
  return number;
}

std::vector<std::byte> Argument::Bytes() const {
  const std::span<const std::byte> bytes = BorrowBytes();
  return {bytes.begin(), bytes.end()};
}

std::span<const std::byte> Argument::BorrowBytes() const {
  if (!IsBytes()) ThrowInvalidType("a Uint8Array");
  const auto array = value_.As<Napi::Uint8Array>();
  return std::as_bytes(std::span(array.Data(), array.ElementLength()));
}

Napi::Function Argument::Callback() const {
  if (!value_.IsFunction()) ThrowInvalidType("a function");
  return value_.As<Napi::Function>();
}

HandleKey Argument::Key() const {
  const auto key = AddonState::Of(env())->KeyOf(value_);
  if (!key) ThrowInvalidType("the key of a handle");
  return *key;
}

SharedHandle Argument::Handle(std::initializer_list<HandleKind> kinds) const {
  const HandleKey key = KeyOfKind(kinds);
  if (key.of_stream()) ThrowInvalidType(Alternatives(kinds) + " that is no stream's");
  return OpenHandle(key).shared();
}

SharedHandle Argument::HandleForNow(std::initializer_list<HandleKind> kinds) const {
  return OpenHandle(KeyOfKind(kinds)).shared();
}

const KernelHandle& Argument::BorrowHandle(HandleKind kind) const { return *OpenHandle(KeyOfKind({kind})).shared(); }

HandleObject& Argument::OwnedHandle(HandleKind kind) const {
  const HandleKey key = KeyOfKind({kind});
  if (!key.counted()) ThrowInvalidType(std::string("a ") + NameOf(kind) + " handle that can be closed");
  return OpenHandle(key);
}

size_t Argument::Word(std::initializer_list<const char*> words) const {
  std::string expected;
  for (const char* word : words) expected += (expected.empty() ? "'" : " or '") + std::string(word) + "'";
  const std::string text = Name();
  const auto* found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) ThrowInvalidValue(expected);
  return static_cast<size_t>(found - words.begin());
}

Argument Argument::Property(const char* name) const {
  if (!value_.IsObject()) ThrowInvalidType("an object");
  return Argument(value_.As<Napi::Object>().Get(name), Path(), name, syscall_);
}

std::vector<Argument> Argument::Elements() const {
  if (!value_.IsArray()) ThrowInvalidType("an array");
  const auto array = value_.As<Napi::Array>();
  std::vector<Argument> elements;
  for (uint32_t index = 0; index < array.Length(); ++index) {
    elements.push_back(Argument(array.Get(index), Path() + "[" + std::to_string(index) + "]", nullptr, syscall_));
  }
  return elements;
}

std::string Argument::Path() const {
  std::string path = parent_;
  if (name_ == nullptr) return path;
  if (!path.empty()) path += '.';
  return path += name_;
}

std::string Argument::QuotedPath() const { return std::string("\"").append(Path()).append("\""); }

void Argument::ThrowInvalidType(const std::string& expected) const {
  Throw<Napi::TypeError>(
      env(), "ERR_INVALID_ARG_TYPE",
      QuotedPath() + " must be " + expected + ". Received " + Received(*AddonState::Of(env()), value_));
}

void Argument::ThrowInvalidValue(const std::string& expected) const {
  Throw<Napi::TypeError>(env(), "ERR_INVALID_ARG_VALUE", QuotedPath() + " must be " + expected);
}

void Argument::ThrowInvalidSecret(const std::string& expected) const {
  Throw<Napi::TypeError>(env(), "ERR_INVALID_ARG_TYPE",
                         QuotedPath() + " must be " + expected + ". What came is a secret");
}

HandleKey Argument::KeyOfKind(std::initializer_list<HandleKind> kinds) const {
  const auto key = AddonState::Of(env())->KeyOf(value_);
  if (!key || std::find(kinds.begin(), kinds.end(), key->kind()) == kinds.end()) ThrowInvalidType(Alternatives(kinds));
  return *key;
}

HandleObject& Argument::OpenHandle(HandleKey key) const {
  HandleObject* handle = AddonState::Of(env())->handles().Find(key);
  if (handle == nullptr) throw Win32Error(ERROR_INVALID_HANDLE, syscall_);
  return *handle;
}

double Argument::Integer(double minimum, double maximum) const {
  if (!value_.IsNumber()) ThrowInvalidType("a number");
  const double number = value_.As<Napi::Number>().DoubleValue();
  const bool in_range = number >= minimum && number <= maximum;
  if (!in_range || static_cast<double>(static_cast<int64_t>(number)) != number) {
    Throw<Napi::RangeError>(
        env(), "ERR_OUT_OF_RANGE",
        QuotedPath() + " must be a whole number of 32 bits. Received " + value_.ToString().Utf8Value());
  }
  return number;
}

std::wstring StringOrEmpty(const Argument& argument) { return argument.IsNull() ? std::wstring() : argument.String(); }

SharedHandle HandleOrNull(const Argument& argument, HandleKind kind) {
  return argument.IsNull() ? nullptr : argument.Handle({kind});
}

}  // namespace asuser::native
