// Handles of the kernel, shared by those who use them, and the JavaScript objects made of them.
#pragma once

#include <napi.h>
#include <windows.h>

#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>

#include "core/descriptor.h"
#include "core/unique_handle.h"
#include "core/unique_security_handle.h"

namespace asuser::native {

class NamedPipeCreation;

enum class HandleKind {
  kToken,
  kProcess,
  kThread,
  kJob,
  kWindowStation,
  kDesktop,
  kPipe,
  kFile,
  kMutex,
  kEvent,
  kSemaphore,
  kWaitableTimer,
  kSection,
  kSymbolicLink,
  kDirectoryObject,
  kCredentials,
  kSecurityContext,
  kAuthzContext,
  kSecurityEventSource,
  kEnabledPrivileges
};

// What the kernel keeps, with a security descriptor; handles of SSPI and AuthZ are none of it.
inline constexpr std::initializer_list<HandleKind> kKernelObjects = {
    HandleKind::kToken,         HandleKind::kProcess,      HandleKind::kThread,         HandleKind::kJob,
    HandleKind::kWindowStation, HandleKind::kDesktop,      HandleKind::kPipe,           HandleKind::kFile,
    HandleKind::kMutex,         HandleKind::kEvent,        HandleKind::kSemaphore,      HandleKind::kWaitableTimer,
    HandleKind::kSection,       HandleKind::kSymbolicLink, HandleKind::kDirectoryObject};

// `kind` as JavaScript knows it.
const char* NameOf(HandleKind kind);

// A handle that is open for as long as anyone holds it: a call in flight on another thread shares it with the
// JavaScript object, which may be closed meanwhile.
class KernelHandle {
 public:
  enum class Ownership { kOwned, kLent };

  KernelHandle(HandleKind kind, HANDLE handle, Ownership ownership)
      : kind_(kind), handle_(handle), ownership_(ownership) {}
  KernelHandle(const KernelHandle&) = delete;
  KernelHandle& operator=(const KernelHandle&) = delete;
  ~KernelHandle();

  HandleKind kind() const { return kind_; }
  HANDLE get() const { return handle_; }
  // The handle, and its descriptor, belong to somebody else from now on.
  void Disown() { ownership_ = Ownership::kLent; }

  // Makes the descriptor, which owns the handle from then on and is owned by this object, unless there is one. By one
  // thread at a time. Throws Win32Error.
  const Descriptor& OpenDescriptor(const char* syscall);

  // How it was created, for an instance of a named pipe. Set before anybody else has the handle.
  void SetCreation(std::shared_ptr<const NamedPipeCreation> creation) { creation_ = std::move(creation); }
  const std::shared_ptr<const NamedPipeCreation>& creation() const { return creation_; }

  // The type of the token, asked once: it never changes. Of a token alone, on any thread. Throws Win32Error.
  TOKEN_TYPE TypeOfToken(const char* syscall) const;

  // What ends an operation that is under way, when the JavaScript object is closed. Used on its thread alone.
  void OnClose(std::function<void()> cancel) { cancel_ = std::move(cancel); }
  void CancelOperation() const {
    if (cancel_) cancel_();
  }

  // Whether a call under way changes what is behind the handle, so that nothing else may use it. As above.
  bool changing() const { return changing_; }
  void SetChanging(bool changing) { changing_ = changing; }

 private:
  HandleKind kind_;
  HANDLE handle_;
  Ownership ownership_;
  std::optional<Descriptor> descriptor_;
  std::shared_ptr<const NamedPipeCreation> creation_;
  std::function<void()> cancel_;
  bool changing_ = false;
  mutable std::atomic<TOKEN_TYPE> token_type_ = {};  // 0: not asked yet.
};
using SharedHandle = std::shared_ptr<KernelHandle>;

// Takes the handle over.
template <typename UniqueHandle>
SharedHandle Share(HandleKind kind, UniqueHandle handle) {
  auto shared = std::make_shared<KernelHandle>(kind, handle.get(), KernelHandle::Ownership::kOwned);
  static_cast<void>(handle.release());
  return shared;
}

// A `Handle`: takes the handle.
Napi::Object NewHandle(Napi::Env env, HandleKind kind, UniqueKernelHandle handle);
Napi::Object NewHandle(Napi::Env env, UniqueWindowStation station);
Napi::Object NewHandle(Napi::Env env, UniqueDesktop desktop);
Napi::Object NewHandle(Napi::Env env, UniqueCredentials credentials);
Napi::Object NewHandle(Napi::Env env, UniqueSecurityContext context);

// What TypeScript makes a `Handle` of itself, where that is worth it.
Napi::Value NewHandleKey(Napi::Env env, HandleKind kind, UniqueKernelHandle handle);

// A `PseudoHandle`, which nobody closes.
Napi::Object NewPseudoHandle(Napi::Env env, HandleKind kind, HANDLE handle);

// A `StreamHandle`, which the stream closes.
Napi::Object NewStreamHandle(Napi::Env env, HandleKind kind, HANDLE handle, const Descriptor& descriptor);

}  // namespace asuser::native
