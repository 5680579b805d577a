#include <algorithm>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/process_creation.h"
#include "core/registered_wait.h"
#include "core/unique_handle.h"

namespace asuser::native {
namespace {

std::optional<std::wstring> OptionalString(const Argument& argument) {
  if (argument.IsNull()) return std::nullopt;
  return argument.String();
}

// Each string with its terminator, and one more for the block.
std::wstring EnvironmentBlock(const Argument& strings) {
  std::wstring block;
  for (const Argument& element : strings.Elements()) {
    const std::wstring text = element.String();
    if (text.empty()) element.ThrowInvalidValue("a string that is not empty, which would end the block");
    block += text;
    block += L'\0';
  }
  if (block.empty()) block += L'\0';
  block += L'\0';
  return block;
}

std::vector<SharedHandle> Handles(const Argument& array, std::initializer_list<HandleKind> kinds) {
  std::vector<SharedHandle> handles;
  for (const Argument& element : array.Elements()) handles.push_back(element.Handle(kinds));
  return handles;
}

void ReadStandardHandle(const Argument& argument, size_t index, ProcessCreation& creation) {
  if (argument.IsNull()) return;
  if (argument.IsString()) {
    argument.Word({"null-device"});
    creation.wants_null_device[index] = true;
    return;
  }
  SharedHandle handle = argument.Handle({HandleKind::kPipe, HandleKind::kFile});
  const auto& listed = creation.handle_list;
  if (std::find(listed.begin(), listed.end(), handle) == listed.end()) {
    argument.ThrowInvalidValue("in the handle list, for a process inherits nothing else");
  }
  creation.standard_handles[index] = std::move(handle);
}

void ReadStartupInfo(const Argument& startup_info, ProcessCreation& creation) {
  creation.desktop = OptionalString(startup_info.Property("desktop"));
  creation.title = OptionalString(startup_info.Property("title"));
  const Argument show_window = startup_info.Property("showWindow");
  if (!show_window.IsNull()) creation.show_window = static_cast<WORD>(show_window.Uint32());
  const Argument standard_handles = startup_info.Property("standardHandles");
  if (standard_handles.IsNull()) return;
  ReadStandardHandle(standard_handles.Property("input"), 0, creation);
  ReadStandardHandle(standard_handles.Property("output"), 1, creation);
  ReadStandardHandle(standard_handles.Property("error"), 2, creation);
}

ProcessCreation ProcessCreationOf(const Argument& options) {
  ProcessCreation creation;
  creation.token = options.Property("token").Handle({HandleKind::kToken});
  creation.application_name = options.Property("applicationName").String();
  creation.command_line = options.Property("commandLine").String();
  const Argument environment = options.Property("environment");
  if (!environment.IsNull()) creation.environment = EnvironmentBlock(environment);
  creation.current_directory = OptionalString(options.Property("currentDirectory"));
  creation.creation_flags = options.Property("creationFlags").Mask();
  creation.handle_list = Handles(options.Property("handleList"), {HandleKind::kPipe, HandleKind::kFile});
  creation.job_list = Handles(options.Property("jobList"), {HandleKind::kJob});
  ReadStartupInfo(options.Property("startupInfo"), creation);
  return creation;
}

Napi::Value ToObject(Napi::Env env, CreatedProcess created) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("process", NewHandle(env, HandleKind::kProcess, std::move(created.process)));
  object.Set("thread", NewHandle(env, HandleKind::kThread, std::move(created.thread)));
  object.Set("processId", Napi::Number::New(env, created.process_id));
  object.Set("threadId", Napi::Number::New(env, created.thread_id));
  return object;
}

Napi::Value createProcessAsUser(const Call& call) {
  const Argument options = call(0, "options");
  SharedHandle impersonate = HandleOrNull(options.Property("impersonate"), HandleKind::kToken);
  return RunAsync(call, std::move(impersonate), ProcessCreationOf(options),
                  [](Napi::Env env, CreatedProcess created) { return ToObject(env, std::move(created)); });
}

Napi::Value getCurrentProcess(const Call& call) {
  return NewPseudoHandle(call.env(), HandleKind::kProcess, ::GetCurrentProcess());
}

Napi::Value getCurrentProcessId(const Call& call) { return Napi::Number::New(call.env(), ::GetCurrentProcessId()); }

Napi::Value openProcess(const Call& call) {
  const uint32_t process_id = call(0, "processId").Uint32();
  const uint32_t desired_access = call(1, "desiredAccess").Mask();
  UniqueKernelHandle process(::OpenProcess(desired_access, FALSE, process_id));
  Check(static_cast<bool>(process), call.syscall(), [&] { return ErrorContext{{"processId", process_id}}; });
  return NewHandle(call.env(), HandleKind::kProcess, std::move(process));
}

Napi::Value openThread(const Call& call) {
  const uint32_t thread_id = call(0, "threadId").Uint32();
  const uint32_t desired_access = call(1, "desiredAccess").Mask();
  UniqueKernelHandle thread(::OpenThread(desired_access, FALSE, thread_id));
  Check(static_cast<bool>(thread), call.syscall(), [&] { return ErrorContext{{"threadId", thread_id}}; });
  return NewHandle(call.env(), HandleKind::kThread, std::move(thread));
}

Napi::Value getExitCodeProcess(const Call& call) {
  const SharedHandle process = call(0, "process").Handle({HandleKind::kProcess});
  DWORD exit_code = 0;
  Check(::GetExitCodeProcess(process->get(), &exit_code), call.syscall());
  return Napi::Number::New(call.env(), exit_code);
}

Napi::Value terminateProcess(const Call& call) {
  const SharedHandle process = call(0, "process").Handle({HandleKind::kProcess});
  const uint32_t exit_code = call(1, "exitCode").Mask();
  Check(::TerminateProcess(process->get(), exit_code), call.syscall());
  return call.env().Undefined();
}

Napi::Value resumeThread(const Call& call) {
  const SharedHandle thread = call(0, "thread").Handle({HandleKind::kThread});
  const DWORD previous_count = ::ResumeThread(thread->get());
  Check(previous_count != static_cast<DWORD>(-1), call.syscall());
  return Napi::Number::New(call.env(), previous_count);
}

Napi::Value getProcessHandleCount(const Call& call) {
  const SharedHandle process = call(0, "process").Handle({HandleKind::kProcess});
  DWORD count = 0;
  Check(::GetProcessHandleCount(process->get(), &count), call.syscall());
  return Napi::Number::New(call.env(), count);
}

Napi::Value registerWaitForSingleObject(const Call& call) {
  SharedHandle object = call(0, "object").Handle({HandleKind::kProcess, HandleKind::kThread, HandleKind::kJob});
  const Napi::Function callback = call(1, "callback").Callback();
  auto wait = RegisteredWait::Register(call.env(), std::move(object), callback, call.syscall());
  return call.state().waits().New(std::make_unique<WaitObject>(std::move(wait)));
}

}  // namespace

void DefineProcess(Napi::Object exports) {
  DefineMethod<getCurrentProcess>(exports, "getCurrentProcess", "GetCurrentProcess");
  DefineMethod<getCurrentProcessId>(exports, "getCurrentProcessId", "GetCurrentProcessId");
  DefineAsyncMethod<createProcessAsUser>(exports, "createProcessAsUser", "CreateProcessAsUserW");
  DefineMethod<openProcess>(exports, "openProcess", "OpenProcess");
  DefineMethod<openThread>(exports, "openThread", "OpenThread");
  DefineMethod<getExitCodeProcess>(exports, "getExitCodeProcess", "GetExitCodeProcess");
  DefineMethod<terminateProcess>(exports, "terminateProcess", "TerminateProcess");
  DefineMethod<resumeThread>(exports, "resumeThread", "ResumeThread");
  DefineMethod<getProcessHandleCount>(exports, "getProcessHandleCount", "GetProcessHandleCount");
  DefineMethod<registerWaitForSingleObject>(exports, "registerWaitForSingleObject", "RegisterWaitForSingleObject");
}

}  // namespace asuser::native
