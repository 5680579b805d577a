// Calls that may block: a promise for JavaScript, a thread of libuv's pool for the call.
#pragma once

#include <napi.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/call.h"
#include "core/handle.h"
#include "core/win32_error.h"

namespace asuser::native {

// One call in flight. It owns its inputs and its outcome: when the environment ends before it is settled, both go
// with it.
class AsyncCall {
 public:
  virtual ~AsyncCall() = default;

  // Queues the call and returns its promise.
  static Napi::Promise Start(Napi::Env env, const char* name, std::unique_ptr<AsyncCall> call);

 protected:
  explicit AsyncCall(SharedHandle impersonate) : impersonate_(std::move(impersonate)) {}

  // On a thread of the pool, and not as the client. Throws Win32Error.
  virtual void Prepare() = 0;
  // On the same thread, as the client if there is one. Throws Win32Error.
  virtual void Run() = 0;
  // On the JavaScript thread, after `Run` has succeeded.
  virtual Napi::Value TakeResult(Napi::Env env) = 0;

 private:
  static void Execute(napi_env env, void* data);
  static void Complete(napi_env env, napi_status status, void* data);

  void RunAsClient();

  SharedHandle impersonate_;
  std::optional<Win32Error> error_;
  std::string unexpected_;
  napi_deferred deferred_ = nullptr;
  napi_async_work work_ = nullptr;
};

template <typename Work, typename Convert>
class AsyncCallOf final : public AsyncCall {
 public:
  AsyncCallOf(SharedHandle impersonate, Work work, Convert convert)
      : AsyncCall(std::move(impersonate)), work_(std::move(work)), convert_(std::move(convert)) {}

 private:
  void Prepare() override {
    if constexpr (requires { work_.Prepare(); }) work_.Prepare();
  }
  void Run() override {
    if constexpr (kGivesNothing) {
      work_();
    } else {
      outcome_.emplace(work_());
    }
  }
  Napi::Value TakeResult(Napi::Env env) override {
    if constexpr (kGivesNothing) {
      return env.Undefined();
    } else {
      return convert_(env, std::move(*outcome_));
    }
  }

  using Outcome = std::invoke_result_t<Work&>;
  static constexpr bool kGivesNothing = std::is_void_v<Outcome>;

  Work work_;
  Convert convert_;
  std::optional<std::conditional_t<kGivesNothing, std::monostate, Outcome>> outcome_;
};

// Runs `work()` on the pool, under the identity of `impersonate` unless that is null, and resolves with
// `convert(env, outcome)`. Before that `work.Prepare()` runs as the process, if there is one. `work` owns what it needs:
// nothing of JavaScript, no reference to a local.
template <typename Work, typename Convert>
Napi::Value RunAsync(const Call& call, SharedHandle impersonate, Work work, Convert convert) {
  return AsyncCall::Start(
      call.env(), call.syscall(),
      std::make_unique<AsyncCallOf<Work, Convert>>(std::move(impersonate), std::move(work), std::move(convert)));
}

// The same for work that gives nothing: the promise resolves with undefined.
template <typename Work>
Napi::Value RunAsync(const Call& call, SharedHandle impersonate, Work work) {
  static_assert(std::is_void_v<std::invoke_result_t<Work&>>);
  return RunAsync(call, std::move(impersonate), std::move(work), std::monostate());
}

// Under whose identity a call runs, as the options of many functions say it; null for the process itself.
SharedHandle ClientOf(const Argument& options);

}  // namespace asuser::native
