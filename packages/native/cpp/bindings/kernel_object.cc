#include <windows.h>

#include <winternl.h>

#include <limits>
#include <string>
#include <utility>

#include "bindings/bindings.h"
#include "core/call.h"
#include "core/ntdll.h"
#include "core/open_by_name.h"
#include "core/unique_handle.h"

namespace asuser::native {
namespace {

Napi::Value openEvent(const Call& call) { return OpenByName(call, HandleKind::kEvent, ::OpenEventW); }
Napi::Value openMutex(const Call& call) { return OpenByName(call, HandleKind::kMutex, ::OpenMutexW); }
Napi::Value openSemaphore(const Call& call) { return OpenByName(call, HandleKind::kSemaphore, ::OpenSemaphoreW); }
Napi::Value openWaitableTimer(const Call& call) {
  return OpenByName(call, HandleKind::kWaitableTimer, ::OpenWaitableTimerW);
}
Napi::Value openFileMapping(const Call& call) { return OpenByName(call, HandleKind::kSection, ::OpenFileMappingW); }

using NtOpenFunction = NTSTATUS(NTAPI*)(PHANDLE object, ACCESS_MASK desired_access, POBJECT_ATTRIBUTES attributes);

Napi::Value OpenByPath(const Call& call, HandleKind kind, NtOpenFunction open) {
  std::wstring path = call(0, "path").String();
  const uint32_t desired_access = call(1, "desiredAccess").Mask();
  const ErrorContext context{{"path", path}};
  // The kernel counts bytes in 16 bits, with those of a terminator.
  constexpr size_t kMaxLength = std::numeric_limits<USHORT>::max() / sizeof(wchar_t) - 1;
  if (path.size() > kMaxLength) throw Win32Error(ERROR_FILENAME_EXCED_RANGE, call.syscall());
  if (open == nullptr) throw Win32Error(ERROR_CALL_NOT_IMPLEMENTED, call.syscall());

  const auto bytes = static_cast<USHORT>(path.size() * sizeof(wchar_t));
  UNICODE_STRING name = {bytes, static_cast<USHORT>(bytes + sizeof(wchar_t)), path.data()};
  OBJECT_ATTRIBUTES attributes;
  InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, nullptr, nullptr);
  UniqueKernelHandle object;
  const NTSTATUS status = open(object.receive(), desired_access, &attributes);
  if (!NT_SUCCESS(status)) throw Win32Error(::RtlNtStatusToDosError(status), call.syscall(), context);
  return NewHandle(call.env(), kind, std::move(object));
}

Napi::Value openSymbolicLinkObject(const Call& call) {
  static const auto open = FindInNtdll<NtOpenFunction>("NtOpenSymbolicLinkObject");
  return OpenByPath(call, HandleKind::kSymbolicLink, open);
}

Napi::Value openDirectoryObject(const Call& call) {
  static const auto open = FindInNtdll<NtOpenFunction>("NtOpenDirectoryObject");
  return OpenByPath(call, HandleKind::kDirectoryObject, open);
}

}  // namespace

void DefineKernelObject(Napi::Object exports) {
  DefineMethod<openEvent>(exports, "openEvent", "OpenEventW");
  DefineMethod<openMutex>(exports, "openMutex", "OpenMutexW");
  DefineMethod<openSemaphore>(exports, "openSemaphore", "OpenSemaphoreW");
  DefineMethod<openWaitableTimer>(exports, "openWaitableTimer", "OpenWaitableTimerW");
  DefineMethod<openFileMapping>(exports, "openFileMapping", "OpenFileMappingW");
  DefineMethod<openSymbolicLinkObject>(exports, "openSymbolicLinkObject", "NtOpenSymbolicLinkObject");
  DefineMethod<openDirectoryObject>(exports, "openDirectoryObject", "NtOpenDirectoryObject");
}

}  // namespace asuser::native
