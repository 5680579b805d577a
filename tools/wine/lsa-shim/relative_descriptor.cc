// RtlValidRelativeSecurityDescriptor: Wine answers FALSE for a valid descriptor and TRUE for a broken one.
#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"

namespace asuser::wine {
namespace {

// The parts of a self-relative security descriptor, never read beyond its end.
class RelativeDescriptor {
 public:
  RelativeDescriptor(const void* memory, ULONG size) : memory_(static_cast<const BYTE*>(memory)), size_(size) {}

  bool HasValidHeader() const {
    return size_ >= sizeof(SECURITY_DESCRIPTOR_RELATIVE) && header().Revision == SECURITY_DESCRIPTOR_REVISION &&
           (header().Control & SE_SELF_RELATIVE) != 0;
  }

  // A part that is not there is valid, unless it is required.
  bool HasValidSid(DWORD offset, bool required) const {
    if (offset == 0) return !required;
    if (!Holds(offset, SidSize(0))) return false;
    const auto* sid = reinterpret_cast<const SID*>(memory_ + offset);
    return Holds(offset, SidSize(sid->SubAuthorityCount)) && IsValidSid(const_cast<SID*>(sid));
  }

  bool HasValidAcl(DWORD offset, SECURITY_DESCRIPTOR_CONTROL present, bool required) const {
    if ((header().Control & present) == 0) return !required;
    if (offset == 0) return true;
    if (!Holds(offset, sizeof(ACL))) return false;
    const auto* acl = reinterpret_cast<const ACL*>(memory_ + offset);
    return Holds(offset, acl->AclSize) && IsValidAcl(const_cast<ACL*>(acl));
  }

  const SECURITY_DESCRIPTOR_RELATIVE& header() const {
    return *reinterpret_cast<const SECURITY_DESCRIPTOR_RELATIVE*>(memory_);
  }

 private:
  static constexpr ULONG SidSize(ULONG sub_authorities) {
    return sizeof(SID) - sizeof(DWORD) + sub_authorities * sizeof(DWORD);
  }
  bool Holds(ULONG offset, ULONG size) const { return offset <= size_ && size <= size_ - offset; }

  const BYTE* memory_;
  ULONG size_;
};

}  // namespace

BOOLEAN NTAPI HookRtlValidRelativeSecurityDescriptor(PSECURITY_DESCRIPTOR memory, ULONG size,
                                                     SECURITY_INFORMATION required) {
  if (!EnterHook("RtlValidRelativeSecurityDescriptor")) return FALSE;
  const RelativeDescriptor descriptor(memory, size);
  if (!descriptor.HasValidHeader()) return FALSE;
  const SECURITY_DESCRIPTOR_RELATIVE& header = descriptor.header();
  return descriptor.HasValidSid(header.Owner, (required & OWNER_SECURITY_INFORMATION) != 0) &&
         descriptor.HasValidSid(header.Group, (required & GROUP_SECURITY_INFORMATION) != 0) &&
         descriptor.HasValidAcl(header.Dacl, SE_DACL_PRESENT, (required & DACL_SECURITY_INFORMATION) != 0) &&
         descriptor.HasValidAcl(header.Sacl, SE_SACL_PRESENT, (required & SACL_SECURITY_INFORMATION) != 0);
}

}  // namespace asuser::wine
