#include "core/handle.h"

#include <utility>

#include "core/addon_state.h"
#include "core/authz_handle.h"
#include "core/enabled_privileges.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

template <typename UniqueHandle>
Napi::Object NewOwnedHandle(Napi::Env env, HandleKind kind, UniqueHandle handle) {
  return AddonState::Of(env)->CreateHandle(Share(kind, std::move(handle)));
}

}  // namespace

const char* NameOf(HandleKind kind) {
  switch (kind) {
    case HandleKind::kToken:
      return "token";
    case HandleKind::kProcess:
      return "process";
    case HandleKind::kThread:
      return "thread";
    case HandleKind::kJob:
      return "job";
    case HandleKind::kWindowStation:
      return "window-station";
    case HandleKind::kDesktop:
      return "desktop";
    case HandleKind::kPipe:
      return "pipe";
    case HandleKind::kFile:
      return "file";
    case HandleKind::kMutex:
      return "mutex";
    case HandleKind::kEvent:
      return "event";
    case HandleKind::kSemaphore:
      return "semaphore";
    case HandleKind::kWaitableTimer:
      return "waitable-timer";
    case HandleKind::kSection:
      return "section";
    case HandleKind::kSymbolicLink:
      return "symbolic-link";
    case HandleKind::kDirectoryObject:
      return "directory-object";
    case HandleKind::kAuthzContext:
      return "authz-context";
    case HandleKind::kSecurityEventSource:
      return "security-event-source";
    case HandleKind::kEnabledPrivileges:
      return "enabled-privileges";
    case HandleKind::kCredentials:
      return "credentials";
    case HandleKind::kSecurityContext:
      return "security-context";
  }
  return "unknown";
}

KernelHandle::~KernelHandle() {
  if (ownership_ == Ownership::kLent) return;
  if (descriptor_) {
    descriptor_->Close();
    return;
  }
  switch (kind_) {
    case HandleKind::kWindowStation:
      ::CloseWindowStation(reinterpret_cast<HWINSTA>(handle_));
      return;
    case HandleKind::kDesktop:
      ::CloseDesktop(reinterpret_cast<HDESK>(handle_));
      return;
    case HandleKind::kAuthzContext:
      AuthzContextTraits::GiveBack(static_cast<AuthzContext*>(handle_));
      return;
    case HandleKind::kSecurityEventSource:
      SecurityEventSourceTraits::GiveBack(static_cast<SecurityEventSourceTraits::Value>(handle_));
      return;
    case HandleKind::kEnabledPrivileges:
      EnabledPrivilegesTraits::GiveBack(static_cast<EnabledPrivileges*>(handle_));
      return;
    case HandleKind::kCredentials:
      CredentialsTraits::GiveBack(static_cast<SecHandle*>(handle_));
      return;
    case HandleKind::kSecurityContext:
      SecurityContextTraits::GiveBack(static_cast<SecHandle*>(handle_));
      return;
    default:
      ::CloseHandle(handle_);
  }
}

const Descriptor& KernelHandle::OpenDescriptor(const char* syscall) {
  if (!descriptor_) descriptor_ = Descriptor::Open(handle_, syscall);
  return *descriptor_;
}

TOKEN_TYPE KernelHandle::TypeOfToken(const char* syscall) const {
  TOKEN_TYPE type = token_type_;
  if (type != TOKEN_TYPE{}) return type;
  DWORD size = 0;
  Check(::GetTokenInformation(handle_, TokenType, &type, sizeof(type), &size), syscall);
  token_type_ = type;
  return type;
}

Napi::Object NewHandle(Napi::Env env, HandleKind kind, UniqueKernelHandle handle) {
  return NewOwnedHandle(env, kind, std::move(handle));
}

Napi::Object NewHandle(Napi::Env env, UniqueWindowStation station) {
  return NewOwnedHandle(env, HandleKind::kWindowStation, std::move(station));
}

Napi::Object NewHandle(Napi::Env env, UniqueDesktop desktop) {
  return NewOwnedHandle(env, HandleKind::kDesktop, std::move(desktop));
}

Napi::Object NewHandle(Napi::Env env, UniqueAuthzContext context) {
  return NewOwnedHandle(env, HandleKind::kAuthzContext, std::move(context));
}

Napi::Object NewHandle(Napi::Env env, UniqueSecurityEventSource source) {
  return NewOwnedHandle(env, HandleKind::kSecurityEventSource, std::move(source));
}

Napi::Object NewHandle(Napi::Env env, UniqueEnabledPrivileges privileges) {
  return NewOwnedHandle(env, HandleKind::kEnabledPrivileges, std::move(privileges));
}

Napi::Object NewHandle(Napi::Env env, UniqueCredentials credentials) {
  return NewOwnedHandle(env, HandleKind::kCredentials, std::move(credentials));
}

Napi::Object NewHandle(Napi::Env env, UniqueSecurityContext context) {
  return NewOwnedHandle(env, HandleKind::kSecurityContext, std::move(context));
}

Napi::Value NewHandleKey(Napi::Env env, HandleKind kind, UniqueKernelHandle handle) {
  return AddonState::Of(env)->CreateKey(Share(kind, std::move(handle)));
}

Napi::Object NewPseudoHandle(Napi::Env env, HandleKind kind, HANDLE handle) {
  return AddonState::Of(env)->CreatePseudoHandle(
      std::make_shared<KernelHandle>(kind, handle, KernelHandle::Ownership::kLent));
}

Napi::Object NewStreamHandle(Napi::Env env, HandleKind kind, HANDLE handle, const Descriptor& descriptor) {
  return AddonState::Of(env)->CreateStreamHandle(
      std::make_shared<KernelHandle>(kind, handle, KernelHandle::Ownership::kLent), descriptor);
}

}  // namespace asuser::native
