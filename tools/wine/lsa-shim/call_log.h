// What the addon under test called, and what shall fail next. Hooks run on any thread.
#pragma once

#include <windows.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace asuser::wine {

struct ProcessCreation {
  std::optional<std::wstring> impersonated_user;  // The SID that the thread impersonated, if it did.
  std::optional<std::wstring> desktop;            // lpDesktop, if it was not null.
  DWORD error = ERROR_SUCCESS;
  bool station_refused = false;  // The child started and was ended with STATUS_DLL_INIT_FAILED.
};

struct CallLog {
  std::map<std::string, uint32_t> counts;
  std::vector<ProcessCreation> process_creations;
};

// Every hook begins with this: counts the call. False, with the last error set, when it is to fail.
bool EnterHook(const char* function);

void LogProcessCreation(ProcessCreation creation);
void FailNext(const std::string& function, DWORD error);
CallLog CopyCallLog();
void ClearCallLog();

}  // namespace asuser::wine
