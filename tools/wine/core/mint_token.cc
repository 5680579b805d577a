#include "core/mint_token.h"

#include <algorithm>
#include <cstring>

namespace asuser::wine {
namespace {

using NtCreateTokenFunction = NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, TOKEN_TYPE, PLUID,
                                               PLARGE_INTEGER, PTOKEN_USER, PTOKEN_GROUPS, PTOKEN_PRIVILEGES,
                                               PTOKEN_OWNER, PTOKEN_PRIMARY_GROUP, PTOKEN_DEFAULT_DACL, PTOKEN_SOURCE);

NtCreateTokenFunction FindNtCreateToken() {
  const FARPROC address = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtCreateToken");
  return reinterpret_cast<NtCreateTokenFunction>(reinterpret_cast<void*>(address));
}

constexpr NTSTATUS kInvalidParameter = static_cast<NTSTATUS>(0xC000000D);
constexpr NTSTATUS kEntryPointNotFound = static_cast<NTSTATUS>(0xC0000139);

// TOKEN_GROUPS with the memory that it points into.
class TokenGroups {
 public:
  explicit TokenGroups(const std::vector<TokenGroup>& groups)
      : memory_(sizeof(TOKEN_GROUPS) + groups.size() * sizeof(SID_AND_ATTRIBUTES)) {
    for (const TokenGroup& group : groups) {
      sids_.push_back(SidFromString(group.sid));
      value()->Groups[value()->GroupCount++] = {sids_.back().get(), group.attributes};
    }
  }

  TOKEN_GROUPS* value() { return reinterpret_cast<TOKEN_GROUPS*>(memory_.data()); }
  bool valid() const {
    return std::ranges::all_of(sids_, [](const UniqueSid& sid) { return sid != nullptr; });
  }

 private:
  std::vector<UniqueSid> sids_;
  std::vector<BYTE> memory_;
};

std::vector<BYTE> TokenPrivileges(const std::vector<TokenPrivilege>& privileges) {
  std::vector<BYTE> memory(sizeof(TOKEN_PRIVILEGES) + privileges.size() * sizeof(LUID_AND_ATTRIBUTES));
  auto* list = reinterpret_cast<TOKEN_PRIVILEGES*>(memory.data());
  for (const TokenPrivilege& privilege : privileges) {
    list->Privileges[list->PrivilegeCount++] = {{privilege.luid, 0}, privilege.attributes};
  }
  return memory;
}

}  // namespace

NTSTATUS MintToken(const TokenDescription& description, UniqueHandle& token) {
  static const NtCreateTokenFunction create_token = FindNtCreateToken();
  if (create_token == nullptr) return kEntryPointNotFound;

  const UniqueSid user_sid = SidFromString(description.user);
  const UniqueSid primary_group_sid = SidFromString(description.primary_group);
  const UniqueSecurityDescriptor default_security = SecurityDescriptorFromSddl(description.default_dacl);
  TokenGroups groups(description.groups);
  if (!user_sid || !primary_group_sid || !default_security || !groups.valid()) return kInvalidParameter;

  TOKEN_USER user = {{user_sid.get(), 0}};
  TOKEN_OWNER owner = {user_sid.get()};
  TOKEN_PRIMARY_GROUP primary_group = {primary_group_sid.get()};
  TOKEN_DEFAULT_DACL default_dacl = {};
  BOOL present = FALSE;
  BOOL defaulted = FALSE;
  GetSecurityDescriptorDacl(default_security.get(), &present, &default_dacl.DefaultDacl, &defaulted);
  std::vector<BYTE> privileges = TokenPrivileges(description.privileges);
  TOKEN_SOURCE source = {};
  std::memcpy(source.SourceName, "asuser", 6);
  LUID authentication_id = description.authentication_id;
  LARGE_INTEGER never_expires;
  never_expires.QuadPart = 0x7fffffffffffffff;

  SECURITY_QUALITY_OF_SERVICE quality = {sizeof(quality), SecurityImpersonation, SECURITY_STATIC_TRACKING, FALSE};
  OBJECT_ATTRIBUTES attributes;
  InitializeObjectAttributes(&attributes, nullptr, 0, nullptr, nullptr);
  attributes.SecurityQualityOfService = &quality;

  HANDLE handle = nullptr;
  const NTSTATUS status =
      create_token(&handle, TOKEN_ALL_ACCESS, &attributes, description.type, &authentication_id, &never_expires, &user,
                   groups.value(), reinterpret_cast<TOKEN_PRIVILEGES*>(privileges.data()), &owner, &primary_group,
                   &default_dacl, &source);
  token.reset(handle);
  return status;
}

}  // namespace asuser::wine
