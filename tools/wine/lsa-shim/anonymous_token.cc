// ImpersonateAnonymousToken: Wine does not implement it.
#include "core/mint_token.h"
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"

namespace asuser::wine {

// A user without privileges and without groups; not even Everyone, as is the default of Windows.
BOOL WINAPI HookImpersonateAnonymousToken(HANDLE thread) {
  if (!EnterHook("ImpersonateAnonymousToken")) return FALSE;
  UniqueHandle token;
  const NTSTATUS status = MintToken(
      {
          .user = L"S-1-5-7",
          .groups = {{L"S-1-0-0", 0}},
          .primary_group = L"S-1-0-0",
          .privileges = {},
          .default_dacl = L"D:(A;;GA;;;WD)(A;;GA;;;AN)",
          .authentication_id = {0x3e6, 0},
          .type = TokenImpersonation,
      },
      token);
  if (status != 0) {
    SetLastError(RtlNtStatusToDosError(status));
    return FALSE;
  }
  return SetThreadToken(&thread, token.get());
}

}  // namespace asuser::wine
