#include "core/async_call.h"

#include <exception>

#include "core/impersonation_scope.h"
#include "core/settle_promise.h"

namespace asuser::native {
namespace {

// Below Impersonation level a thread may only be looked at. Windows would refuse most calls itself, but not all.
void CheckLevel(SECURITY_IMPERSONATION_LEVEL level) {
  if (level >= SecurityImpersonation) return;
  throw Win32Error(level == SecurityAnonymous ? ERROR_CANT_OPEN_ANONYMOUS : ERROR_BAD_IMPERSONATION_LEVEL,
                   "ImpersonateLoggedOnUser");
}

}  // namespace

SharedHandle ClientOf(const Argument& options) {
  return HandleOrNull(options.Property("impersonate"), HandleKind::kToken);
}

Napi::Promise AsyncCall::Start(Napi::Env env, const char* name, std::unique_ptr<AsyncCall> call) {
  napi_value promise = nullptr;
  NAPI_THROW_IF_FAILED(env, napi_create_promise(env, &call->deferred_, &promise), Napi::Promise());
  NAPI_THROW_IF_FAILED(
      env,
      napi_create_async_work(env, nullptr, Napi::String::New(env, name), Execute, Complete, call.get(), &call->work_),
      Napi::Promise());
  const napi_status queued = napi_queue_async_work(env, call->work_);
  if (queued != napi_ok) napi_delete_async_work(env, call->work_);
  NAPI_THROW_IF_FAILED(env, queued, Napi::Promise());
  static_cast<void>(call.release());  // `Complete` deletes it.
  return Napi::Promise(env, promise);
}

void AsyncCall::Execute(napi_env, void* data) {
  auto* self = static_cast<AsyncCall*>(data);
  try {
    self->RunAsClient();
  } catch (const Win32Error& error) {
    self->error_ = error;
  } catch (const std::exception& error) {
    self->unexpected_ = error.what();
  }
}

void AsyncCall::RunAsClient() {
  Prepare();
  std::optional<ImpersonationScope> scope;
  if (impersonate_) {
    scope.emplace(*impersonate_);
    CheckLevel(scope->Level());
  }
  Run();
}

void AsyncCall::Complete(napi_env raw_env, napi_status, void* data) {
  const std::unique_ptr<AsyncCall> self(static_cast<AsyncCall*>(data));
  const Napi::Env env(raw_env);
  const Napi::HandleScope scope(env);
  napi_delete_async_work(env, self->work_);
  SettlePromise(env, self->deferred_, [&]() -> Napi::Value {
    if (self->error_) throw *self->error_;
    if (!self->unexpected_.empty()) throw Napi::Error::New(env, self->unexpected_);
    return self->TakeResult(env);
  });
}

}  // namespace asuser::native
