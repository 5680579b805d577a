#include <optional>

#include "bindings/bindings.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/process_window_station.h"
#include "core/unique_handle.h"
#include "core/utf16.h"

namespace asuser::native {
namespace {

Napi::Value openWindowStation(const Call& call) {
  const std::wstring name = call(0, "name").String();
  const uint32_t desired_access = call(1, "desiredAccess").Mask();
  UniqueWindowStation station(::OpenWindowStationW(name.c_str(), FALSE, desired_access));
  Check(static_cast<bool>(station), call.syscall(), [&] { return ErrorContext{{"name", name}}; });
  return NewHandle(call.env(), std::move(station));
}

Napi::Value getProcessWindowStation(const Call& call) {
  const HWINSTA station = ::GetProcessWindowStation();
  Check(station != nullptr, call.syscall());
  return NewPseudoHandle(call.env(), HandleKind::kWindowStation, station);
}

Napi::Value getThreadDesktop(const Call& call) {
  const HDESK desktop = ::GetThreadDesktop(::GetCurrentThreadId());
  Check(desktop != nullptr, call.syscall());
  return NewPseudoHandle(call.env(), HandleKind::kDesktop, desktop);
}

UniqueDesktop OpenDesktop(const KernelHandle* station, const std::wstring& name, DWORD desired_access,
                          const char* syscall) {
  std::optional<ProcessWindowStationScope> scope;
  if (station != nullptr) scope.emplace(reinterpret_cast<HWINSTA>(station->get()));
  UniqueDesktop desktop(::OpenDesktopW(name.c_str(), 0, FALSE, desired_access));
  Check(static_cast<bool>(desktop), syscall, [&] { return ErrorContext{{"name", name}}; });
  return desktop;
}

Napi::Value openDesktop(const Call& call) {
  const Argument options = call(0, "options");
  const SharedHandle station = HandleOrNull(options.Property("windowStation"), HandleKind::kWindowStation);
  const std::wstring name = options.Property("name").String();
  const uint32_t desired_access = options.Property("desiredAccess").Mask();
  return NewHandle(call.env(), OpenDesktop(station.get(), name, desired_access, call.syscall()));
}

Napi::Value getUserObjectName(const Call& call) {
  const SharedHandle object = call(0, "object").Handle({HandleKind::kWindowStation, HandleKind::kDesktop});
  const Buffer name = QueryBuffer(call.syscall(), [&](void* memory, DWORD size, DWORD* needed) {
    return ::GetUserObjectInformationW(object->get(), UOI_NAME, memory, size, needed);
  });
  return FromWide(call.env(), reinterpret_cast<const wchar_t*>(name.data()));
}

}  // namespace

void DefineDesktop(Napi::Object exports) {
  DefineMethod<openWindowStation>(exports, "openWindowStation", "OpenWindowStationW");
  DefineMethod<getProcessWindowStation>(exports, "getProcessWindowStation", "GetProcessWindowStation");
  DefineMethod<getThreadDesktop>(exports, "getThreadDesktop", "GetThreadDesktop");
  DefineMethod<openDesktop>(exports, "openDesktop", "OpenDesktopW");
  DefineMethod<getUserObjectName>(exports, "getUserObjectName", "GetUserObjectInformationW");
}

}  // namespace asuser::native
