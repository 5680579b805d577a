#include "bindings/bindings.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/open_by_name.h"
#include "core/security.h"
#include "core/unique_handle.h"
#include "core/values.h"

namespace asuser::native {
namespace {

Napi::Value createJobObject(const Call& call) {
  const Argument options = call(0, "options");
  const Argument name_or_null = options.Property("name");
  const std::wstring name = StringOrEmpty(name_or_null);
  SecurityAttributes security(options.Property("security"), call.syscall());
  UniqueKernelHandle job(::CreateJobObjectW(security.get(), name_or_null.IsNull() ? nullptr : name.c_str()));
  Check(static_cast<bool>(job), call.syscall(), [&] {
    return name_or_null.IsNull() ? ErrorContext{} : ErrorContext{{"name", name}};
  });
  return NewHandle(call.env(), HandleKind::kJob, std::move(job));
}

Napi::Value openJobObject(const Call& call) { return OpenByName(call, HandleKind::kJob, ::OpenJobObjectW); }

Napi::Value setInformationJobObject(const Call& call) {
  const SharedHandle job = call(0, "job").Handle({HandleKind::kJob});
  call(1, "informationClass").Word({"JobObjectExtendedLimitInformation"});
  const Argument information = call(2, "information");
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {};
  limits.BasicLimitInformation.LimitFlags = information.Property("limitFlags").Mask();
  limits.BasicLimitInformation.ActiveProcessLimit = information.Property("activeProcessLimit").Uint32();
  limits.BasicLimitInformation.PriorityClass = information.Property("priorityClass").Uint32();
  limits.ProcessMemoryLimit = information.Property("processMemoryLimit").Uint64();
  limits.JobMemoryLimit = information.Property("jobMemoryLimit").Uint64();
  Check(::SetInformationJobObject(job->get(), JobObjectExtendedLimitInformation, &limits, sizeof(limits)),
        call.syscall());
  return call.env().Undefined();
}

template <typename T>
T Query(HANDLE job, JOBOBJECTINFOCLASS information_class, const char* syscall) {
  T information = {};
  Check(::QueryInformationJobObject(job, information_class, &information, sizeof(information), nullptr), syscall);
  return information;
}

Napi::Value QueryLimits(const Call& call, HANDLE job) {
  const auto limits =
      Query<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>(job, JobObjectExtendedLimitInformation, call.syscall());
  const Napi::Env env = call.env();
  Napi::Object object = Napi::Object::New(env);
  object.Set("limitFlags", Napi::Number::New(env, limits.BasicLimitInformation.LimitFlags));
  object.Set("activeProcessLimit", Napi::Number::New(env, limits.BasicLimitInformation.ActiveProcessLimit));
  object.Set("priorityClass", Napi::Number::New(env, limits.BasicLimitInformation.PriorityClass));
  object.Set("processMemoryLimit", Napi::BigInt::New(env, static_cast<uint64_t>(limits.ProcessMemoryLimit)));
  object.Set("jobMemoryLimit", Napi::BigInt::New(env, static_cast<uint64_t>(limits.JobMemoryLimit)));
  return object;
}

Napi::Value QueryAccounting(const Call& call, HANDLE job) {
  const auto accounting =
      Query<JOBOBJECT_BASIC_ACCOUNTING_INFORMATION>(job, JobObjectBasicAccountingInformation, call.syscall());
  const Napi::Env env = call.env();
  Napi::Object object = Napi::Object::New(env);
  object.Set("totalProcesses", Napi::Number::New(env, accounting.TotalProcesses));
  object.Set("activeProcesses", Napi::Number::New(env, accounting.ActiveProcesses));
  object.Set("totalTerminatedProcesses", Napi::Number::New(env, accounting.TotalTerminatedProcesses));
  object.Set("totalUserTime", ToBigInt(env, accounting.TotalUserTime));
  object.Set("totalKernelTime", ToBigInt(env, accounting.TotalKernelTime));
  return object;
}

Napi::Value QueryProcessIds(const Call& call, HANDLE job) {
  for (DWORD capacity = 16;;) {
    Buffer buffer(offsetof(JOBOBJECT_BASIC_PROCESS_ID_LIST, ProcessIdList) + capacity * sizeof(ULONG_PTR));
    const BOOL complete = ::QueryInformationJobObject(job, JobObjectBasicProcessIdList, buffer.data(),
                                                      static_cast<DWORD>(buffer.size()), nullptr);
    Check(complete || ::GetLastError() == ERROR_MORE_DATA, call.syscall());
    const auto& list = *reinterpret_cast<const JOBOBJECT_BASIC_PROCESS_ID_LIST*>(buffer.data());
    if (complete && list.NumberOfAssignedProcesses <= list.NumberOfProcessIdsInList) {
      Napi::Array ids = Napi::Array::New(call.env(), list.NumberOfProcessIdsInList);
      for (DWORD index = 0; index < list.NumberOfProcessIdsInList; ++index) {
        ids.Set(index, Napi::Number::New(call.env(), static_cast<double>(list.ProcessIdList[index])));
      }
      return ids;
    }
    // It tells how many there are, and more may have come since.
    capacity = list.NumberOfAssignedProcesses > capacity ? list.NumberOfAssignedProcesses + 16 : capacity * 2;
  }
}

Napi::Value queryInformationJobObject(const Call& call) {
  const SharedHandle job = call(0, "job").Handle({HandleKind::kJob});
  constexpr Napi::Value (*kQueries[])(const Call&, HANDLE) = {QueryLimits, QueryAccounting, QueryProcessIds};
  const size_t index = call(1, "informationClass")
                           .Word({"JobObjectExtendedLimitInformation", "JobObjectBasicAccountingInformation",
                                  "JobObjectBasicProcessIdList"});
  return kQueries[index](call, job->get());
}

Napi::Value assignProcessToJobObject(const Call& call) {
  const SharedHandle job = call(0, "job").Handle({HandleKind::kJob});
  const SharedHandle process = call(1, "process").Handle({HandleKind::kProcess});
  Check(::AssignProcessToJobObject(job->get(), process->get()), call.syscall());
  return call.env().Undefined();
}

Napi::Value terminateJobObject(const Call& call) {
  const SharedHandle job = call(0, "job").Handle({HandleKind::kJob});
  const uint32_t exit_code = call(1, "exitCode").Mask();
  Check(::TerminateJobObject(job->get(), exit_code), call.syscall());
  return call.env().Undefined();
}

Napi::Value isProcessInJob(const Call& call) {
  const SharedHandle process = call(0, "process").Handle({HandleKind::kProcess});
  const SharedHandle job = HandleOrNull(call(1, "job"), HandleKind::kJob);
  BOOL result = FALSE;
  Check(::IsProcessInJob(process->get(), job ? job->get() : nullptr, &result), call.syscall());
  return Napi::Boolean::New(call.env(), result != FALSE);
}

}  // namespace

void DefineJob(Napi::Object exports) {
  DefineMethod<createJobObject>(exports, "createJobObject", "CreateJobObjectW");
  DefineMethod<openJobObject>(exports, "openJobObject", "OpenJobObjectW");
  DefineMethod<setInformationJobObject>(exports, "setInformationJobObject", "SetInformationJobObject");
  DefineMethod<queryInformationJobObject>(exports, "queryInformationJobObject", "QueryInformationJobObject");
  DefineMethod<assignProcessToJobObject>(exports, "assignProcessToJobObject", "AssignProcessToJobObject");
  DefineMethod<terminateJobObject>(exports, "terminateJobObject", "TerminateJobObject");
  DefineMethod<isProcessInJob>(exports, "isProcessInJob", "IsProcessInJob");
}

}  // namespace asuser::native
