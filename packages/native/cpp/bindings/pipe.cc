#include "bindings/bindings.h"
#include "core/call.h"
#include "core/descriptor.h"
#include "core/random_bytes.h"
#include "core/unique_handle.h"
#include "core/user_only_security.h"

namespace asuser::native {
namespace {

constexpr DWORD kBufferSize = 64 * 1024;

// Unguessable, so that nobody else has the name first or connects in our stead.
std::wstring RandomPipeName() {
  constexpr wchar_t kDigits[] = L"0123456789abcdef";
  std::wstring name = L"\\\\.\\pipe\\asuser-";
  for (const std::byte value : RandomBytes<16>()) {
    name += kDigits[std::to_integer<unsigned>(value) >> 4];
    name += kDigits[std::to_integer<unsigned>(value) & 15];
  }
  return name;
}

struct Direction {
  DWORD server_access;
  // With the attributes right that Node in the child needs to set the mode of the pipe.
  DWORD client_access;
};
constexpr Direction kDirections[] = {
    {PIPE_ACCESS_OUTBOUND, GENERIC_READ | FILE_WRITE_ATTRIBUTES},
    {PIPE_ACCESS_INBOUND, GENERIC_WRITE | FILE_READ_ATTRIBUTES},
};

const Direction& DirectionOf(const Argument& argument) { return kDirections[argument.Word({"outbound", "inbound"})]; }

Napi::Value createPipePair(const Call& call) {
  const Direction& direction = DirectionOf(call(0, "direction"));
  const std::wstring name = RandomPipeName();
  UserOnlySecurity security;
  UniqueKernelHandle server = FromFileHandle(
      ::CreateNamedPipeW(name.c_str(), direction.server_access | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                         PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, kBufferSize,
                         kBufferSize, 0, security.attributes()));
  Check(static_cast<bool>(server), call.syscall());
  UniqueKernelHandle client =
      FromFileHandle(::CreateFileW(name.c_str(), direction.client_access, 0, nullptr, OPEN_EXISTING,
                                   SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
  Check(static_cast<bool>(client), "CreateFileW");
  Napi::Object pair = Napi::Object::New(call.env());
  pair.Set("server", NewHandle(call.env(), HandleKind::kPipe, std::move(server)));
  pair.Set("client", NewHandle(call.env(), HandleKind::kPipe, std::move(client)));
  return pair;
}

// Gives the handle to a descriptor, and closes the object.
Descriptor DescriptorOf(const Call& call, HandleKind kind) {
  HandleObject& object = call(0, NameOf(kind)).OwnedHandle(kind);
  const bool in_flight = object.shared().use_count() > 1;
  if (in_flight) throw Win32Error(ERROR_BUSY, call.syscall());
  const Descriptor descriptor = object.shared()->OpenDescriptor(call.syscall());
  object.shared()->Disown();
  object.Close();
  return descriptor;
}

template <HandleKind kKind>
Napi::Value openDescriptor(const Call& call) {
  return Napi::Number::New(call.env(), DescriptorOf(call, kKind).number());
}

Napi::Value openDescriptorAndHandle(const Call& call) {
  const HANDLE handle = call(0, "pipe").OwnedHandle(HandleKind::kPipe).shared()->get();
  const Descriptor descriptor = DescriptorOf(call, HandleKind::kPipe);
  Napi::Object opened = Napi::Object::New(call.env());
  opened.Set("descriptor", Napi::Number::New(call.env(), descriptor.number()));
  opened.Set("handle", NewStreamHandle(call.env(), HandleKind::kPipe, handle, descriptor));
  return opened;
}

Napi::Value duplicateStandardHandle(const Call& call) {
  constexpr DWORD kDevices[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  const HANDLE standard = ::GetStdHandle(kDevices[call(0, "device").Word({"input", "output", "error"})]);
  Check(standard != INVALID_HANDLE_VALUE, "GetStdHandle");
  if (standard == nullptr) return call.env().Null();
  UniqueKernelHandle duplicate;
  Check(::DuplicateHandle(::GetCurrentProcess(), standard, ::GetCurrentProcess(), duplicate.receive(), 0, FALSE,
                          DUPLICATE_SAME_ACCESS),
        call.syscall());
  return NewHandle(call.env(), HandleKind::kFile, std::move(duplicate));
}

}  // namespace

void DefinePipe(Napi::Object exports) {
  DefineMethod<createPipePair>(exports, "createPipePair", "CreateNamedPipeW");
  DefineMethod<openDescriptor<HandleKind::kPipe>>(exports, "openFileDescriptor", "uv_open_osfhandle");
  DefineMethod<openDescriptorAndHandle>(exports, "openDescriptorAndHandle", "uv_open_osfhandle");
  DefineMethod<openDescriptor<HandleKind::kFile>>(exports, "openDescriptorOfFile", "uv_open_osfhandle");
  DefineMethod<duplicateStandardHandle>(exports, "duplicateStandardHandle", "DuplicateHandle");
}

}  // namespace asuser::native
