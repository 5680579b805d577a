// A server's security contexts. Wine's packages find out who the client is, and leave it at that: they have no token for
// it, cannot impersonate it and do not tell its name. What they have found out is not doubted here, nor ever replaced.
#include <windows.h>

#include <security.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "lsa-shim/accounts.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/kerberos_message.h"
#include "lsa-shim/logon_session.h"
#include "lsa-shim/ntlm_message.h"

namespace asuser::wine {
namespace {

struct Client {
  std::wstring name;    // DOMAIN\user
  std::wstring target;  // Empty: the client has named none.
  UniqueHandle token;
};

using ContextKey = std::pair<ULONG_PTR, ULONG_PTR>;

std::mutex mutex;
// The contexts of servers. Null until the exchange is done.
std::map<ContextKey, std::shared_ptr<const Client>> contexts;

ContextKey KeyOf(const CtxtHandle& context) { return {context.dwLower, context.dwUpper}; }

SECURITY_STATUS InjectedSecurityStatus() { return static_cast<SECURITY_STATUS>(GetLastError()); }

bool IsServerContext(const CtxtHandle& context) {
  const std::lock_guard lock(mutex);
  return contexts.contains(KeyOf(context));
}

std::shared_ptr<const Client> ClientOf(const CtxtHandle* context) {
  const std::lock_guard lock(mutex);
  const auto found = context == nullptr ? contexts.end() : contexts.find(KeyOf(*context));
  return found == contexts.end() ? nullptr : found->second;
}

// Wine gives a context another handle with each leg.
void Remember(const std::optional<ContextKey>& before, const CtxtHandle& context, std::shared_ptr<const Client> client) {
  const std::lock_guard lock(mutex);
  if (before) contexts.erase(*before);
  contexts[KeyOf(context)] = std::move(client);
}

void Forget(const CtxtHandle& context) {
  const std::lock_guard lock(mutex);
  contexts.erase(KeyOf(context));
}

std::span<const BYTE> TokenIn(const SecBufferDesc* input) {
  for (ULONG index = 0; input != nullptr && index < input->cBuffers; ++index) {
    const SecBuffer& buffer = input->pBuffers[index];
    if (buffer.BufferType == SECBUFFER_TOKEN) return {static_cast<const BYTE*>(buffer.pvBuffer), buffer.cbBuffer};
  }
  return {};
}

struct Claim {
  std::wstring user;
  std::wstring domain;
  std::wstring target;
  const wchar_t* group;  // Of everybody whom the package has authenticated.
};

std::optional<Claim> ReadClaim(std::span<const BYTE> token) {
  if (const std::optional<NtlmClient> client = ReadNtlmClient(token)) {
    return Claim{client->user, client->domain, {}, L"S-1-5-64-10"};
  }
  const std::optional<KerberosClient> client = ReadKerberosClient(token, ServicePassword());
  if (!client) return std::nullopt;
  return Claim{client->user, client->realm, client->service, L"S-1-18-1"};
}

// NTLM in Wine has no attributes at all.
SECURITY_IMPERSONATION_LEVEL LevelOf(ULONG attributes) {
  if ((attributes & ASC_RET_DELEGATE) != 0) return SecurityDelegation;
  return (attributes & ASC_RET_IDENTIFY) != 0 ? SecurityIdentification : SecurityImpersonation;
}

// The client of a token that the package has accepted. Null where the shim's accounts lack it.
std::shared_ptr<const Client> LogOnClient(std::span<const BYTE> token, ULONG attributes) {
  const std::optional<Claim> claim = ReadClaim(token);
  if (!claim) return nullptr;
  const std::optional<Account> account = FindForLogon(claim->user.c_str(), claim->domain.c_str());
  if (!account) return nullptr;
  // A network logon with a primary token, of which there are copies at every level.
  const UniqueHandle session =
      CreateLogonSession(*account, LOGON32_LOGON_NETWORK_CLEARTEXT, {{claim->group, kUsualGroup}});
  HANDLE at_level = nullptr;
  if (!DuplicateTokenEx(session.get(), TOKEN_ALL_ACCESS, nullptr, LevelOf(attributes), TokenImpersonation, &at_level)) {
    return nullptr;
  }
  return std::make_shared<const Client>(
      Client{DomainName() + L"\\" + account->name, claim->target, UniqueHandle(at_level)});
}

void* Allocate(size_t size) { return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size); }

// The answer of a package that was asked to allocate it. Those of Wine ignore that, and write to where the buffer points.
class AllocatedAnswer {
 public:
  explicit AllocatedAnswer(SecBuffer& buffer) : buffer_(buffer) {
    constexpr ULONG kMaxToken = 48 * 1024;
    buffer_ = {kMaxToken, SECBUFFER_TOKEN, Allocate(kMaxToken)};
  }
  ~AllocatedAnswer() {
    buffer_.BufferType = SECBUFFER_TOKEN;  // Wine's NTLM makes it SECBUFFER_DATA.
    if (has_answer_ && buffer_.cbBuffer > 0) return;
    HeapFree(GetProcessHeap(), 0, buffer_.pvBuffer);
    buffer_.cbBuffer = 0;
    buffer_.pvBuffer = nullptr;
  }
  AllocatedAnswer(const AllocatedAnswer&) = delete;
  AllocatedAnswer& operator=(const AllocatedAnswer&) = delete;

  void Keep() { has_answer_ = true; }

 private:
  SecBuffer& buffer_;
  bool has_answer_ = false;
};

wchar_t* AllocateText(const std::wstring& text) {
  const size_t size = (text.size() + 1) * sizeof(wchar_t);
  void* memory = Allocate(size);
  if (memory != nullptr) std::memcpy(memory, text.c_str(), size);
  return static_cast<wchar_t*>(memory);
}

SECURITY_STATUS ReadPackage(PCtxtHandle context, SecPkgContext_PackageInfoW& answer) {
  SecPkgContext_NegotiationInfoW negotiation = {};
  const SECURITY_STATUS status = QueryContextAttributesW(context, SECPKG_ATTR_NEGOTIATION_INFO, &negotiation);
  if (status == SEC_E_OK) answer.PackageInfo = negotiation.PackageInfo;
  return status;
}

}  // namespace

SECURITY_STATUS SEC_ENTRY HookAcceptSecurityContext(PCredHandle credentials, PCtxtHandle context, PSecBufferDesc input,
                                                    ULONG requirements, ULONG representation, PCtxtHandle new_context,
                                                    PSecBufferDesc output, PULONG attributes, PTimeStamp expiry) {
  if (!EnterHook("AcceptSecurityContext")) return InjectedSecurityStatus();
  if ((requirements & ASC_REQ_ALLOCATE_MEMORY) == 0 || output->cBuffers != 1) return SEC_E_UNSUPPORTED_FUNCTION;
  const std::optional<ContextKey> before = context == nullptr ? std::nullopt : std::optional(KeyOf(*context));
  AllocatedAnswer answer(output->pBuffers[0]);
  const SECURITY_STATUS status = AcceptSecurityContext(credentials, context, input, requirements, representation,
                                                       new_context, output, attributes, expiry);
  if (status != SEC_E_OK && status != SEC_I_CONTINUE_NEEDED) return status;
  answer.Keep();
  Remember(before, *new_context, status == SEC_E_OK ? LogOnClient(TokenIn(input), *attributes) : nullptr);
  return status;
}

SECURITY_STATUS SEC_ENTRY HookDeleteSecurityContext(PCtxtHandle context) {
  if (!EnterHook("DeleteSecurityContext")) return InjectedSecurityStatus();
  Forget(*context);
  return DeleteSecurityContext(context);
}

SECURITY_STATUS SEC_ENTRY HookQuerySecurityContextToken(PCtxtHandle context, void** token) {
  if (!EnterHook("QuerySecurityContextToken")) return InjectedSecurityStatus();
  const std::shared_ptr<const Client> client = ClientOf(context);
  if (client == nullptr) return SEC_E_INVALID_HANDLE;
  const HANDLE process = GetCurrentProcess();
  const BOOL opened = DuplicateHandle(process, client->token.get(), process, token, 0, FALSE, DUPLICATE_SAME_ACCESS);
  return opened ? SEC_E_OK : SEC_E_NO_IMPERSONATION;
}

SECURITY_STATUS SEC_ENTRY HookImpersonateSecurityContext(PCtxtHandle context) {
  if (!EnterHook("ImpersonateSecurityContext")) return InjectedSecurityStatus();
  const std::shared_ptr<const Client> client = ClientOf(context);
  if (client == nullptr) return SEC_E_INVALID_HANDLE;
  return ImpersonateLoggedOnUser(client->token.get()) ? SEC_E_OK : SEC_E_NO_IMPERSONATION;
}

SECURITY_STATUS SEC_ENTRY HookQueryContextAttributesW(PCtxtHandle context, ULONG attribute, void* answer) {
  if (!EnterHook("QueryContextAttributesW")) return InjectedSecurityStatus();
  if (!IsServerContext(*context)) return QueryContextAttributesW(context, attribute, answer);
  const std::shared_ptr<const Client> client = ClientOf(context);
  if (client == nullptr) return SEC_E_INVALID_HANDLE;
  switch (attribute) {
    case SECPKG_ATTR_NAMES:
      static_cast<SecPkgContext_NamesW*>(answer)->sUserName = AllocateText(client->name);
      return SEC_E_OK;
    case SECPKG_ATTR_CLIENT_SPECIFIED_TARGET:
      if (client->target.empty()) return SEC_E_UNSUPPORTED_FUNCTION;
      static_cast<SecPkgContext_ClientSpecifiedTarget*>(answer)->sTargetName = AllocateText(client->target);
      return SEC_E_OK;
    case SECPKG_ATTR_PACKAGE_INFO:
      return ReadPackage(context, *static_cast<SecPkgContext_PackageInfoW*>(answer));
    default:
      return QueryContextAttributesW(context, attribute, answer);
  }
}

}  // namespace asuser::wine
