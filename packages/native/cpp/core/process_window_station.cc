#include "core/process_window_station.h"

#include "core/fail_fast.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

// Of the process, as the station is: workers share it.
SRWLOCK station_lock = SRWLOCK_INIT;

HWINSTA CurrentStation() {
  const HWINSTA station = ::GetProcessWindowStation();
  Check(station != nullptr, "GetProcessWindowStation");
  return station;
}

}  // namespace

KeepProcessWindowStation::KeepProcessWindowStation() { ::AcquireSRWLockShared(&station_lock); }

KeepProcessWindowStation::~KeepProcessWindowStation() { ::ReleaseSRWLockShared(&station_lock); }

ProcessWindowStationScope::Lock::Lock() { ::AcquireSRWLockExclusive(&station_lock); }

ProcessWindowStationScope::Lock::~Lock() { ::ReleaseSRWLockExclusive(&station_lock); }

ProcessWindowStationScope::ProcessWindowStationScope(HWINSTA station) : previous_(CurrentStation()) {
  Check(::SetProcessWindowStation(station), "SetProcessWindowStation");
}

ProcessWindowStationScope::~ProcessWindowStationScope() {
  if (!::SetProcessWindowStation(previous_)) FailFast("SetProcessWindowStation");
}

}  // namespace asuser::native
