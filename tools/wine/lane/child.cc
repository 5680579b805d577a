#include "lane/child.h"

#include <vector>

namespace asuser::wine {
namespace {

// An attribute list with one attribute: the handles that the child inherits.
class HandleList {
 public:
  explicit HandleList(std::array<HANDLE, 3>& handles) {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    memory_.resize(size);
    InitializeProcThreadAttributeList(get(), 1, 0, &size);
    UpdateProcThreadAttribute(get(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles.data(), sizeof(handles), nullptr,
                              nullptr);
  }
  ~HandleList() { DeleteProcThreadAttributeList(get()); }
  HandleList(const HandleList&) = delete;
  HandleList& operator=(const HandleList&) = delete;

  LPPROC_THREAD_ATTRIBUTE_LIST get() { return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data()); }

 private:
  std::vector<BYTE> memory_;
};

}  // namespace

UniqueHandle StartChild(HANDLE token, std::wstring command_line, std::array<HANDLE, 3> standard_handles) {
  HandleList inherited(standard_handles);
  STARTUPINFOEXW startup = {};
  startup.StartupInfo.cb = sizeof(startup);
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = standard_handles[0];
  startup.StartupInfo.hStdOutput = standard_handles[1];
  startup.StartupInfo.hStdError = standard_handles[2];
  startup.lpAttributeList = inherited.get();

  PROCESS_INFORMATION process = {};
  // With a null token this is CreateProcess.
  if (!CreateProcessAsUserW(token, nullptr, command_line.data(), nullptr, nullptr, TRUE, EXTENDED_STARTUPINFO_PRESENT,
                            nullptr, nullptr, &startup.StartupInfo, &process)) {
    return nullptr;
  }
  CloseHandle(process.hThread);
  return UniqueHandle(process.hProcess);
}

}  // namespace asuser::wine
