#include "bindings/bindings.h"
#include "core/call.h"
#include "core/ntdll.h"
#include "core/security.h"
#include "core/sid_list.h"
#include "core/unique_handle.h"
#include "core/values.h"

// <winternl.h> has the attributes of objects, but neither function.
#include <winternl.h>

namespace asuser::native {
namespace {

std::vector<LUID_AND_ATTRIBUTES> PrivilegesOf(const Argument& array) {
  std::vector<LUID_AND_ATTRIBUTES> privileges;
  for (const Argument& element : array.Elements()) privileges.push_back({ToLuid(element.Uint64()), 0});
  return privileges;
}

Napi::Value createRestrictedToken(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  const Argument options = call(1, "options");
  const uint32_t flags = options.Property("flags").Mask();
  SidList disabled = SidList::OfSids(options.Property("sidsToDisable"), 0, call.syscall());
  std::vector<LUID_AND_ATTRIBUTES> deleted = PrivilegesOf(options.Property("privilegesToDelete"));
  SidList restricting = SidList::OfSids(options.Property("sidsToRestrict"), 0, call.syscall());
  UniqueKernelHandle restricted;
  Check(::CreateRestrictedToken(token->get(), flags, disabled.count(), disabled.data(),
                                static_cast<DWORD>(deleted.size()), deleted.empty() ? nullptr : deleted.data(),
                                restricting.count(), restricting.data(), restricted.receive()),
        call.syscall());
  return NewHandle(call.env(), HandleKind::kToken, std::move(restricted));
}

using NtCreateLowBoxTokenFunction = NTSTATUS(NTAPI*)(PHANDLE token, HANDLE existing, ACCESS_MASK desired_access,
                                                     POBJECT_ATTRIBUTES attributes, PSID package_sid,
                                                     ULONG capability_count, PSID_AND_ATTRIBUTES capabilities,
                                                     ULONG handle_count, HANDLE* handles);

Napi::Value createLowBoxToken(const Call& call) {
  static const auto create_low_box_token = FindInNtdll<NtCreateLowBoxTokenFunction>("NtCreateLowBoxToken");
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  const Argument options = call(1, "options");
  const uint32_t desired_access = options.Property("desiredAccess").Mask();
  Buffer package_sid = SidOf(options.Property("packageSid"), call.syscall());
  SidList capabilities = SidList::OfSids(options.Property("capabilities"), SE_GROUP_ENABLED, call.syscall());
  if (create_low_box_token == nullptr) throw Win32Error(ERROR_CALL_NOT_IMPLEMENTED, call.syscall());

  OBJECT_ATTRIBUTES attributes;
  InitializeObjectAttributes(&attributes, nullptr, 0, nullptr, nullptr);
  UniqueKernelHandle low_box;
  const NTSTATUS status =
      create_low_box_token(low_box.receive(), token->get(), desired_access, &attributes, package_sid.data(),
                           capabilities.count(), capabilities.data(), 0, nullptr);
  if (!NT_SUCCESS(status)) throw Win32Error(::RtlNtStatusToDosError(status), call.syscall());
  // Wine's stub reports success without a token.
  if (!low_box) throw Win32Error(ERROR_CALL_NOT_IMPLEMENTED, call.syscall());
  return NewHandle(call.env(), HandleKind::kToken, std::move(low_box));
}

}  // namespace

void DefineRestrictedToken(Napi::Object exports) {
  DefineMethod<createRestrictedToken>(exports, "createRestrictedToken", "CreateRestrictedToken");
  DefineMethod<createLowBoxToken>(exports, "createLowBoxToken", "NtCreateLowBoxToken");
}

}  // namespace asuser::native
