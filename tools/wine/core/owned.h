// Owners of what Windows wants back: kernel handles, stations, desktops, memory from LocalAlloc, SIDs and security
// descriptors from text.
#pragma once

#include <windows.h>

#include <sddl.h>

#include <memory>
#include <string>

namespace asuser::wine {

struct HandleCloser {
  using pointer = HANDLE;
  void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using UniqueHandle = std::unique_ptr<HANDLE, HandleCloser>;

struct StationCloser {
  using pointer = HWINSTA;
  void operator()(HWINSTA station) const { CloseWindowStation(station); }
};
using UniqueStation = std::unique_ptr<HWINSTA, StationCloser>;

struct DesktopCloser {
  using pointer = HDESK;
  void operator()(HDESK desktop) const { CloseDesktop(desktop); }
};
using UniqueDesktop = std::unique_ptr<HDESK, DesktopCloser>;

struct LocalDeleter {
  void operator()(void* memory) const { LocalFree(memory); }
};
template <typename T>
using UniqueLocal = std::unique_ptr<T, LocalDeleter>;

using UniqueSid = UniqueLocal<void>;
using UniqueSecurityDescriptor = UniqueLocal<void>;

// Null, with the last error set, when the text is no SID.
inline UniqueSid SidFromString(const std::wstring& text) {
  PSID sid = nullptr;
  return UniqueSid(ConvertStringSidToSidW(text.c_str(), &sid) ? sid : nullptr);
}

// Empty, with the last error set, when the memory holds no SID.
inline std::wstring SidToString(PSID sid) {
  LPWSTR text = nullptr;
  if (!ConvertSidToStringSidW(sid, &text)) return {};
  const UniqueLocal<wchar_t> owner(text);
  return text;
}

// Null, with the last error set, when the text is no security descriptor.
inline UniqueSecurityDescriptor SecurityDescriptorFromSddl(const std::wstring& sddl) {
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  const BOOL converted =
      ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl.c_str(), SDDL_REVISION_1, &descriptor, nullptr);
  return UniqueSecurityDescriptor(converted ? descriptor : nullptr);
}

}  // namespace asuser::wine
