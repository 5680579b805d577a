#include "lsa-shim/import_table.h"

#include <cstring>

namespace asuser::wine {
namespace {

template <typename T>
T* At(HMODULE module, DWORD offset) {
  return reinterpret_cast<T*>(reinterpret_cast<BYTE*>(module) + offset);
}

const IMAGE_DATA_DIRECTORY& ImportDirectory(HMODULE module) {
  const auto* dos_header = At<IMAGE_DOS_HEADER>(module, 0);
  const auto* headers = At<IMAGE_NT_HEADERS>(module, static_cast<DWORD>(dos_header->e_lfanew));
  return headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
}

bool IsImportOf(HMODULE module, const IMAGE_THUNK_DATA& name, const char* function) {
  if (IMAGE_SNAP_BY_ORDINAL(name.u1.Ordinal)) return false;
  const auto* import = At<IMAGE_IMPORT_BY_NAME>(module, static_cast<DWORD>(name.u1.AddressOfData));
  return std::strcmp(reinterpret_cast<const char*>(import->Name), function) == 0;
}

void Write(IMAGE_THUNK_DATA& address, void* replacement) {
  DWORD protection = 0;
  VirtualProtect(&address, sizeof(address), PAGE_READWRITE, &protection);
  address.u1.Function = reinterpret_cast<ULONGLONG>(replacement);
  VirtualProtect(&address, sizeof(address), protection, &protection);
}

int ReplaceInLibrary(HMODULE module, const IMAGE_IMPORT_DESCRIPTOR& library, const Hook& hook) {
  int replaced = 0;
  const auto* name = At<IMAGE_THUNK_DATA>(module, library.OriginalFirstThunk);
  auto* address = At<IMAGE_THUNK_DATA>(module, library.FirstThunk);
  for (; name->u1.AddressOfData != 0; ++name, ++address) {
    if (!IsImportOf(module, *name, hook.function)) continue;
    Write(*address, hook.replacement);
    ++replaced;
  }
  return replaced;
}

}  // namespace

int ReplaceImport(HMODULE module, const Hook& hook) {
  const IMAGE_DATA_DIRECTORY& directory = ImportDirectory(module);
  if (directory.VirtualAddress == 0) return 0;
  int replaced = 0;
  const auto* library = At<IMAGE_IMPORT_DESCRIPTOR>(module, directory.VirtualAddress);
  for (; library->Name != 0; ++library) replaced += ReplaceInLibrary(module, *library, hook);
  return replaced;
}

}  // namespace asuser::wine
