#include "core/descriptor.h"

#include <cstddef>
#include <vector>

#include "core/exclusive_lock.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

// A function of libuv of the host, whose C runtime has the table of descriptors; ours is another.
template <typename HostFunction>
HostFunction FindInHost(const char* name) {
  FARPROC address = ::GetProcAddress(::GetModuleHandleW(nullptr), name);
  const HMODULE library = ::GetModuleHandleW(L"libnode.dll");
  if (address == nullptr && library != nullptr) address = ::GetProcAddress(library, name);
  Check(address != nullptr, name);
  return reinterpret_cast<HostFunction>(reinterpret_cast<void*>(address));
}

HANDLE HandleOf(int descriptor) {
  using GetOsfHandle = HANDLE (*)(int descriptor);
  static const auto get = FindInHost<GetOsfHandle>("uv_get_osfhandle");
  return get(descriptor);
}

int OpenOsfHandle(HANDLE handle) {
  using Open = int (*)(HANDLE handle);
  static const auto open = FindInHost<Open>("uv_open_osfhandle");
  return open(handle);
}

// As far as uv.h is needed, which does not belong to Node-API: the kind of request that a file operation has.
constexpr int kFileRequest = 6;

void CloseDescriptor(int descriptor) {
  using SizeOfRequest = size_t (*)(int kind);
  using Close = int (*)(void* no_loop, void* request, int descriptor, void* no_callback);
  using CleanUp = void (*)(void* request);
  static const auto size_of_request = FindInHost<SizeOfRequest>("uv_req_size");
  static const auto close = FindInHost<Close>("uv_fs_close");
  static const auto clean_up = FindInHost<CleanUp>("uv_fs_req_cleanup");
  std::vector<std::max_align_t> request(size_of_request(kFileRequest) / sizeof(std::max_align_t) + 1);
  close(nullptr, request.data(), descriptor, nullptr);
  clean_up(request.data());
}

// What else gets a number, and with it that of a handle as a rule, are files and clients' ends: those of servers are ours.
bool IsServerEnd(HANDLE handle) {
  DWORD flags = 0;
  return ::GetNamedPipeInfo(handle, &flags, nullptr, nullptr, nullptr) && (flags & PIPE_SERVER_END) != 0;
}

// Which of our descriptors had a number last. One table for all threads of the process, as the numbers are.
SRWLOCK lock = SRWLOCK_INIT;
std::vector<uint64_t> serials_by_number;
uint64_t last_serial = 0;

}  // namespace

// Within the lock from before the number is taken, lest another thread take an earlier descriptor of it for this one.
Descriptor Descriptor::Open(HANDLE handle, const char* syscall) {
  const ExclusiveLock held(lock);
  const int number = OpenOsfHandle(handle);
  if (number < 0) throw Win32Error(ERROR_TOO_MANY_OPEN_FILES, syscall);
  const auto index = static_cast<size_t>(number);
  if (index >= serials_by_number.size()) serials_by_number.resize(index + 1);
  serials_by_number[index] = ++last_serial;
  return Descriptor(number, handle, last_serial);
}

void Descriptor::Close() const { CloseDescriptor(number_); }

bool Descriptor::IsOpen() const {
  const auto is_last_of_number = [&] {
    const ExclusiveLock held(lock);
    return serials_by_number[static_cast<size_t>(number_)] == serial_ && HandleOf(number_) == handle_;
  };
  return is_last_of_number() && IsServerEnd(handle_);
}

}  // namespace asuser::native
