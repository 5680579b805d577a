#include "lsa-shim/station_check.h"

#include <mutex>
#include <string_view>
#include <vector>

#include "core/owned.h"
#include "lsa-shim/token_query.h"

namespace asuser::wine {
namespace {

constexpr DWORD kStationAccess = WINSTA_ENUMDESKTOPS | WINSTA_READATTRIBUTES | WINSTA_ACCESSGLOBALATOMS;
constexpr DWORD kDesktopAccess = DESKTOP_READOBJECTS | DESKTOP_CREATEWINDOW | DESKTOP_WRITEOBJECTS;

std::wstring NameOf(HANDLE user_object) {
  DWORD size = 0;
  GetUserObjectInformationW(user_object, UOI_NAME, nullptr, 0, &size);
  std::vector<wchar_t> name(size / sizeof(wchar_t) + 1);
  GetUserObjectInformationW(user_object, UOI_NAME, name.data(), size, &size);
  return name.data();
}

struct DesktopPath {
  std::wstring station;
  std::wstring desktop;
};

// Either half may be missing; what the caller is connected to takes its place.
DesktopPath ParseDesktopPath(const wchar_t* text) {
  DesktopPath path = {NameOf(GetProcessWindowStation()), NameOf(GetThreadDesktop(GetCurrentThreadId()))};
  if (text == nullptr) return path;
  const std::wstring_view given = text;
  const size_t backslash = given.find(L'\\');
  if (backslash != given.npos) path.station = given.substr(0, backslash);
  path.desktop = backslash == given.npos ? given : given.substr(backslash + 1);
  return path;
}

// OpenDesktop looks in the station of the process, so that must change for the call if it is another one.
class ProcessStationScope {
 public:
  explicit ProcessStationScope(HWINSTA station) : previous_(GetProcessWindowStation()) {
    if (_wcsicmp(NameOf(previous_).c_str(), NameOf(station).c_str()) != 0) changed_ = SetProcessWindowStation(station);
  }
  ~ProcessStationScope() {
    if (changed_) SetProcessWindowStation(previous_);
  }
  ProcessStationScope(const ProcessStationScope&) = delete;
  ProcessStationScope& operator=(const ProcessStationScope&) = delete;

 private:
  HWINSTA previous_;
  bool changed_ = false;
};

// Windows takes the token as it is; to impersonate it the handle needs rights that the caller's may lack.
UniqueHandle HandleToImpersonate(HANDLE token) {
  HANDLE duplicate = nullptr;
  DuplicateHandle(GetCurrentProcess(), token, GetCurrentProcess(), &duplicate,
                  TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_IMPERSONATE, FALSE, 0);
  return UniqueHandle(duplicate);
}

std::mutex one_station_at_a_time;

}  // namespace

bool MayConnectToDesktop(HANDLE token, const wchar_t* desktop) {
  if (desktop != nullptr && *desktop == L'\0') return true;
  const DesktopPath path = ParseDesktopPath(desktop);

  const std::lock_guard lock(one_station_at_a_time);
  const UniqueHandle client = HandleToImpersonate(token);
  const ImpersonationScope as_client(client.get());
  if (!as_client.entered()) return false;
  const UniqueStation station(OpenWindowStationW(path.station.c_str(), FALSE, kStationAccess));
  if (!station) return false;
  const ProcessStationScope in_station(station.get());
  return UniqueDesktop(OpenDesktopW(path.desktop.c_str(), 0, FALSE, kDesktopAccess)) != nullptr;
}

}  // namespace asuser::wine
