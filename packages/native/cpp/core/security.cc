#include "core/security.h"

#include <sddl.h>

#include "core/unique_handle.h"
#include "core/win32_error.h"

// Documented in ntifs.h, which user mode does not have.
extern "C" __declspec(dllimport) BOOLEAN NTAPI
    RtlValidRelativeSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, ULONG length, SECURITY_INFORMATION required);

namespace asuser::native {
namespace {

constexpr size_t kSidHeaderSize = 8;

bool IsWholeSid(Buffer& bytes) {
  if (bytes.size() < kSidHeaderSize) return false;
  const auto* sid = reinterpret_cast<const SID*>(bytes.data());
  return bytes.size() == kSidHeaderSize + sizeof(DWORD) * sid->SubAuthorityCount && ::IsValidSid(bytes.data());
}

}  // namespace

Buffer SidOf(const Argument& argument, const char* syscall) {
  Buffer bytes = argument.Bytes();
  if (!IsWholeSid(bytes)) throw Win32Error(ERROR_INVALID_SID, syscall);
  return bytes;
}

Buffer AclOf(const Argument& argument, const char* syscall) {
  Buffer bytes = argument.Bytes();
  auto* acl = reinterpret_cast<ACL*>(bytes.data());
  if (bytes.size() < sizeof(ACL) || acl->AclSize != bytes.size() || !::IsValidAcl(acl)) {
    throw Win32Error(ERROR_INVALID_ACL, syscall);
  }
  return bytes;
}

Buffer DescriptorOf(const Argument& argument, const char* syscall) {
  Buffer bytes = argument.Bytes();
  if (bytes.size() < sizeof(SECURITY_DESCRIPTOR_RELATIVE) ||
      !RtlValidRelativeSecurityDescriptor(bytes.data(), static_cast<ULONG>(bytes.size()), 0)) {
    throw Win32Error(ERROR_INVALID_SECURITY_DESCR, syscall);
  }
  return bytes;
}

std::wstring TextOfSid(const Buffer& sid) {
  LPWSTR text = nullptr;
  if (!::ConvertSidToStringSidW(const_cast<std::byte*>(sid.data()), &text)) return {};
  const UniqueLocalMemory owner(text);
  return text;
}

SecurityAttributes::SecurityAttributes(const Argument& descriptor_or_null, const char* syscall)
    : descriptor_(descriptor_or_null.IsNull() ? Buffer() : DescriptorOf(descriptor_or_null, syscall)),
      attributes_{sizeof(SECURITY_ATTRIBUTES), descriptor_.data(), FALSE} {}

}  // namespace asuser::native
