// Handles: the kernel's, shared by those who use it, and the JavaScript object that opened it.
#pragma once

#include <napi.h>
#include <windows.h>

#include <array>
#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>

#include "core/unique_handle.h"
#include "core/unique_security_handle.h"

namespace asuser::native {

class AddonState;

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
  // The handle belongs to somebody else from now on.
  void Disown() { ownership_ = Ownership::kLent; }

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
  std::function<void()> cancel_;
  bool changing_ = false;
  mutable std::atomic<TOKEN_TYPE> token_type_ = {};  // 0: not asked yet.
};
using SharedHandle = std::shared_ptr<KernelHandle>;

// What a JavaScript handle object carries. Lives on the thread of its environment.
class HandleObject {
 public:
  HandleObject(std::shared_ptr<AddonState> state, SharedHandle handle, bool counted);
  HandleObject(const HandleObject&) = delete;
  HandleObject& operator=(const HandleObject&) = delete;
  // The garbage collector's safety net: closes and warns.
  ~HandleObject();

  HandleKind kind() const { return kind_; }
  bool closed() const { return handle_ == nullptr; }
  // Whether it belongs to the holder, who closes it; false for a pseudo handle.
  bool counted() const { return counted_; }
  // Null when it is closed.
  const SharedHandle& shared() const { return handle_; }
  void Close();

 private:
  std::shared_ptr<AddonState> state_;
  SharedHandle handle_;
  HandleKind kind_;
  bool counted_;
};

// Adds `kind`, `closed` and `close` to the prototype of handle objects.
void DefineHandlePrototype(const Napi::Object& prototype);

// A `Handle`: takes the handle.
Napi::Object NewHandle(Napi::Env env, HandleKind kind, UniqueKernelHandle handle);
Napi::Object NewHandle(Napi::Env env, UniqueWindowStation station);
Napi::Object NewHandle(Napi::Env env, UniqueDesktop desktop);
Napi::Object NewHandle(Napi::Env env, UniqueCredentials credentials);
Napi::Object NewHandle(Napi::Env env, UniqueSecurityContext context);

// A `PseudoHandle`, which nobody closes.
Napi::Object NewPseudoHandle(Napi::Env env, HandleKind kind, HANDLE handle);

}  // namespace asuser::native
