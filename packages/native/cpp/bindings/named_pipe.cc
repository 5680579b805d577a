#include <array>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/named_pipe_creation.h"
#include "core/unique_handle.h"
#include "core/utf16.h"

namespace asuser::native {
namespace {

Napi::Value createNamedPipe(const Call& call) { return call.state().CreateHandle(CreateNamedPipe(call(0, "options"))); }

Napi::Value connectNamedPipe(const Call& call) {
  const HandleObject& pipe = call(0, "pipe").OwnedHandle(HandleKind::kPipe);
  const bool adds_another = call(1, "addAnother").Boolean();
  const bool in_flight = pipe.shared().use_count() > 1;
  if (in_flight) throw Win32Error(ERROR_BUSY, call.syscall());
  return call.state().pipe_connections().Connect(call.env(), pipe.shared(), adds_another, call.syscall());
}

Napi::Value setConnectNamedPipeRef(const Call& call) {
  const HandleObject& pipe = call(0, "pipe").OwnedHandle(HandleKind::kPipe);
  call.state().pipe_connections().SetReferenced(call.env(), pipe.shared(), call(1, "referenced").Boolean());
  return call.env().Undefined();
}

Napi::Value disconnectNamedPipe(const Call& call) {
  const SharedHandle pipe = call(0, "pipe").Handle({HandleKind::kPipe});
  Check(::DisconnectNamedPipe(pipe->get()), call.syscall());
  return call.env().Undefined();
}

// The flags of CreateFileW that say what the server may do with the client's identity.
DWORD QualityOfServiceOf(const Argument& service) {
  if (service.IsNull()) return 0;
  const DWORD level = service.Property("impersonationLevel").Uint32();
  if (level > SecurityDelegation) service.Property("impersonationLevel").ThrowInvalidValue("from 0 to 3");
  const DWORD tracking = service.Property("contextTracking").Word({"static", "dynamic"}) == 0
                             ? 0
                             : static_cast<DWORD>(SECURITY_CONTEXT_TRACKING);
  const DWORD effective = service.Property("effectiveOnly").Boolean() ? SECURITY_EFFECTIVE_ONLY : 0;
  return SECURITY_SQOS_PRESENT | level << 16 | tracking | effective;
}

Napi::Value openNamedPipe(const Call& call) {
  const Argument options = call(0, "options");
  SharedHandle impersonate = HandleOrNull(options.Property("impersonate"), HandleKind::kToken);
  auto open = [name = options.Property("name").String(), access = options.Property("desiredAccess").Mask(),
               service = QualityOfServiceOf(options.Property("securityQualityOfService")),
               syscall = call.syscall()] {
    UniqueKernelHandle pipe = FromFileHandle(
        ::CreateFileW(name.c_str(), access, 0, nullptr, OPEN_EXISTING, FILE_FLAG_OVERLAPPED | service, nullptr));
    Check(static_cast<bool>(pipe), syscall, [&] { return ErrorContext{{"name", name}}; });
    return pipe;
  };
  return RunAsync(call, std::move(impersonate), std::move(open), [](Napi::Env env, UniqueKernelHandle pipe) {
    return NewHandle(env, HandleKind::kPipe, std::move(pipe));
  });
}

Napi::Value waitNamedPipe(const Call& call) {
  const Argument options = call(0, "options");
  const DWORD timeout = options.Property("timeout").Uint32();
  // 0 would ask for the default of the server, and the highest number for ever.
  if (timeout == NMPWAIT_USE_DEFAULT_WAIT || timeout == NMPWAIT_WAIT_FOREVER) {
    options.Property("timeout").ThrowInvalidValue("from 1 to 4294967294");
  }
  auto wait = [name = options.Property("name").String(), timeout, syscall = call.syscall()] {
    Check(::WaitNamedPipeW(name.c_str(), timeout), syscall, [&] { return ErrorContext{{"name", name}}; });
    return true;
  };
  return RunAsync(call, nullptr, std::move(wait), [](Napi::Env env, bool) { return env.Undefined(); });
}

using NumberQuery = BOOL(WINAPI*)(HANDLE pipe, PULONG number);

template <NumberQuery kQuery>
Napi::Value AskNumber(const Call& call) {
  const SharedHandle pipe = call(0, "pipe").HandleForNow({HandleKind::kPipe});
  ULONG number = 0;
  Check(kQuery(pipe->get(), &number), call.syscall());
  return Napi::Number::New(call.env(), number);
}

Napi::Value getNamedPipeClientComputerName(const Call& call) {
  const SharedHandle pipe = call(0, "pipe").HandleForNow({HandleKind::kPipe});
  // The longest DNS name has 255 characters.
  std::array<wchar_t, 256> name = {};
  Check(::GetNamedPipeClientComputerNameW(pipe->get(), name.data(), static_cast<ULONG>(sizeof(name))), call.syscall());
  return FromWide(call.env(), name.data());
}

}  // namespace

void DefineNamedPipe(Napi::Object exports) {
  DefineMethod<createNamedPipe>(exports, "createNamedPipe", kCreateNamedPipe);
  DefineMethod<connectNamedPipe>(exports, "connectNamedPipe", "ConnectNamedPipe");
  DefineMethod<setConnectNamedPipeRef>(exports, "setConnectNamedPipeRef", "ConnectNamedPipe");
  DefineMethod<disconnectNamedPipe>(exports, "disconnectNamedPipe", "DisconnectNamedPipe");
  DefineMethod<openNamedPipe>(exports, "openNamedPipe", "CreateFileW");
  DefineMethod<waitNamedPipe>(exports, "waitNamedPipe", "WaitNamedPipeW");
  DefineMethod<AskNumber<::GetNamedPipeClientProcessId>>(exports, "getNamedPipeClientProcessId",
                                                         "GetNamedPipeClientProcessId");
  DefineMethod<AskNumber<::GetNamedPipeClientSessionId>>(exports, "getNamedPipeClientSessionId",
                                                         "GetNamedPipeClientSessionId");
  DefineMethod<getNamedPipeClientComputerName>(exports, "getNamedPipeClientComputerName",
                                               "GetNamedPipeClientComputerNameW");
  DefineMethod<AskNumber<::GetNamedPipeServerProcessId>>(exports, "getNamedPipeServerProcessId",
                                                         "GetNamedPipeServerProcessId");
}

}  // namespace asuser::native
