#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/nt_status.h"
#include "core/unique_handle.h"

namespace asuser::native {
namespace {

// One structure under two names.
static_assert(sizeof(MSV1_0_S4U_LOGON) == sizeof(KERB_S4U_LOGON));
static_assert(offsetof(MSV1_0_S4U_LOGON, DomainName) == offsetof(KERB_S4U_LOGON, ClientRealm));
static_assert(static_cast<int>(MsV1_0S4ULogon) == static_cast<int>(KerbS4ULogon));

constexpr NTSTATUS kAccountRestriction = static_cast<NTSTATUS>(0xC000006E);
constexpr size_t kLongestString = (USHRT_MAX - 1) / sizeof(wchar_t);

struct LsaConnectionTraits {
  using Value = HANDLE;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value connection) { ::LsaDeregisterLogonProcess(connection); }
};
using UniqueLsaConnection = UniqueHandle<LsaConnectionTraits>;

struct LsaReturnBufferTraits {
  using Value = void*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value buffer) { ::LsaFreeReturnBuffer(buffer); }
};
using UniqueLsaReturnBuffer = UniqueHandle<LsaReturnBufferTraits>;

struct S4ULogon {
  bool trusted;
  std::string authentication_package;
  std::wstring user;
  std::optional<std::wstring> domain;
  SECURITY_LOGON_TYPE type;
  std::string origin_name;
  std::string source_name;

  ErrorContext context() const {
    if (domain) return {{"user", user}, {"domain", *domain}, {"type", static_cast<DWORD>(type)}};
    return {{"user", user}, {"type", static_cast<DWORD>(type)}};
  }
};

std::string AsciiOf(const Argument& argument, size_t longest) {
  std::string text = argument.Name();
  const bool is_ascii = std::all_of(text.begin(), text.end(), [](char letter) { return letter > 0; });
  if (!is_ascii || text.size() > longest) {
    argument.ThrowInvalidValue("ASCII, " + std::to_string(longest) + " characters at most");
  }
  return text;
}

std::wstring NameOf(const Argument& argument) {
  std::wstring name = argument.String();
  if (name.size() > kLongestString) argument.ThrowInvalidValue("a string that fits into a UNICODE_STRING");
  return name;
}

S4ULogon S4ULogonOf(const Argument& options) {
  static constexpr const char* kPackages[] = {MSV1_0_PACKAGE_NAME, "Kerberos"};
  const Argument domain = options.Property("domain");
  return {
      .trusted = options.Property("trusted").Boolean(),
      .authentication_package = kPackages[options.Property("authenticationPackage").Word({kPackages[0], kPackages[1]})],
      .user = NameOf(options.Property("user")),
      .domain = domain.IsNull() ? std::nullopt : std::optional(NameOf(domain)),
      .type = static_cast<SECURITY_LOGON_TYPE>(options.Property("logonType").Uint32()),
      .origin_name = AsciiOf(options.Property("originName"), 64),
      .source_name = AsciiOf(options.Property("sourceName"), TOKEN_SOURCE_LENGTH),
  };
}

LSA_STRING LsaStringOf(std::string& text) {
  const auto length = static_cast<USHORT>(text.size());
  return {length, static_cast<USHORT>(length + 1), text.data()};
}

UniqueLsaConnection Connect(S4ULogon& logon) {
  UniqueLsaConnection connection;
  if (logon.trusted) {
    LSA_STRING name = LsaStringOf(logon.origin_name);
    LSA_OPERATIONAL_MODE mode = 0;
    CheckStatus(::LsaRegisterLogonProcess(&name, connection.receive(), &mode), "LsaRegisterLogonProcess");
  } else {
    CheckStatus(::LsaConnectUntrusted(connection.receive()), "LsaConnectUntrusted");
  }
  return connection;
}

ULONG FindPackage(const UniqueLsaConnection& connection, S4ULogon& logon) {
  LSA_STRING name = LsaStringOf(logon.authentication_package);
  ULONG package = 0;
  CheckStatus(::LsaLookupAuthenticationPackage(connection.get(), &name, &package), "LsaLookupAuthenticationPackage");
  return package;
}

// LSA takes the strings only from the same piece of memory, behind the structure.
Buffer AuthenticationInformationOf(const S4ULogon& logon) {
  const std::wstring domain = logon.domain.value_or(std::wstring());
  const size_t user_size = logon.user.size() * sizeof(wchar_t);
  const size_t domain_size = domain.size() * sizeof(wchar_t);
  Buffer memory(sizeof(MSV1_0_S4U_LOGON) + user_size + domain_size);
  auto* information = reinterpret_cast<MSV1_0_S4U_LOGON*>(memory.data());
  auto* strings = memory.data() + sizeof(MSV1_0_S4U_LOGON);
  std::memcpy(strings, logon.user.data(), user_size);
  std::memcpy(strings + user_size, domain.data(), domain_size);

  const auto view = [](std::byte* text, size_t size) {
    const auto length = static_cast<USHORT>(size);
    return UNICODE_STRING{length, length, size == 0 ? nullptr : reinterpret_cast<wchar_t*>(text)};
  };
  information->MessageType = MsV1_0S4ULogon;
  information->UserPrincipalName = view(strings, user_size);
  information->DomainName = view(strings + user_size, domain_size);
  return memory;
}

TOKEN_SOURCE SourceOf(const S4ULogon& logon) {
  TOKEN_SOURCE source = {};
  std::copy(logon.source_name.begin(), logon.source_name.end(), std::begin(source.SourceName));
  Check(::AllocateLocallyUniqueId(&source.SourceIdentifier), "AllocateLocallyUniqueId");
  return source;
}

UniqueKernelHandle LogOn(S4ULogon& logon, const char* syscall) {
  const UniqueLsaConnection connection = Connect(logon);
  const ULONG package = FindPackage(connection, logon);
  Buffer information = AuthenticationInformationOf(logon);
  TOKEN_SOURCE source = SourceOf(logon);
  LSA_STRING origin = LsaStringOf(logon.origin_name);
  UniqueLsaReturnBuffer profile;
  ULONG profile_size = 0;
  LUID session = {};
  QUOTA_LIMITS quotas = {};
  UniqueKernelHandle token;
  NTSTATUS restriction = 0;
  const NTSTATUS status = ::LsaLogonUser(connection.get(), &origin, logon.type, package, information.data(),
                                         static_cast<ULONG>(information.size()), nullptr, &source, profile.receive(),
                                         &profile_size, &session, token.receive(), &quotas, &restriction);
  // Only the second status says which restriction of the account it is.
  CheckStatus(status == kAccountRestriction && restriction < 0 ? restriction : status, syscall, logon.context());
  return token;
}

Napi::Value lsaLogonUserS4U(const Call& call) {
  auto log_on = [logon = S4ULogonOf(call(0, "options")), syscall = call.syscall()]() mutable {
    return LogOn(logon, syscall);
  };
  return RunAsync(call, nullptr, std::move(log_on), [](Napi::Env env, UniqueKernelHandle token) {
    return NewHandle(env, HandleKind::kToken, std::move(token));
  });
}

}  // namespace

void DefineS4U(Napi::Object exports) { DefineAsyncMethod<lsaLogonUserS4U>(exports, "lsaLogonUserS4U", "LsaLogonUser"); }

}  // namespace asuser::native
