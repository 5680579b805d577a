#include "core/object_type_list.h"

#include <rpc.h>

#include <string>

#include "core/win32_error.h"

namespace asuser::native {

ObjectTypeList::ObjectTypeList(const Argument& array, const char* syscall) {
  const std::vector<Argument> elements = array.Elements();
  guids_.reserve(elements.size());  // The entries point to them.
  for (const Argument& element : elements) {
    const uint32_t level = element.Property("level").Uint32();
    if (level > 0xFFFF) throw Win32Error(ERROR_INVALID_PARAMETER, syscall);
    guids_.push_back(GuidOf(element.Property("guid"), syscall));
    entries_.push_back({static_cast<WORD>(level), 0, &guids_.back()});
  }
}

GUID GuidOf(const Argument& text, const char* syscall) {
  std::wstring units = text.String();
  GUID guid = {};
  const RPC_STATUS status = ::UuidFromStringW(reinterpret_cast<RPC_WSTR>(units.data()), &guid);
  if (status != RPC_S_OK) throw Win32Error(static_cast<DWORD>(status), syscall, {{"guid", units}});
  return guid;
}

}  // namespace asuser::native
