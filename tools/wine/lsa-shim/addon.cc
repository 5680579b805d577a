// The JavaScript face. index.mjs is the only one to use it, and checks what it is given.
#include <napi.h>
#include <windows.h>

#include <string>

#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/import_table.h"
#include "lsa-shim/profile.h"

namespace asuser::wine {
namespace {

std::wstring ToWide(const Napi::Value& value) {
  const std::u16string text = value.As<Napi::String>().Utf16Value();
  return std::wstring(text.begin(), text.end());
}

Napi::String FromWide(Napi::Env env, const std::wstring& text) {
  return Napi::String::New(env, std::u16string(text.begin(), text.end()));
}

template <typename T, typename Convert>
std::vector<T> ToVector(const Napi::Value& value, Convert convert) {
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<T> items;
  for (uint32_t index = 0; index < array.Length(); ++index) items.push_back(convert(array.Get(index)));
  return items;
}

DWORD ToDword(const Napi::Value& value) { return value.As<Napi::Number>().Uint32Value(); }

TokenPrivilege ToPrivilege(const Napi::Value& value) {
  const std::wstring name = ToWide(value.As<Napi::Object>().Get("name"));
  LUID luid = {};
  if (!LookupPrivilegeValueW(nullptr, name.c_str(), &luid)) {
    throw Napi::RangeError::New(value.Env(), "Wine knows no privilege of that name");
  }
  const bool enabled = value.As<Napi::Object>().Get("enabled").ToBoolean();
  return {luid.LowPart, enabled ? kPrivilegeEnabled : kPrivilegeDisabled};
}

Account ToAccount(const Napi::Value& value) {
  const Napi::Object object = value.As<Napi::Object>();
  return {
      .name = ToWide(object.Get("name")),
      .sid = ToWide(object.Get("sid")),
      .password = ToWide(object.Get("password")),
      .logon_error = ToDword(object.Get("logonError")),
      .logon_types = ToVector<DWORD>(object.Get("logonTypes"), ToDword),
      .groups = ToVector<std::wstring>(object.Get("groups"), ToWide),
      .privileges = ToVector<TokenPrivilege>(object.Get("privileges"), ToPrivilege),
      .has_logon_sid = object.Get("hasLogonSid").ToBoolean(),
  };
}

// setDomain({ name, sid, accounts, servicePassword })
void SetDomainFromObject(const Napi::CallbackInfo& info) {
  const Napi::Object object = info[0].As<Napi::Object>();
  Domain domain = {
      .name = ToWide(object.Get("name")),
      .sid = ToWide(object.Get("sid")),
      .accounts = ToVector<Account>(object.Get("accounts"), ToAccount),
      .service_password = ToWide(object.Get("servicePassword")),
  };
  for (const Account& account : domain.accounts) {
    if (!CreateProfile(account)) throw Napi::Error::New(info.Env(), "cannot create a profile folder");
  }
  SetDomain(std::move(domain));
}

// Loads the module as node does later, which then finds it loaded. It stays, so that the hooks do.
HMODULE LoadModule(const Napi::Value& path) {
  const HMODULE module = LoadLibraryExW(ToWide(path).c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (module == nullptr) {
    const std::string name = path.As<Napi::String>();
    throw Napi::Error::New(path.Env(), "cannot load " + name + " (error " + std::to_string(GetLastError()) + ")");
  }
  return module;
}

// install(path): the names of the functions that the module imports and that are hooked now.
Napi::Value Install(const Napi::CallbackInfo& info) {
  const HMODULE module = LoadModule(info[0]);
  Napi::Array hooked = Napi::Array::New(info.Env());
  for (const Hook& hook : Hooks()) {
    if (ReplaceImport(module, hook) > 0) hooked.Set(hooked.Length(), hook.function);
  }
  return hooked;
}

// failNext(function, error)
void FailNextCall(const Napi::CallbackInfo& info) {
  const std::string function = info[0].As<Napi::String>();
  for (const Hook& hook : Hooks()) {
    if (function == hook.function) return FailNext(function, ToDword(info[1]));
  }
  throw Napi::RangeError::New(info.Env(), "the shim does not hook " + function);
}

Napi::Value FromOptionalText(Napi::Env env, const std::optional<std::wstring>& text) {
  return text ? Napi::Value(FromWide(env, *text)) : env.Null();
}

Napi::Object FromCreation(Napi::Env env, const ProcessCreation& creation) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("impersonatedUser", FromOptionalText(env, creation.impersonated_user));
  object.Set("desktop", FromOptionalText(env, creation.desktop));
  object.Set("error", Napi::Number::New(env, creation.error));
  object.Set("stationRefused", Napi::Boolean::New(env, creation.station_refused));
  return object;
}

Napi::Value Calls(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const CallLog log = CopyCallLog();
  Napi::Object counts = Napi::Object::New(env);
  for (const auto& [function, count] : log.counts) counts.Set(function, count);
  Napi::Array creations = Napi::Array::New(env);
  for (const ProcessCreation& creation : log.process_creations) {
    creations.Set(creations.Length(), FromCreation(env, creation));
  }
  Napi::Object calls = Napi::Object::New(env);
  calls.Set("counts", counts);
  calls.Set("processCreations", creations);
  return calls;
}

void Clear(const Napi::CallbackInfo&) { ClearCallLog(); }

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("setDomain", Napi::Function::New<SetDomainFromObject>(env));
  exports.Set("install", Napi::Function::New<Install>(env));
  exports.Set("failNext", Napi::Function::New<FailNextCall>(env));
  exports.Set("calls", Napi::Function::New<Calls>(env));
  exports.Set("clear", Napi::Function::New<Clear>(env));
  return exports;
}

}  // namespace
}  // namespace asuser::wine

// The macro makes a function name of its second argument, so a qualified one does not do.
static Napi::Object Initialize(Napi::Env env, Napi::Object exports) { return asuser::wine::Initialize(env, exports); }
NODE_API_MODULE(lsa_shim, Initialize)
