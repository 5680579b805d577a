#include "lsa-shim/call_log.h"

#include <deque>
#include <mutex>

namespace asuser::wine {
namespace {

std::mutex mutex;
CallLog call_log;
std::map<std::string, std::deque<DWORD>> faults;

}  // namespace

bool EnterHook(const char* function) {
  const std::lock_guard lock(mutex);
  ++call_log.counts[function];
  const auto queue = faults.find(function);
  if (queue == faults.end() || queue->second.empty()) return true;
  const DWORD error = queue->second.front();
  queue->second.pop_front();
  if (error == ERROR_SUCCESS) return true;
  SetLastError(error);
  return false;
}

void LogProcessCreation(ProcessCreation creation) {
  const std::lock_guard lock(mutex);
  call_log.process_creations.push_back(std::move(creation));
}

void FailNext(const std::string& function, DWORD error) {
  const std::lock_guard lock(mutex);
  faults[function].push_back(error);
}

CallLog CopyCallLog() {
  const std::lock_guard lock(mutex);
  return call_log;
}

void ClearCallLog() {
  const std::lock_guard lock(mutex);
  call_log = {};
  faults.clear();
}

}  // namespace asuser::wine
