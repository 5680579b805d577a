#include <windows.h>
#include <winnetwk.h>

#include <optional>
#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/password.h"
#include "core/unique_handle.h"
#include "core/utf16.h"

namespace asuser::native {
namespace {

struct NetworkEnumerationTraits {
  using Value = HANDLE;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value enumeration) { ::WNetCloseEnum(enumeration); }
};
using UniqueNetworkEnumeration = UniqueHandle<NetworkEnumerationTraits>;

struct Connection {
  std::optional<std::wstring> local_name;
  std::wstring remote_name;
  std::optional<std::wstring> user;
  std::wstring provider;
};

std::optional<std::wstring> TextOrNone(const Argument& argument) {
  return argument.IsNull() ? std::nullopt : std::optional(argument.String());
}

const wchar_t* PointerTo(const std::optional<std::wstring>& text) { return text ? text->c_str() : nullptr; }

std::wstring TextAt(const wchar_t* text) { return text == nullptr ? std::wstring() : std::wstring(text); }

// These functions return their error. That of a provider itself is kept for the thread, and asked for at once.
void CheckNetwork(DWORD code, const char* syscall, ErrorContext context = {}) {
  if (code == NO_ERROR) return;
  if (code == ERROR_EXTENDED_ERROR) {
    DWORD provider_error = 0;
    wchar_t message[512] = L"";
    wchar_t provider[256] = L"";
    if (::WNetGetLastErrorW(&provider_error, message, ARRAYSIZE(message), provider, ARRAYSIZE(provider)) == NO_ERROR) {
      context.push_back({"provider", provider});
      context.push_back({"providerError", provider_error});
      context.push_back({"providerMessage", message});
    }
  }
  throw Win32Error(code, syscall, std::move(context));
}

Napi::Value wNetAddConnection2(const Call& call) {
  const Argument options = call(0, "options");
  const Argument password_or_null = options.Property("password");
  auto connect = [remote_name = options.Property("remoteName").String(),
                  local_name = TextOrNone(options.Property("localName")), user = TextOrNone(options.Property("user")),
                  password = password_or_null.IsNull() ? std::nullopt : std::optional(PasswordOf(password_or_null)),
                  type = options.Property("type").Uint32(), flags = options.Property("flags").Mask(),
                  syscall = call.syscall()]() mutable {
    NETRESOURCEW resource = {};
    resource.dwType = type;
    resource.lpLocalName = local_name ? local_name->data() : nullptr;
    resource.lpRemoteName = remote_name.data();
    ErrorContext context = {{"remoteName", remote_name}};
    if (local_name) context.push_back({"localName", *local_name});
    if (user) context.push_back({"user", *user});
    CheckNetwork(::WNetAddConnection2W(&resource, password ? password->c_str() : nullptr, PointerTo(user), flags),
                 syscall, std::move(context));
  };
  return RunAsync(call, ClientOf(options), std::move(connect));
}

Napi::Value wNetCancelConnection2(const Call& call) {
  const Argument options = call(0, "options");
  auto cancel = [name = options.Property("name").String(), flags = options.Property("flags").Mask(),
                 force = options.Property("force").Boolean(), syscall = call.syscall()] {
    CheckNetwork(::WNetCancelConnection2W(name.c_str(), flags, force ? TRUE : FALSE), syscall, {{"name", name}});
  };
  return RunAsync(call, ClientOf(options), std::move(cancel));
}

// None where the provider does not tell.
std::optional<std::wstring> UserOfConnection(const std::wstring& name) {
  std::wstring user(256, L'\0');
  for (;;) {
    auto length = static_cast<DWORD>(user.size());
    const DWORD code = ::WNetGetUserW(name.c_str(), user.data(), &length);
    if (code == NO_ERROR) return std::wstring(user.c_str());
    if (code != ERROR_MORE_DATA || length <= user.size()) return std::nullopt;
    user.resize(length);
  }
}

Connection ToConnection(const NETRESOURCEW& resource) {
  Connection connection;
  if (resource.lpLocalName != nullptr) connection.local_name = TextAt(resource.lpLocalName);
  connection.remote_name = TextAt(resource.lpRemoteName);
  connection.provider = TextAt(resource.lpProvider);
  connection.user = UserOfConnection(connection.local_name.value_or(connection.remote_name));
  return connection;
}

std::vector<Connection> EnumerateConnections(const char* syscall) {
  UniqueNetworkEnumeration enumeration;
  CheckNetwork(::WNetOpenEnumW(RESOURCE_CONNECTED, RESOURCETYPE_ANY, 0, nullptr, enumeration.receive()), syscall);
  std::vector<Connection> connections;
  std::vector<std::byte> buffer(16 * 1024);
  for (;;) {
    DWORD count = 0xFFFFFFFF;
    auto size = static_cast<DWORD>(buffer.size());
    const DWORD code = ::WNetEnumResourceW(enumeration.get(), &count, buffer.data(), &size);
    if (code == ERROR_NO_MORE_ITEMS) return connections;
    if (code == ERROR_MORE_DATA && size > buffer.size()) {
      buffer.resize(size);
      continue;
    }
    CheckNetwork(code, "WNetEnumResourceW");
    const auto* resources = reinterpret_cast<const NETRESOURCEW*>(buffer.data());
    for (DWORD index = 0; index < count; ++index) connections.push_back(ToConnection(resources[index]));
  }
}

Napi::Value ToValue(Napi::Env env, const std::optional<std::wstring>& text) {
  return text ? Napi::Value(FromWide(env, *text)) : env.Null();
}

Napi::Value ToArray(Napi::Env env, const std::vector<Connection>& connections) {
  Napi::Array array = Napi::Array::New(env, connections.size());
  for (uint32_t index = 0; index < connections.size(); ++index) {
    const Connection& connection = connections[index];
    Napi::Object object = Napi::Object::New(env);
    object.Set("localName", ToValue(env, connection.local_name));
    object.Set("remoteName", FromWide(env, connection.remote_name));
    object.Set("user", ToValue(env, connection.user));
    object.Set("provider", FromWide(env, connection.provider));
    array.Set(index, object);
  }
  return array;
}

Napi::Value wNetEnumerateConnections(const Call& call) {
  auto enumerate = [syscall = call.syscall()] { return EnumerateConnections(syscall); };
  return RunAsync(call, ClientOf(call(0, "identity")), std::move(enumerate), ToArray);
}

}  // namespace

void DefineNetwork(Napi::Object exports) {
  DefineAsyncMethod<wNetAddConnection2>(exports, "wNetAddConnection2", "WNetAddConnection2W");
  DefineAsyncMethod<wNetCancelConnection2>(exports, "wNetCancelConnection2", "WNetCancelConnection2W");
  DefineAsyncMethod<wNetEnumerateConnections>(exports, "wNetEnumerateConnections", "WNetOpenEnumW");
}

}  // namespace asuser::native
