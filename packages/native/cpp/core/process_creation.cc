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
  InheritableHandles(const std::vector<SharedHandle>& handles, const UniqueKernelHandle& null_device) {
    for (const SharedHandle& handle : handles) {
      if (Find(handle) != nullptr) continue;  // A list that names one twice is ERROR_INVALID_PARAMETER.
      duplicates_.push_back(Duplicate(*handle));
      originals_.push_back(handle);
      list_.push_back(duplicates_.back().get());
    }
    if (null_device) list_.push_back(null_device.get());
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

STARTUPINFOEXW StartupInfo(ProcessCreation& creation, const InheritableHandles& inherited, HANDLE null_device,
                           Attributes& attributes) {
  const auto standard_handle = [&](size_t index) {
    return creation.wants_null_device[index] ? null_device : inherited.Find(creation.standard_handles[index]);
  };
  STARTUPINFOEXW info = {};
  info.StartupInfo.cb = sizeof(info);
  info.StartupInfo.lpDesktop = OrNull(creation.desktop);
  info.StartupInfo.lpTitle = OrNull(creation.title);
  info.lpAttributeList = attributes.get();
  // Always, even with three nulls: else Windows gives a console program duplicates of our own standard handles.
  info.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  info.StartupInfo.hStdInput = standard_handle(0);
  info.StartupInfo.hStdOutput = standard_handle(1);
  info.StartupInfo.hStdError = standard_handle(2);
  if (creation.show_window) {
    info.StartupInfo.dwFlags |= STARTF_USESHOWWINDOW;
    info.StartupInfo.wShowWindow = *creation.show_window;
  }
  return info;
}

}  // namespace

// A restricted client could not open it for writing. Opened inheritable, since nobody but the new process uses it.
void ProcessCreation::Prepare() {
  if (std::find(wants_null_device.begin(), wants_null_device.end(), true) == wants_null_device.end()) return;
  SECURITY_ATTRIBUTES attributes = {sizeof(attributes), nullptr, TRUE};
  null_device = FromFileHandle(::CreateFileW(L"\\\\.\\NUL", GENERIC_READ | GENERIC_WRITE,
                                             FILE_SHARE_READ | FILE_SHARE_WRITE, &attributes, OPEN_EXISTING, 0, nullptr));
  Check(static_cast<bool>(null_device), "CreateFileW", [] { return ErrorContext{{"path", L"\\\\.\\NUL"}}; });
}

CreatedProcess ProcessCreation::operator()() {
  const UniqueKernelHandle null = std::move(null_device);  // Closed on this thread.
  InheritableHandles inherited(handle_list, null);
  Attributes attributes(inherited.list(), job_list);
  STARTUPINFOEXW startup_info = StartupInfo(*this, inherited, null.get(), attributes);
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
