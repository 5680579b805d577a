// Get/SetUserObjectSecurity are stubs in Wine. The calls that they are made of on Windows work, are kept, and enforced.
#include <winternl.h>

#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"

extern "C" {
NTSYSAPI NTSTATUS NTAPI NtQuerySecurityObject(HANDLE object, SECURITY_INFORMATION parts,
                                              PSECURITY_DESCRIPTOR descriptor, ULONG size, PULONG needed);
NTSYSAPI NTSTATUS NTAPI NtSetSecurityObject(HANDLE object, SECURITY_INFORMATION parts, PSECURITY_DESCRIPTOR descriptor);
}

namespace asuser::wine {
namespace {

BOOL Finish(NTSTATUS status) {
  if (status == 0) return TRUE;
  SetLastError(RtlNtStatusToDosError(status));
  return FALSE;
}

}  // namespace

BOOL WINAPI HookGetUserObjectSecurity(HANDLE object, PSECURITY_INFORMATION parts, PSECURITY_DESCRIPTOR descriptor,
                                      DWORD size, LPDWORD needed) {
  if (!EnterHook("GetUserObjectSecurity")) return FALSE;
  ULONG length = 0;
  const NTSTATUS status = NtQuerySecurityObject(object, *parts, descriptor, size, &length);
  if (needed != nullptr) *needed = length;
  return Finish(status);
}

BOOL WINAPI HookSetUserObjectSecurity(HANDLE object, PSECURITY_INFORMATION parts, PSECURITY_DESCRIPTOR descriptor) {
  if (!EnterHook("SetUserObjectSecurity")) return FALSE;
  return Finish(NtSetSecurityObject(object, *parts, descriptor));
}

}  // namespace asuser::wine
