#include "core/named_pipe_creation.h"

#include <string>
#include <utility>

#include "core/security.h"
#include "core/win32_error.h"

namespace asuser::native {

class NamedPipeCreation {
 public:
  explicit NamedPipeCreation(const Argument& options);

  UniqueKernelHandle Run(DWORD first_instance) const;

 private:
  std::wstring name_;
  DWORD mode_;
  DWORD max_instances_;
  DWORD in_buffer_size_;
  DWORD out_buffer_size_;
  mutable SecurityAttributes security_;  // Windows does not ask for const.
};

namespace {

constexpr DWORD kDefaultTimeout = 0;

DWORD ModeOf(const Argument& options) {
  const DWORD clients = options.Property("rejectRemoteClients").Boolean() ? PIPE_REJECT_REMOTE_CLIENTS
                                                                          : PIPE_ACCEPT_REMOTE_CLIENTS;
  return PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | clients;
}

SharedHandle Create(std::shared_ptr<const NamedPipeCreation> creation, DWORD first_instance) {
  SharedHandle instance = Share(HandleKind::kPipe, creation->Run(first_instance));
  instance->SetCreation(std::move(creation));
  return instance;
}

}  // namespace

NamedPipeCreation::NamedPipeCreation(const Argument& options)
    : name_(options.Property("name").String()),
      mode_(ModeOf(options)),
      max_instances_(options.Property("maxInstances").Uint32()),
      in_buffer_size_(options.Property("inBufferSize").Uint32()),
      out_buffer_size_(options.Property("outBufferSize").Uint32()),
      security_(options.Property("security"), kCreateNamedPipe) {}

UniqueKernelHandle NamedPipeCreation::Run(DWORD first_instance) const {
  UniqueKernelHandle pipe = FromFileHandle(
      ::CreateNamedPipeW(name_.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first_instance, mode_,
                         max_instances_, out_buffer_size_, in_buffer_size_, kDefaultTimeout, security_.get()));
  Check(static_cast<bool>(pipe), kCreateNamedPipe, [&] { return ErrorContext{{"name", name_}}; });
  return pipe;
}

SharedHandle CreateNamedPipe(const Argument& options) {
  const DWORD first_instance = options.Property("firstInstance").Boolean() ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0;
  return Create(std::make_shared<const NamedPipeCreation>(options), first_instance);
}

SharedHandle CreateNamedPipeLike(const KernelHandle& instance) {
  return instance.creation() == nullptr ? nullptr : Create(instance.creation(), 0);
}

}  // namespace asuser::native
