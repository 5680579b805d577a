#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/security.h"
#include "core/utf16.h"
#include "core/values.h"

namespace asuser::native {
namespace {

struct AccountOfName {
  Buffer sid;
  std::wstring domain;
  SID_NAME_USE use;
};

struct AccountOfSid {
  std::wstring name;
  std::wstring domain;
  SID_NAME_USE use;
};

// Of one computer, or of this one.
struct System {
  std::wstring name;
  const wchar_t* OrNull() const { return name.empty() ? nullptr : name.c_str(); }
};

// Cut off at the terminator: what the length counts differs between success and failure.
void Shorten(std::wstring& text) { text.resize(std::wcslen(text.c_str())); }

AccountOfName LookUp(const System& system, const std::wstring& name, const char* syscall) {
  AccountOfName account{Buffer(SECURITY_MAX_SID_SIZE), std::wstring(64, L'\0'), SidTypeUnknown};
  for (;;) {
    auto sid_size = static_cast<DWORD>(account.sid.size());
    auto domain_size = static_cast<DWORD>(account.domain.size());
    if (::LookupAccountNameW(system.OrNull(), name.c_str(), account.sid.data(), &sid_size, account.domain.data(),
                             &domain_size, &account.use)) {
      account.sid.resize(::GetLengthSid(account.sid.data()));
      Shorten(account.domain);
      return account;
    }
    const DWORD code = ::GetLastError();
    const bool grew = sid_size > account.sid.size() || domain_size > account.domain.size();
    if (code != ERROR_INSUFFICIENT_BUFFER || !grew) throw Win32Error(code, syscall, {{"account", name}});
    account.sid.resize(sid_size);
    account.domain.resize(domain_size);
  }
}

AccountOfSid LookUp(const System& system, Buffer& sid, const char* syscall) {
  AccountOfSid account{std::wstring(64, L'\0'), std::wstring(64, L'\0'), SidTypeUnknown};
  for (;;) {
    auto name_size = static_cast<DWORD>(account.name.size());
    auto domain_size = static_cast<DWORD>(account.domain.size());
    if (::LookupAccountSidW(system.OrNull(), sid.data(), account.name.data(), &name_size, account.domain.data(),
                            &domain_size, &account.use)) {
      Shorten(account.name);
      Shorten(account.domain);
      return account;
    }
    const DWORD code = ::GetLastError();
    const bool grew = name_size > account.name.size() || domain_size > account.domain.size();
    if (code != ERROR_INSUFFICIENT_BUFFER || !grew) throw Win32Error(code, syscall, {{"sid", TextOfSid(sid)}});
    account.name.resize(name_size);
    account.domain.resize(domain_size);
  }
}

Napi::Value ToObject(Napi::Env env, AccountOfName account) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("sid", ToUint8Array(env, account.sid.data(), account.sid.size()));
  object.Set("domain", FromWide(env, account.domain));
  object.Set("use", Napi::Number::New(env, account.use));
  return object;
}

Napi::Value ToObject(Napi::Env env, AccountOfSid account) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", FromWide(env, account.name));
  object.Set("domain", FromWide(env, account.domain));
  object.Set("use", Napi::Number::New(env, account.use));
  return object;
}

Napi::Value lookupAccountName(const Call& call) {
  auto look_up = [system = System{StringOrEmpty(call(0, "systemName"))}, name = call(1, "accountName").String(),
                  syscall = call.syscall()] { return LookUp(system, name, syscall); };
  return RunAsync(call, nullptr, std::move(look_up),
                  [](Napi::Env env, AccountOfName account) { return ToObject(env, std::move(account)); });
}

Napi::Value lookupAccountSid(const Call& call) {
  auto look_up = [system = System{StringOrEmpty(call(0, "systemName"))}, sid = SidOf(call(1, "sid"), call.syscall()),
                  syscall = call.syscall()]() mutable { return LookUp(system, sid, syscall); };
  return RunAsync(call, nullptr, std::move(look_up),
                  [](Napi::Env env, AccountOfSid account) { return ToObject(env, std::move(account)); });
}

}  // namespace

void DefineAccount(Napi::Object exports) {
  DefineAsyncMethod<lookupAccountName>(exports, "lookupAccountName", "LookupAccountNameW");
  DefineAsyncMethod<lookupAccountSid>(exports, "lookupAccountSid", "LookupAccountSidW");
}

}  // namespace asuser::native
