#include <optional>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/password.h"
#include "core/token_groups.h"
#include "core/unique_handle.h"

namespace asuser::native {
namespace {

// Who is logged on and how; both functions take it.
struct Logon {
  std::wstring user;
  std::optional<std::wstring> domain;
  std::optional<Secret> password;
  DWORD type;
  DWORD provider;

  const wchar_t* domain_or_null() const { return domain ? domain->c_str() : nullptr; }
  const wchar_t* password_or_null() const { return password ? password->c_str() : nullptr; }

  ErrorContext context() const {
    if (domain) return {{"user", user}, {"domain", *domain}, {"type", type}};
    return {{"user", user}, {"type", type}};
  }
};

Logon LogonOf(const Argument& options) {
  const Argument domain = options.Property("domain");
  const Argument password = options.Property("password");
  return {
      .user = options.Property("user").String(),
      .domain = domain.IsNull() ? std::nullopt : std::optional(domain.String()),
      .password = password.IsNull() ? std::nullopt : std::optional(PasswordOf(password)),
      .type = options.Property("type").Uint32(),
      .provider = options.Property("provider").Uint32(),
  };
}

Napi::Value ToHandle(Napi::Env env, UniqueKernelHandle token) {
  return NewHandle(env, HandleKind::kToken, std::move(token));
}

Napi::Value logonUser(const Call& call) {
  auto log_on = [logon = LogonOf(call(0, "options")), syscall = call.syscall()] {
    UniqueKernelHandle token;
    Check(::LogonUserW(logon.user.c_str(), logon.domain_or_null(), logon.password_or_null(), logon.type, logon.provider,
                       token.receive()),
          syscall, [&] { return logon.context(); });
    return token;
  };
  return RunAsync(call, nullptr, std::move(log_on), ToHandle);
}

using LogonUserExExWFunction = BOOL(WINAPI*)(LPCWSTR user, LPCWSTR domain, LPCWSTR password, DWORD type, DWORD provider,
                                             TOKEN_GROUPS* groups, HANDLE* token, PSID* logon_sid, void** profile,
                                             DWORD* profile_length, QUOTA_LIMITS* quota_limits);

// No header declares it and no import library has it.
LogonUserExExWFunction FindLogonUserExExW(const char* syscall) {
  const HMODULE module = ::GetModuleHandleW(L"advapi32.dll");
  const FARPROC address = module == nullptr ? nullptr : ::GetProcAddress(module, "LogonUserExExW");
  if (address == nullptr) throw Win32Error(ERROR_PROC_NOT_FOUND, syscall);
  return reinterpret_cast<LogonUserExExWFunction>(reinterpret_cast<void*>(address));
}

Napi::Value logonUserExExW(const Call& call) {
  const Argument options = call(0, "options");
  const Argument groups = options.Property("groups");
  auto log_on = [logon = LogonOf(options),
                 groups = groups.IsNull() ? std::nullopt : std::optional(TokenGroupsOf(groups, call.syscall())),
                 syscall = call.syscall()]() mutable {
    const LogonUserExExWFunction log_on_with_groups = FindLogonUserExExW(syscall);
    UniqueKernelHandle token;
    Check(log_on_with_groups(logon.user.c_str(), logon.domain_or_null(), logon.password_or_null(), logon.type,
                             logon.provider, groups ? groups->get() : nullptr, token.receive(), nullptr, nullptr,
                             nullptr, nullptr),
          syscall, [&] { return logon.context(); });
    return token;
  };
  return RunAsync(call, nullptr, std::move(log_on), ToHandle);
}

}  // namespace

void DefineLogon(Napi::Object exports) {
  DefineAsyncMethod<logonUser>(exports, "logonUser", "LogonUserW");
  DefineAsyncMethod<logonUserExExW>(exports, "logonUserExExW", "LogonUserExExW");
}

}  // namespace asuser::native
