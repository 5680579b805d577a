#include "lane/station_security.h"

#include <windows.h>

#include <string>
#include <vector>

#include "core/owned.h"

namespace asuser::wine {
namespace {

constexpr DWORD kChangeSecurity = READ_CONTROL | WRITE_DAC | WRITE_OWNER;

// Wine gives every process that it starts by itself the same logon session; its user is the console's user here.
std::wstring LogonSidOfThisProcess() {
  HANDLE opened = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &opened)) return {};
  const UniqueHandle token(opened);
  DWORD size = 0;
  GetTokenInformation(token.get(), TokenLogonSid, nullptr, 0, &size);
  std::vector<BYTE> memory(size);
  if (!GetTokenInformation(token.get(), TokenLogonSid, memory.data(), size, &size)) return {};
  return SidToString(reinterpret_cast<TOKEN_GROUPS*>(memory.data())->Groups[0].Sid);
}

// On the station: an entry that desktops inherit, and one that counts for the station itself.
std::wstring StationSddl(const std::wstring& console_logon_sid) {
  std::wstring sddl = L"O:BAG:SYD:";
  for (const std::wstring& trustee : {std::wstring(L"SY"), std::wstring(L"BA"), console_logon_sid}) {
    sddl += L"(A;OICIIO;GA;;;" + trustee + L")(A;NP;0xf037f;;;" + trustee + L")";
  }
  return sddl;
}

std::wstring DesktopSddl(const std::wstring& console_logon_sid) {
  std::wstring sddl = L"O:BAG:SYD:";
  for (const std::wstring& trustee : {std::wstring(L"SY"), std::wstring(L"BA"), console_logon_sid}) {
    sddl += L"(A;;0xf01ff;;;" + trustee + L")";
  }
  return sddl;
}

// SetUserObjectSecurity does nothing in Wine; the call for kernel objects does the same work, and is enforced.
bool SetSecurity(HANDLE object, const std::wstring& sddl) {
  const UniqueSecurityDescriptor descriptor = SecurityDescriptorFromSddl(sddl);
  constexpr SECURITY_INFORMATION kParts =
      OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  return descriptor != nullptr && SetKernelObjectSecurity(object, kParts, descriptor.get());
}

}  // namespace

bool SecureInteractiveStation() {
  const std::wstring logon_sid = LogonSidOfThisProcess();
  if (logon_sid.empty()) return false;
  const UniqueStation station(OpenWindowStationW(L"WinSta0", FALSE, kChangeSecurity));
  if (!station) return false;
  const UniqueDesktop desktop(OpenDesktopW(L"Default", 0, FALSE, kChangeSecurity));
  if (!desktop) return false;
  return SetSecurity(desktop.get(), DesktopSddl(logon_sid)) && SetSecurity(station.get(), StationSddl(logon_sid));
}

}  // namespace asuser::wine
