#pragma once

#include <windows.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/handle.h"
#include "core/unique_handle.h"

namespace asuser::native {

struct CreatedProcess {
  UniqueKernelHandle process;
  UniqueKernelHandle thread;
  DWORD process_id = 0;
  DWORD thread_id = 0;
};

// Everything that a new process is made of, owned, so that it can be made on another thread.
struct ProcessCreation {
  SharedHandle token;
  std::wstring application_name;
  std::wstring command_line;
  std::optional<std::wstring> environment;  // The whole block with its terminators.
  std::optional<std::wstring> current_directory;
  DWORD creation_flags = 0;
  std::optional<std::wstring> desktop;
  std::optional<std::wstring> title;
  std::optional<WORD> show_window;
  std::array<SharedHandle, 3> standard_handles;  // Input, output, error; each null or in `handle_list`.
  std::array<bool, 3> wants_null_device = {};    // Of the same three, where there is no handle.
  std::vector<SharedHandle> handle_list;
  std::vector<SharedHandle> job_list;

  // For `RunAsync`: what is not done as the client, and then what is. Both throw Win32Error.
  void Prepare();
  CreatedProcess operator()();

  UniqueKernelHandle null_device;  // Of `Prepare`; inheritable.
};

}  // namespace asuser::native
