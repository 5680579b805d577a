#include "bindings/registry_root.h"

#include <winternl.h>

// Of ntdll; not every SDK declares it.
extern "C" __declspec(dllimport) NTSTATUS NTAPI NtOpenKey(PHANDLE key, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);

namespace asuser::native {

const RegistryRoot& RegistryRootOf(const Argument& argument) {
  static const RegistryRoot roots[] = {
      {L"HKEY_LOCAL_MACHINE", HKEY_LOCAL_MACHINE, L"\\Registry\\Machine"},
      {L"HKEY_USERS", HKEY_USERS, L"\\Registry\\User"},
  };
  return roots[argument.Word({"HKEY_LOCAL_MACHINE", "HKEY_USERS"})];
}

UniqueKey OpenRoot(const RegistryRoot& root, REGSAM access, const ErrorContext& context) {
  UNICODE_STRING path = {};
  ::RtlInitUnicodeString(&path, root.native_path);
  OBJECT_ATTRIBUTES attributes = {};
  InitializeObjectAttributes(&attributes, &path, OBJ_CASE_INSENSITIVE, nullptr, nullptr);
  HANDLE key = nullptr;
  const NTSTATUS status = ::NtOpenKey(&key, access, &attributes);
  if (!NT_SUCCESS(status)) throw Win32Error(::RtlNtStatusToDosError(status), "NtOpenKey", context);
  return UniqueKey(static_cast<HKEY>(key));
}

}  // namespace asuser::native
