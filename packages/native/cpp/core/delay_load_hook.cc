// The addon imports from "node.exe". This finds the host under whatever name it runs: a renamed node.exe, Electron, or
// a program with Node in libnode.dll.
#include <windows.h>

#include <delayimp.h>

#include <cstring>

namespace {

FARPROC WINAPI FindHost(unsigned notification, PDelayLoadInfo info) {
  if (notification != dliNotePreLoadLibrary || _stricmp(info->szDll, "node.exe") != 0) return nullptr;
  HMODULE host = ::GetModuleHandleW(L"libnode.dll");
  if (host == nullptr) host = ::GetModuleHandleW(nullptr);
  return reinterpret_cast<FARPROC>(host);
}

}  // namespace

extern "C" {
// Const or not, as the toolchain declares it.
decltype(__pfnDliNotifyHook2) __pfnDliNotifyHook2 = FindHost;
}
