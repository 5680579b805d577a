#include "lsa-shim/token_summary.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

namespace asuser::wine {
namespace {

constexpr auto kTokenLoggingInformation = static_cast<TOKEN_INFORMATION_CLASS>(49);

// TOKEN_ACCESS_INFORMATION with what mingw-w64 leaves out.
struct AccessInformation {
  TOKEN_ACCESS_INFORMATION known;
  PSID trust_level_sid;
  void* security_attributes;
};

// TOKEN_LOGGING_INFORMATION of ntifs.h.
struct LoggingInformation {
  TOKEN_TYPE token_type;
  TOKEN_ELEVATION elevation;
  TOKEN_ELEVATION_TYPE elevation_type;
  SECURITY_IMPERSONATION_LEVEL impersonation_level;
  DWORD integrity_level;
  SID_AND_ATTRIBUTES user;
  PSID trust_level_sid;
  DWORD session_id;
  DWORD app_container_number;
  LUID authentication_id;
  DWORD group_count;
  DWORD groups_length;
  SID_AND_ATTRIBUTES* groups;
};

// What Windows gives every token of an ordinary logon: nothing is written up.
constexpr DWORD kMandatoryPolicy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP | TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN;

// The answers that a summary is made of.
class Contents {
 public:
  Contents(HANDLE token, TokenReader* read) : token_(token), read_(read) {}

  template <typename T>
  T& Of(TOKEN_INFORMATION_CLASS information_class) {
    DWORD size = 0;
    read_(token_, information_class, nullptr, 0, &size);
    std::vector<BYTE>& memory = memory_.emplace_back(std::max<size_t>(size, sizeof(T)));
    complete_ = read_(token_, information_class, memory.data(), static_cast<DWORD>(memory.size()), &size) && complete_;
    return *reinterpret_cast<T*>(memory.data());
  }

  // The last error says why not.
  bool complete() const { return complete_; }

 private:
  HANDLE token_;
  TokenReader* read_;
  std::vector<std::vector<BYTE>> memory_;
  bool complete_ = true;
};

// An answer: a structure, and behind it what it points to.
class Answer {
 public:
  explicit Answer(BYTE* memory) : memory_(memory) {}

  size_t size() const { return size_; }

  template <typename T>
  T* Add(size_t count = 1) {
    size_ = (size_ + alignof(void*) - 1) / alignof(void*) * alignof(void*);
    auto* added = reinterpret_cast<T*>(memory_ + size_);
    size_ += sizeof(T) * count;
    return added;
  }

  SID_AND_ATTRIBUTES* AddGroups(std::span<const SID_AND_ATTRIBUTES> groups) {
    auto* added = Add<SID_AND_ATTRIBUTES>(groups.size());
    for (size_t index = 0; index < groups.size(); ++index) {
      const DWORD length = GetLengthSid(groups[index].Sid);
      added[index] = {Add<BYTE>(length), groups[index].Attributes};
      CopySid(length, added[index].Sid, groups[index].Sid);
    }
    return added;
  }

  SID_AND_ATTRIBUTES_HASH* AddHash(std::span<const SID_AND_ATTRIBUTES> groups) {
    auto* added = Add<SID_AND_ATTRIBUTES_HASH>();
    *added = {};
    added->SidCount = static_cast<DWORD>(groups.size());
    added->SidAttr = AddGroups(groups);
    return added;
  }

 private:
  BYTE* memory_;
  size_t size_ = 0;
};

std::vector<SID_AND_ATTRIBUTES> GroupsOf(Contents& contents) {
  const auto& groups = contents.Of<TOKEN_GROUPS>(TokenGroups);
  return {groups.Groups, groups.Groups + groups.GroupCount};
}

std::vector<SID_AND_ATTRIBUTES> UserAndGroupsOf(Contents& contents) {
  std::vector<SID_AND_ATTRIBUTES> sids = GroupsOf(contents);
  sids.insert(sids.begin(), contents.Of<TOKEN_USER>(TokenUser).User);
  return sids;
}

std::vector<LUID_AND_ATTRIBUTES> PrivilegesOf(Contents& contents) {
  const auto& privileges = contents.Of<TOKEN_PRIVILEGES>(TokenPrivileges);
  return {privileges.Privileges, privileges.Privileges + privileges.PrivilegeCount};
}

void AddGroupsAndPrivileges(Contents& contents, Answer& answer) {
  const std::vector<SID_AND_ATTRIBUTES> sids = UserAndGroupsOf(contents);
  const std::vector<LUID_AND_ATTRIBUTES> privileges = PrivilegesOf(contents);
  auto* all = answer.Add<TOKEN_GROUPS_AND_PRIVILEGES>();
  *all = {};
  all->SidCount = static_cast<DWORD>(sids.size());
  all->Sids = answer.AddGroups(sids);
  all->PrivilegeCount = static_cast<DWORD>(privileges.size());
  all->Privileges = answer.Add<LUID_AND_ATTRIBUTES>(privileges.size());
  std::ranges::copy(privileges, all->Privileges);
  all->AuthenticationId = contents.Of<TOKEN_STATISTICS>(TokenStatistics).AuthenticationId;
}

void AddAccessInformation(Contents& contents, Answer& answer) {
  const std::vector<SID_AND_ATTRIBUTES> sids = UserAndGroupsOf(contents);
  const std::vector<LUID_AND_ATTRIBUTES> privileges = PrivilegesOf(contents);
  const auto& statistics = contents.Of<TOKEN_STATISTICS>(TokenStatistics);
  auto* all = answer.Add<AccessInformation>();
  *all = {};
  all->known.AuthenticationId = statistics.AuthenticationId;
  all->known.TokenType = statistics.TokenType;
  all->known.ImpersonationLevel = statistics.ImpersonationLevel;
  all->known.MandatoryPolicy.Policy = kMandatoryPolicy;
  all->known.SidHash = answer.AddHash(sids);
  all->known.RestrictedSidHash = answer.AddHash({});
  all->known.CapabilitiesHash = answer.AddHash({});
  all->known.Privileges =
      reinterpret_cast<TOKEN_PRIVILEGES*>(answer.Add<BYTE>(sizeof(DWORD) + privileges.size() * sizeof(privileges[0])));
  all->known.Privileges->PrivilegeCount = static_cast<DWORD>(privileges.size());
  std::ranges::copy(privileges, all->known.Privileges->Privileges);
}

void AddLoggingInformation(Contents& contents, Answer& answer) {
  const std::vector<SID_AND_ATTRIBUTES> groups = GroupsOf(contents);
  const auto& statistics = contents.Of<TOKEN_STATISTICS>(TokenStatistics);
  const PSID label = contents.Of<TOKEN_MANDATORY_LABEL>(TokenIntegrityLevel).Label.Sid;
  auto* all = answer.Add<LoggingInformation>();
  *all = {};
  all->token_type = statistics.TokenType;
  all->elevation = contents.Of<TOKEN_ELEVATION>(TokenElevation);
  all->elevation_type = contents.Of<TOKEN_ELEVATION_TYPE>(TokenElevationType);
  all->impersonation_level = statistics.ImpersonationLevel;
  all->integrity_level = *GetSidSubAuthority(label, 0);
  all->user = *answer.AddGroups({&contents.Of<TOKEN_USER>(TokenUser).User, 1});
  all->session_id = contents.Of<DWORD>(TokenSessionId);
  all->authentication_id = statistics.AuthenticationId;
  all->group_count = static_cast<DWORD>(groups.size());
  all->groups = answer.AddGroups(groups);
}

void AddSummary(TOKEN_INFORMATION_CLASS information_class, Contents& contents, Answer& answer) {
  if (information_class == TokenGroupsAndPrivileges) AddGroupsAndPrivileges(contents, answer);
  if (information_class == TokenAccessInformation) AddAccessInformation(contents, answer);
  if (information_class == kTokenLoggingInformation) AddLoggingInformation(contents, answer);
}

// More than the answer for any token of the lane takes.
constexpr size_t kLargest = 65536;

}  // namespace

bool IsTokenSummary(TOKEN_INFORMATION_CLASS information_class) {
  return information_class == TokenGroupsAndPrivileges || information_class == TokenAccessInformation ||
         information_class == kTokenLoggingInformation;
}

BOOL AnswerTokenSummary(HANDLE token, TOKEN_INFORMATION_CLASS information_class, TokenReader* read, void* information,
                        DWORD size, DWORD* needed) {
  // Without the right to ask there is nothing to put together.
  DWORD ignored = 0;
  TOKEN_STATISTICS statistics = {};
  if (!read(token, TokenStatistics, &statistics, sizeof(statistics), &ignored)) return FALSE;
  std::vector<BYTE> memory(kLargest);
  Contents contents(token, read);
  Answer draft(memory.data());
  AddSummary(information_class, contents, draft);
  if (!contents.complete()) return FALSE;
  *needed = static_cast<DWORD>(draft.size());
  if (size < draft.size()) {
    SetLastError(ERROR_INSUFFICIENT_BUFFER);
    return FALSE;
  }
  Answer answer(static_cast<BYTE*>(information));
  AddSummary(information_class, contents, answer);
  return TRUE;
}

}  // namespace asuser::wine
