#include <cstring>
#include <limits>

#include "bindings/bindings.h"
#include "bindings/impersonated_callback.h"
#include "bindings/security_context_attributes.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/impersonation_scope.h"
#include "core/password.h"
#include "core/unique_security_handle.h"
#include "core/utf16.h"
#include "core/values.h"

namespace asuser::native {
namespace {

SecHandle* SecurityHandleOf(const SharedHandle& handle) {
  return handle == nullptr ? nullptr : static_cast<SecHandle*>(handle->get());
}

// Who the credentials are of; empty: those of the logon session.
struct Identity {
  std::wstring user;
  std::wstring domain;
  Secret password;
};

std::optional<Identity> IdentityOrNone(const Argument& argument) {
  if (argument.IsNull()) return std::nullopt;
  return Identity{argument.Property("user").String(), StringOrEmpty(argument.Property("domain")),
                  PasswordOf(argument.Property("password"))};
}

// Points into the identity, which must outlive it.
SEC_WINNT_AUTH_IDENTITY_W Describe(const Identity& identity) {
  const auto units = [](const wchar_t* text) {
    return reinterpret_cast<unsigned short*>(const_cast<wchar_t*>(text));  // SSPI only reads them.
  };
  SEC_WINNT_AUTH_IDENTITY_W description = {};
  description.User = units(identity.user.c_str());
  description.UserLength = static_cast<unsigned long>(identity.user.size());
  description.Domain = identity.domain.empty() ? nullptr : units(identity.domain.c_str());
  description.DomainLength = static_cast<unsigned long>(identity.domain.size());
  description.Password = units(identity.password.c_str());
  description.PasswordLength = static_cast<unsigned long>(identity.password.length());
  description.Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE;
  return description;
}

ErrorContext ContextOf(const std::wstring& package, const std::optional<Identity>& identity) {
  ErrorContext context = {{"package", package}};
  if (identity) context.push_back({"user", identity->user});
  if (identity && !identity->domain.empty()) context.push_back({"domain", identity->domain});
  return context;
}

Napi::Value acquireCredentialsHandle(const Call& call) {
  constexpr unsigned long kUses[] = {SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND, SECPKG_CRED_BOTH};
  const Argument options = call(0, "options");
  const Argument principal_or_null = options.Property("principal");
  auto acquire = [package = options.Property("package").String(),
                  use = kUses[options.Property("use").Word({"inbound", "outbound", "both"})],
                  has_principal = !principal_or_null.IsNull(), principal = StringOrEmpty(principal_or_null),
                  identity = IdentityOrNone(options.Property("identity")), syscall = call.syscall()]() mutable {
    SEC_WINNT_AUTH_IDENTITY_W description = {};
    if (identity) description = Describe(*identity);
    auto handle = std::make_unique<SecHandle>();
    TimeStamp expiry = {};
    const SECURITY_STATUS status =
        ::AcquireCredentialsHandleW(has_principal ? principal.data() : nullptr, package.data(), use, nullptr,
                                    identity ? &description : nullptr, nullptr, nullptr, handle.get(), &expiry);
    if (status != SEC_E_OK) throw Win32Error(static_cast<DWORD>(status), syscall, ContextOf(package, identity));
    return UniqueCredentials(handle.release());
  };
  return RunAsync(call, HandleOrNull(options.Property("impersonate"), HandleKind::kToken), std::move(acquire),
                  [](Napi::Env env, UniqueCredentials credentials) { return NewHandle(env, std::move(credentials)); });
}

// SEC_CHANNEL_BINDINGS, which has only application data here.
std::vector<std::byte> ChannelBindingsOrNone(const Argument& argument) {
  if (argument.IsNull()) return {};
  const std::span<const std::byte> data = argument.BorrowBytes();
  if (data.empty() || data.size() > std::numeric_limits<uint16_t>::max()) {
    argument.ThrowInvalidValue("from 1 to 65535 bytes");
  }
  SEC_CHANNEL_BINDINGS header = {};
  header.cbApplicationDataLength = static_cast<unsigned long>(data.size());
  header.dwApplicationDataOffset = sizeof(header);
  std::vector<std::byte> bindings(sizeof(header) + data.size());
  std::memcpy(bindings.data(), &header, sizeof(header));
  std::memcpy(bindings.data() + sizeof(header), data.data(), data.size());
  return bindings;
}

// A leg changes the context: nothing else may use it meanwhile. What only reads it may nest: a callback of its client
// asks for its token.
SharedHandle IdleContext(const Call& call, const Argument& argument) {
  SharedHandle context = argument.Handle({HandleKind::kSecurityContext});
  if (context->changing()) throw Win32Error(ERROR_BUSY, call.syscall());
  return context;
}

// The context of a leg, from its call until its promise is settled.
class ContextInLeg {
 public:
  ContextInLeg(const Call& call, const Argument& argument)
      : context_(argument.IsNull() ? nullptr : IdleContext(call, argument)) {
    if (context_ != nullptr) context_->SetChanging(true);
  }
  ContextInLeg(ContextInLeg&&) noexcept = default;
  ~ContextInLeg() {
    if (context_ != nullptr) context_->SetChanging(false);
  }

  SecHandle* get() const { return SecurityHandleOf(context_); }

 private:
  SharedHandle context_;  // Null for the first leg, and once moved.
};

// The inputs of a leg, which the call in flight owns.
struct LegInput {
  SharedHandle credentials;
  std::vector<std::byte> token;
  std::vector<std::byte> channel_bindings;
  unsigned long requirements;
  const char* syscall;
  ContextInLeg context;  // Last, for the getters of the others may use it.

  LegInput(const Call& call, const Argument& options)
      : credentials(options.Property("credentials").Handle({HandleKind::kCredentials})),
        token(options.Property("token").Bytes()),
        channel_bindings(ChannelBindingsOrNone(options.Property("channelBindings"))),
        requirements(options.Property("requirements").Mask()),
        syscall(call.syscall()),
        context(call, options.Property("context")) {}
};

struct Leg {
  bool done = false;
  UniqueSecurityContext context;  // Empty where the leg went on with a given one.
  std::vector<std::byte> token;
  unsigned long attributes = 0;
  LARGE_INTEGER expiry = {};
};

SecBuffer BufferOf(unsigned long type, std::vector<std::byte>& bytes) {
  return {static_cast<unsigned long>(bytes.size()), type, bytes.data()};
}

// The buffers of one call, and what the package allocates for its answer.
class LegBuffers {
 public:
  LegBuffers(LegInput& input, bool has_token) {
    if (has_token) in_[in_description_.cBuffers++] = BufferOf(SECBUFFER_TOKEN, input.token);
    if (!input.channel_bindings.empty()) {
      in_[in_description_.cBuffers++] = BufferOf(SECBUFFER_CHANNEL_BINDINGS, input.channel_bindings);
    }
  }
  LegBuffers(const LegBuffers&) = delete;
  LegBuffers& operator=(const LegBuffers&) = delete;
  ~LegBuffers() { const UniqueContextBuffer allocated(out_.pvBuffer); }

  SecBufferDesc* in() { return in_description_.cBuffers == 0 ? nullptr : &in_description_; }
  SecBufferDesc* out() { return &out_description_; }

  std::vector<std::byte> Answer() const {
    const auto* bytes = static_cast<const std::byte*>(out_.pvBuffer);
    if (bytes == nullptr) return {};
    return {bytes, bytes + out_.cbBuffer};
  }

 private:
  SecBuffer in_[2] = {};
  SecBufferDesc in_description_ = {SECBUFFER_VERSION, 0, in_};
  SecBuffer out_ = {0, SECBUFFER_TOKEN, nullptr};
  SecBufferDesc out_description_ = {SECBUFFER_VERSION, 1, &out_};
};

// `call_package(given, made, buffers, leg)` is the call of SSPI: `given` is the context of the legs before or null,
// `made` is where the package puts the context.
template <typename CallPackage>
Leg RunLeg(LegInput& input, bool has_token, CallPackage call_package) {
  SecHandle* const given = input.context.get();
  auto made = std::make_unique<SecHandle>();
  SecInvalidateHandle(made.get());
  LegBuffers buffers(input, has_token);
  Leg leg;
  SECURITY_STATUS status = call_package(given, given == nullptr ? made.get() : given, buffers, leg);
  if (given == nullptr && SecIsValidHandle(made.get()) && status >= 0) leg.context.reset(made.release());
  if (status == SEC_I_COMPLETE_NEEDED || status == SEC_I_COMPLETE_AND_CONTINUE) {
    SecHandle* const context = given == nullptr ? leg.context.get() : given;
    const SECURITY_STATUS completed = ::CompleteAuthToken(context, buffers.out());
    if (completed != SEC_E_OK) throw Win32Error(static_cast<DWORD>(completed), "CompleteAuthToken");
    status = status == SEC_I_COMPLETE_NEEDED ? SEC_E_OK : SEC_I_CONTINUE_NEEDED;
  }
  if (status != SEC_E_OK && status != SEC_I_CONTINUE_NEEDED) {
    throw Win32Error(static_cast<DWORD>(status), input.syscall);
  }
  leg.done = status == SEC_E_OK;
  leg.token = buffers.Answer();
  return leg;
}

Napi::Value ToObject(Napi::Env env, Leg leg) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("status", Napi::String::New(env, leg.done ? "ok" : "continue"));
  object.Set("context", leg.context ? Napi::Value(NewHandle(env, std::move(leg.context))) : env.Null());
  object.Set("token", ToUint8Array(env, leg.token.data(), leg.token.size()));
  object.Set("attributes", Napi::Number::New(env, leg.attributes));
  object.Set("expiry", ToBigInt(env, leg.expiry));
  return object;
}

Napi::Value acceptSecurityContext(const Call& call) {
  auto accept = [input = LegInput(call, call(0, "options"))]() mutable {
    return RunLeg(input, true, [&](SecHandle* given, SecHandle* made, LegBuffers& buffers, Leg& leg) {
      return ::AcceptSecurityContext(SecurityHandleOf(input.credentials), given, buffers.in(),
                                     input.requirements | ASC_REQ_ALLOCATE_MEMORY, SECURITY_NATIVE_DREP, made,
                                     buffers.out(), &leg.attributes, reinterpret_cast<TimeStamp*>(&leg.expiry));
    });
  };
  return RunAsync(call, nullptr, std::move(accept), ToObject);
}

Napi::Value initializeSecurityContext(const Call& call) {
  const Argument options = call(0, "options");
  const Argument target_or_null = options.Property("targetName");
  auto initialize = [input = LegInput(call, options), has_target = !target_or_null.IsNull(),
                     target = StringOrEmpty(target_or_null)]() mutable {
    return RunLeg(input, !input.token.empty(), [&](SecHandle* given, SecHandle* made, LegBuffers& buffers, Leg& leg) {
      return ::InitializeSecurityContextW(
          SecurityHandleOf(input.credentials), given, has_target ? target.data() : nullptr,
          input.requirements | ISC_REQ_ALLOCATE_MEMORY, 0, SECURITY_NATIVE_DREP, buffers.in(), 0, made, buffers.out(),
          &leg.attributes, reinterpret_cast<TimeStamp*>(&leg.expiry));
    });
  };
  return RunAsync(call, nullptr, std::move(initialize), ToObject);
}

Napi::Value querySecurityContextToken(const Call& call) {
  const SharedHandle context = IdleContext(call, call(0, "context"));
  UniqueKernelHandle token;
  const SECURITY_STATUS status = ::QuerySecurityContextToken(SecurityHandleOf(context), token.receive());
  if (status != SEC_E_OK) throw Win32Error(static_cast<DWORD>(status), call.syscall());
  return NewHandle(call.env(), HandleKind::kToken, std::move(token));
}

Napi::Value impersonateSecurityContext(const Call& call) {
  const SharedHandle context = IdleContext(call, call(0, "context"));
  const Napi::Function callback = call(1, "callback").Callback();
  const ImpersonationScope scope(*context);
  return RunImpersonated(call, scope, callback);
}

Napi::Value queryContextAttributes(const Call& call) {
  const SharedHandle context = IdleContext(call, call(0, "context"));
  return ReadContextAttribute(call.env(), SecurityHandleOf(context), call(1, "attribute"), call.syscall());
}

}  // namespace

void DefineSspi(Napi::Object exports) {
  DefineAsyncMethod<acquireCredentialsHandle>(exports, "acquireCredentialsHandle", "AcquireCredentialsHandleW");
  DefineAsyncMethod<acceptSecurityContext>(exports, "acceptSecurityContext", "AcceptSecurityContext");
  DefineAsyncMethod<initializeSecurityContext>(exports, "initializeSecurityContext", "InitializeSecurityContextW");
  DefineMethod<querySecurityContextToken>(exports, "querySecurityContextToken", "QuerySecurityContextToken");
  DefineMethod<impersonateSecurityContext>(exports, "impersonateSecurityContext", "ImpersonateSecurityContext");
  DefineMethod<queryContextAttributes>(exports, "queryContextAttributes", "QueryContextAttributesW");
}

}  // namespace asuser::native
