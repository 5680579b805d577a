// The window station of the process: one for all of its threads, and what a new process inherits.
#pragma once

#include <windows.h>

namespace asuser::native {

// While one of these lives, the window station of the process stays the same.
class KeepProcessWindowStation {
 public:
  KeepProcessWindowStation();
  KeepProcessWindowStation(const KeepProcessWindowStation&) = delete;
  KeepProcessWindowStation& operator=(const KeepProcessWindowStation&) = delete;
  ~KeepProcessWindowStation();
};

// While this lives, the process has another window station. A failure to put the previous one back ends the process.
class ProcessWindowStationScope {
 public:
  explicit ProcessWindowStationScope(HWINSTA station);
  ProcessWindowStationScope(const ProcessWindowStationScope&) = delete;
  ProcessWindowStationScope& operator=(const ProcessWindowStationScope&) = delete;
  ~ProcessWindowStationScope();

 private:
  class Lock {
   public:
    Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    ~Lock();
  };
  Lock lock_;
  HWINSTA previous_;  // Lent by Windows.
};

}  // namespace asuser::native
