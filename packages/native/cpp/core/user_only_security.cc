#include "core/user_only_security.h"

#include "core/unique_handle.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

// Not of the thread: a client that is impersonated at the moment is not whom our pipes are for.
Buffer UserOfProcess() {
  UniqueKernelHandle token;
  Check(::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, token.receive()), "OpenProcessToken");
  return QueryBuffer("GetTokenInformation", [&](void* memory, DWORD size, DWORD* needed) {
    return ::GetTokenInformation(token.get(), TokenUser, memory, size, needed);
  });
}

}  // namespace

UserOnlySecurity::UserOnlySecurity() : user_(UserOfProcess()) {
  const PSID user = reinterpret_cast<const TOKEN_USER*>(user_.data())->User.Sid;
  dacl_.resize(sizeof(ACL) + offsetof(ACCESS_ALLOWED_ACE, SidStart) + ::GetLengthSid(user));
  auto* dacl = reinterpret_cast<ACL*>(dacl_.data());
  Check(::InitializeAcl(dacl, static_cast<DWORD>(dacl_.size()), ACL_REVISION), "InitializeAcl");
  Check(::AddAccessAllowedAce(dacl, ACL_REVISION, FILE_ALL_ACCESS, user), "AddAccessAllowedAce");
  Check(::InitializeSecurityDescriptor(&descriptor_, SECURITY_DESCRIPTOR_REVISION), "InitializeSecurityDescriptor");
  Check(::SetSecurityDescriptorDacl(&descriptor_, TRUE, dacl, FALSE), "SetSecurityDescriptorDacl");
  Check(::SetSecurityDescriptorControl(&descriptor_, SE_DACL_PROTECTED, SE_DACL_PROTECTED),
        "SetSecurityDescriptorControl");
  attributes_ = {sizeof(SECURITY_ATTRIBUTES), &descriptor_, FALSE};
}

}  // namespace asuser::native
