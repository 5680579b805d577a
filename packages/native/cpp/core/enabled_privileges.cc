#include "core/enabled_privileges.h"

#include <algorithm>

#include "core/exclusive_lock.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

// Of the process, as its token is: workers share it.
struct Holding {
  LUID privilege;
  size_t holders;           // 0 where it could not be put back.
  TOKEN_PRIVILEGES before;  // Empty where it was enabled before.
};

SRWLOCK lock = SRWLOCK_INIT;
HANDLE process_token = nullptr;  // Kept until the process ends.
std::vector<Holding> holdings;

bool OpenToken() {
  constexpr DWORD kAccess = TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES;
  return process_token != nullptr || ::OpenProcessToken(::GetCurrentProcess(), kAccess, &process_token);
}

std::vector<Holding>::iterator Find(const LUID& privilege) {
  return std::find_if(holdings.begin(), holdings.end(), [&](const Holding& holding) {
    return holding.privilege.LowPart == privilege.LowPart && holding.privilege.HighPart == privilege.HighPart;
  });
}

// What it was before.
TOKEN_PRIVILEGES Enable(const LUID& privilege, const char* syscall) {
  TOKEN_PRIVILEGES wanted = {1, {{privilege, SE_PRIVILEGE_ENABLED}}};
  TOKEN_PRIVILEGES before = {};
  DWORD size = 0;
  Check(::AdjustTokenPrivileges(process_token, FALSE, &wanted, sizeof(before), &before, &size), syscall);
  Check(::GetLastError() != ERROR_NOT_ALL_ASSIGNED, syscall);
  return before;
}

void Acquire(const LUID& privilege, const char* syscall) {
  const auto holding = Find(privilege);
  if (holding != holdings.end()) {
    ++holding->holders;
    return;
  }
  holdings.reserve(holdings.size() + 1);
  holdings.push_back({privilege, 1, Enable(privilege, syscall)});
}

bool PutBack(Holding& holding) {
  return holding.before.PrivilegeCount == 0 ||
         ::AdjustTokenPrivileges(process_token, FALSE, &holding.before, 0, nullptr, nullptr);
}

// What nobody asks for any more. A failure has nobody to be told to, for handles are closed without one: it stays, with
// what it was before, until the next time.
void PutBackReleased() {
  std::erase_if(holdings, [](Holding& holding) { return holding.holders == 0 && PutBack(holding); });
}

}  // namespace

void OpenProcessPrivileges() {
  const ExclusiveLock held(lock);
  OpenToken();
}

EnabledPrivileges::EnabledPrivileges(const std::vector<LUID>& privileges, const char* syscall) {
  const ExclusiveLock held(lock);
  Check(OpenToken(), "OpenProcessToken");
  privileges_.reserve(privileges.size());
  try {
    for (const LUID& privilege : privileges) {
      Acquire(privilege, syscall);
      privileges_.push_back(privilege);
    }
  } catch (...) {
    ReleaseAll();
    throw;
  }
}

EnabledPrivileges::~EnabledPrivileges() {
  const ExclusiveLock held(lock);
  ReleaseAll();
}

void EnabledPrivileges::ReleaseAll() {
  for (const LUID& privilege : privileges_) --Find(privilege)->holders;
  privileges_.clear();
  PutBackReleased();
}

}  // namespace asuser::native
