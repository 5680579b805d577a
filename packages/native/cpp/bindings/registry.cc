#include <algorithm>

#include "bindings/bindings.h"
#include "bindings/registry_root.h"
#include "core/async_call.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/security.h"
#include "core/unique_handle.h"
#include "core/utf16.h"
#include "core/values.h"

namespace asuser::native {
namespace {

struct RegistryValue {
  std::wstring name;
  DWORD type = 0;
  Buffer data;
};

// The functions of the registry return their code.
void CheckStatus(LSTATUS status, const char* syscall, const ErrorContext& context) {
  if (status != ERROR_SUCCESS) throw Win32Error(static_cast<DWORD>(status), syscall, context);
}

// Where a key is, as the options of every function say it.
struct KeyPlace {
  const RegistryRoot& root;
  std::wstring text;  // For errors.
  std::wstring path;

  ErrorContext Context() const { return {{"key", text}}; }
  ErrorContext Context(const std::wstring& value) const { return {{"key", text}, {"value", value}}; }

  bool IsRoot() const { return path.empty(); }

  UniqueKey Open(REGSAM access) const {
    if (IsRoot()) return OpenRoot(root, access, Context());
    UniqueKey key;
    CheckStatus(::RegOpenKeyExW(root.predefined, path.c_str(), 0, access, key.receive()), "RegOpenKeyExW", Context());
    return key;
  }
};

KeyPlace KeyPlaceOf(const Argument& options) {
  const RegistryRoot& root = RegistryRootOf(options.Property("root"));
  const std::wstring path = options.Property("path").String();
  const std::wstring name(root.name);
  return {root, path.empty() ? name : name + L'\\' + path, path};
}

Napi::Value regCreateKey(const Call& call) {
  const Argument options = call(0, "options");
  const Argument security = options.Property("security");
  auto create = [place = KeyPlaceOf(options), syscall = call.syscall(),
                 option = static_cast<DWORD>(options.Property("volatile").Boolean() ? REG_OPTION_VOLATILE
                                                                                    : REG_OPTION_NON_VOLATILE),
                 descriptor = security.IsNull() ? Buffer() : DescriptorOf(security, call.syscall())]() mutable {
    if (place.IsRoot()) {
      static_cast<void>(place.Open(KEY_QUERY_VALUE));
      return false;
    }
    SECURITY_ATTRIBUTES attributes = {sizeof(attributes), descriptor.data(), FALSE};
    UniqueKey key;
    DWORD disposition = 0;
    CheckStatus(::RegCreateKeyExW(place.root.predefined, place.path.c_str(), 0, nullptr, option, KEY_QUERY_VALUE,
                                  descriptor.empty() ? nullptr : &attributes, key.receive(), &disposition),
                syscall, place.Context());
    return disposition == REG_CREATED_NEW_KEY;
  };
  return RunAsync(call, ClientOf(options), std::move(create), [](Napi::Env env, bool created) {
    return Napi::String::New(env, created ? "created" : "opened");
  });
}

Napi::Value regDeleteKey(const Call& call) {
  const Argument options = call(0, "options");
  auto remove = [place = KeyPlaceOf(options), syscall = call.syscall()] {
    // A root is never asked to go.
    const LSTATUS status = place.IsRoot() ? ERROR_ACCESS_DENIED
                                          : ::RegDeleteKeyExW(place.root.predefined, place.path.c_str(), 0, 0);
    CheckStatus(status, syscall, place.Context());
  };
  return RunAsync(call, ClientOf(options), std::move(remove));
}

// Until it fits: another may write a larger one between two calls.
RegistryValue Query(const KeyPlace& place, const std::wstring& name, const char* syscall) {
  const UniqueKey key = place.Open(KEY_QUERY_VALUE);
  RegistryValue value{name, 0, Buffer(256)};
  for (;;) {
    auto size = static_cast<DWORD>(value.data.size());
    const LSTATUS status = ::RegQueryValueExW(key.get(), name.c_str(), nullptr, &value.type,
                                              reinterpret_cast<BYTE*>(value.data.data()), &size);
    const bool too_small = status == ERROR_MORE_DATA && size > value.data.size();
    if (!too_small) CheckStatus(status, syscall, place.Context(name));
    value.data.resize(size);
    if (!too_small) return value;
  }
}

Napi::Object ToObject(Napi::Env env, const RegistryValue& value) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("type", Napi::Number::New(env, value.type));
  object.Set("data", ToUint8Array(env, value.data.data(), value.data.size()));
  return object;
}

Napi::Value regQueryValue(const Call& call) {
  const Argument options = call(0, "options");
  auto query = [place = KeyPlaceOf(options), name = options.Property("name").String(), syscall = call.syscall()] {
    return Query(place, name, syscall);
  };
  return RunAsync(call, ClientOf(options), std::move(query),
                  [](Napi::Env env, const RegistryValue& value) { return ToObject(env, value); });
}

Napi::Value regSetValue(const Call& call) {
  const Argument options = call(0, "options");
  auto set = [place = KeyPlaceOf(options), name = options.Property("name").String(),
              type = options.Property("type").Uint32(), data = options.Property("data").Bytes(),
              syscall = call.syscall()] {
    const UniqueKey key = place.Open(KEY_SET_VALUE);
    CheckStatus(::RegSetValueExW(key.get(), name.c_str(), 0, type, reinterpret_cast<const BYTE*>(data.data()),
                                 static_cast<DWORD>(data.size())),
                syscall, place.Context(name));
  };
  return RunAsync(call, ClientOf(options), std::move(set));
}

Napi::Value regDeleteValue(const Call& call) {
  const Argument options = call(0, "options");
  auto remove = [place = KeyPlaceOf(options), name = options.Property("name").String(), syscall = call.syscall()] {
    const UniqueKey key = place.Open(KEY_SET_VALUE);
    CheckStatus(::RegDeleteValueW(key.get(), name.c_str()), syscall, place.Context(name));
  };
  return RunAsync(call, ClientOf(options), std::move(remove));
}

// 255 characters for a key, 16,383 for a value; and a terminator.
constexpr DWORD kLongestKeyName = 256;
constexpr DWORD kLongestValueName = 16384;

std::vector<std::wstring> EnumerateKeys(const KeyPlace& place, const char* syscall) {
  const UniqueKey key = place.Open(KEY_ENUMERATE_SUB_KEYS);
  std::vector<std::wstring> names;
  std::wstring name(kLongestKeyName, L'\0');
  for (DWORD index = 0;; ++index) {
    DWORD length = kLongestKeyName;
    const LSTATUS status =
        ::RegEnumKeyExW(key.get(), index, name.data(), &length, nullptr, nullptr, nullptr, nullptr);
    if (status == ERROR_NO_MORE_ITEMS) return names;
    CheckStatus(status, syscall, place.Context());
    names.push_back(name.substr(0, length));
  }
}

Napi::Value regEnumKey(const Call& call) {
  const Argument options = call(0, "options");
  auto enumerate = [place = KeyPlaceOf(options), syscall = call.syscall()] { return EnumerateKeys(place, syscall); };
  return RunAsync(call, ClientOf(options), std::move(enumerate),
                  [](Napi::Env env, const std::vector<std::wstring>& names) {
                    Napi::Array array = Napi::Array::New(env, names.size());
                    for (uint32_t index = 0; index < names.size(); ++index) array.Set(index, FromWide(env, names[index]));
                    return array;
                  });
}

std::vector<RegistryValue> EnumerateValues(const KeyPlace& place, const char* syscall) {
  const UniqueKey key = place.Open(KEY_QUERY_VALUE);
  std::vector<RegistryValue> values;
  std::wstring name(kLongestValueName, L'\0');
  Buffer data(256);
  for (DWORD index = 0;;) {
    DWORD length = kLongestValueName;
    auto size = static_cast<DWORD>(data.size());
    DWORD type = 0;
    const LSTATUS status = ::RegEnumValueW(key.get(), index, name.data(), &length, nullptr, &type,
                                           reinterpret_cast<BYTE*>(data.data()), &size);
    if (status == ERROR_NO_MORE_ITEMS) return values;
    if (status == ERROR_MORE_DATA && size > data.size()) {
      data.resize(size);
      continue;
    }
    CheckStatus(status, syscall, place.Context());
    values.push_back({name.substr(0, length), type, Buffer(data.begin(), data.begin() + size)});
    ++index;
  }
}

Napi::Value regEnumValue(const Call& call) {
  const Argument options = call(0, "options");
  auto enumerate = [place = KeyPlaceOf(options), syscall = call.syscall()] { return EnumerateValues(place, syscall); };
  return RunAsync(call, ClientOf(options), std::move(enumerate),
                  [](Napi::Env env, const std::vector<RegistryValue>& values) {
                    Napi::Array array = Napi::Array::New(env, values.size());
                    for (uint32_t index = 0; index < values.size(); ++index) {
                      Napi::Object object = ToObject(env, values[index]);
                      object.Set("name", FromWide(env, values[index].name));
                      array.Set(index, object);
                    }
                    return array;
                  });
}

}  // namespace

void DefineRegistry(Napi::Object exports) {
  DefineAsyncMethod<regCreateKey>(exports, "regCreateKey", "RegCreateKeyExW");
  DefineAsyncMethod<regDeleteKey>(exports, "regDeleteKey", "RegDeleteKeyExW");
  DefineAsyncMethod<regQueryValue>(exports, "regQueryValue", "RegQueryValueExW");
  DefineAsyncMethod<regSetValue>(exports, "regSetValue", "RegSetValueExW");
  DefineAsyncMethod<regDeleteValue>(exports, "regDeleteValue", "RegDeleteValueW");
  DefineAsyncMethod<regEnumKey>(exports, "regEnumKey", "RegEnumKeyExW");
  DefineAsyncMethod<regEnumValue>(exports, "regEnumValue", "RegEnumValueW");
}

}  // namespace asuser::native
