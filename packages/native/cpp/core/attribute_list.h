#pragma once

#include <windows.h>

#include <cstddef>
#include <vector>

#include "core/win32_error.h"

namespace asuser::native {

// PROC_THREAD_ATTRIBUTE_LIST. It points at the values, which must outlive it.
class AttributeList {
 public:
  explicit AttributeList(DWORD count) {
    SIZE_T size = 0;
    ::InitializeProcThreadAttributeList(nullptr, count, 0, &size);
    memory_.resize(size);
    Check(::InitializeProcThreadAttributeList(get(), count, 0, &size), "InitializeProcThreadAttributeList");
  }
  AttributeList(const AttributeList&) = delete;
  AttributeList& operator=(const AttributeList&) = delete;
  ~AttributeList() { ::DeleteProcThreadAttributeList(get()); }

  void Set(DWORD_PTR attribute, std::vector<HANDLE>& handles) {
    Check(::UpdateProcThreadAttribute(get(), 0, attribute, handles.data(), handles.size() * sizeof(HANDLE), nullptr,
                                      nullptr),
          "UpdateProcThreadAttribute");
  }

  LPPROC_THREAD_ATTRIBUTE_LIST get() { return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data()); }

 private:
  std::vector<std::byte> memory_;
};

}  // namespace asuser::native
