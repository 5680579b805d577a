#include "core/process_creation.h"

#include <algorithm>

#include "core/attribute_list.h"
#include "core/process_window_station.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

// What a process can inherit: duplicates that live for the call. The handles themselves never become inheritable, so
// two calls at a time do not disturb each other. Only a process that other code starts without a handle list at this
// very moment, child_process for one, gets the duplicates too; Windows has no way to prevent that.
class InheritableHandles {
 public:
  explicit InheritableHandles(const std::vector<SharedHandle>& handles) {
    for (const SharedHandle& handle : handles) {
      if (Find(handle) != nullptr) continue;  // A list that names one twice is ERROR_INVALID_PARAMETER.
      duplicates_.push_back(Duplicate(*handle));
      originals_.push_back(handle);
      list_.push_back(duplicates_.back().get());
    }
  }

  HANDLE Find(const SharedHandle& handle) const {
    const auto found = std::find(originals_.begin(), originals_.end(), handle);
    return found == originals_.end() ? nullptr : list_[static_cast<size_t>(found - originals_.begin())];
  }

  std::vector<HANDLE>& list() { return list_; }

 private:
  static UniqueKernelHandle Duplicate(const KernelHandle& handle) {
    UniqueKernelHandle duplicate;
    constexpr BOOL kInheritable = TRUE;
    Check(::DuplicateHandle(::GetCurrentProcess(), handle.get(), ::GetCurrentProcess(), duplicate.receive(), 0,
                            kInheritable, DUPLICATE_SAME_ACCESS),
          "DuplicateHandle");
    return duplicate;
  }

  std::vector<SharedHandle> originals_;
  std::vector<UniqueKernelHandle> duplicates_;
  std::vector<HANDLE> list_;
};

// PROC_THREAD_ATTRIBUTE_LIST with what it points at; null when there is nothing to say.
class Attributes {
 public:
  Attributes(std::vector<HANDLE>& inherited, const std::vector<SharedHandle>& jobs) {
    for (const SharedHandle& job : jobs) jobs_.push_back(job->get());
    const DWORD count = (inherited.empty() ? 0 : 1) + (jobs_.empty() ? 0 : 1);
    if (count == 0) return;
    list_.emplace(count);
    if (!inherited.empty()) list_->Set(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited);
    if (!jobs_.empty()) list_->Set(PROC_THREAD_ATTRIBUTE_JOB_LIST, jobs_);
  }

  LPPROC_THREAD_ATTRIBUTE_LIST get() { return list_ ? list_->get() : nullptr; }

 private:
  std::vector<HANDLE> jobs_;
  std::optional<AttributeList> list_;
};

wchar_t* OrNull(std::optional<std::wstring>& text) { return text ? text->data() : nullptr; }

STARTUPINFOEXW StartupInfo(ProcessCreation& creation, const InheritableHandles& inherited, Attributes& attributes) {
  STARTUPINFOEXW info = {};
  info.StartupInfo.cb = sizeof(info);
  info.StartupInfo.lpDesktop = OrNull(creation.desktop);
  info.StartupInfo.lpTitle = OrNull(creation.title);
  info.lpAttributeList = attributes.get();
  // Always, even with three nulls: else Windows gives a console program duplicates of our own standard handles.
  info.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  info.StartupInfo.hStdInput = inherited.Find(creation.standard_handles[0]);
  info.StartupInfo.hStdOutput = inherited.Find(creation.standard_handles[1]);
  info.StartupInfo.hStdError = inherited.Find(creation.standard_handles[2]);
  if (creation.show_window) {
    info.StartupInfo.dwFlags |= STARTF_USESHOWWINDOW;
    info.StartupInfo.wShowWindow = *creation.show_window;
  }
  return info;
}

}  // namespace

CreatedProcess ProcessCreation::Create() {
  InheritableHandles inherited(handle_list);
  Attributes attributes(inherited.list(), job_list);
  STARTUPINFOEXW startup_info = StartupInfo(*this, inherited, attributes);
  const BOOL inherit = inherited.list().empty() ? FALSE : TRUE;
  const DWORD flags = creation_flags | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;
  std::optional<KeepProcessWindowStation> inherited_station;
  if (!desktop) inherited_station.emplace();

  PROCESS_INFORMATION information = {};
  const BOOL created = ::CreateProcessAsUserW(token->get(), application_name.c_str(), command_line.data(), nullptr,
                                              nullptr, inherit, flags, OrNull(environment), OrNull(current_directory),
                                              &startup_info.StartupInfo, &information);
  Check(created, "CreateProcessAsUserW", [&] {
    ErrorContext context = {{"applicationName", application_name}};
    if (current_directory) context.push_back({"currentDirectory", *current_directory});
    return context;
  });
  return {UniqueKernelHandle(information.hProcess), UniqueKernelHandle(information.hThread), information.dwProcessId,
          information.dwThreadId};
}

}  // namespace asuser::native
