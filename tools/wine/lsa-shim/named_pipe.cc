// What Wine lacks of named pipes: who is first, where the client is, and who; there the server impersonates itself.
#include <winternl.h>

#include "lsa-shim/call_log.h"
#include "lsa-shim/hooks.h"
#include "lsa-shim/token_query.h"

namespace asuser::wine {
namespace {

BOOL Fail(DWORD error) {
  SetLastError(error);
  return FALSE;
}

// The process that opened the client's end. That it may have impersonated somebody then, Wine does not tell.
UniqueHandle TokenOfClient(HANDLE pipe) {
  ULONG process_id = 0;
  if (!GetNamedPipeClientProcessId(pipe, &process_id)) return nullptr;
  const UniqueHandle process(OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, process_id));
  HANDLE token = nullptr;
  if (process) OpenProcessToken(process.get(), TOKEN_DUPLICATE | TOKEN_QUERY, &token);
  return UniqueHandle(token);
}

bool Exists(LPCWSTR name) { return WaitNamedPipeW(name, 1) || GetLastError() == ERROR_SEM_TIMEOUT; }

}  // namespace

// Not atomic, as it is on Windows: two servers that start in the same moment may both be first.
HANDLE WINAPI HookCreateNamedPipeW(LPCWSTR name, DWORD open_mode, DWORD pipe_mode, DWORD max_instances,
                                   DWORD out_buffer_size, DWORD in_buffer_size, DWORD default_timeout,
                                   LPSECURITY_ATTRIBUTES security) {
  if (!EnterHook("CreateNamedPipeW")) return INVALID_HANDLE_VALUE;
  if ((open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE) != 0 && Exists(name)) {
    SetLastError(ERROR_ACCESS_DENIED);
    return INVALID_HANDLE_VALUE;
  }
  return CreateNamedPipeW(name, open_mode, pipe_mode, max_instances, out_buffer_size, in_buffer_size, default_timeout,
                          security);
}

// All clients are on this computer: there is no network.
BOOL WINAPI HookGetNamedPipeClientComputerNameW(HANDLE, LPWSTR, ULONG) {
  if (!EnterHook("GetNamedPipeClientComputerNameW")) return FALSE;
  return Fail(ERROR_PIPE_LOCAL);
}

BOOL WINAPI HookImpersonateNamedPipeClient(HANDLE pipe) {
  if (!EnterHook("ImpersonateNamedPipeClient")) return FALSE;
  DWORD flags = 0;
  if (!GetNamedPipeInfo(pipe, &flags, nullptr, nullptr, nullptr)) return FALSE;
  if ((flags & PIPE_SERVER_END) == 0) return Fail(ERROR_INVALID_HANDLE);
  const UniqueHandle client = TokenOfClient(pipe);
  // Nobody there. That nothing was read from the client yet gives the same on Windows; here nobody can know it.
  if (!client) return Fail(ERROR_CANNOT_IMPERSONATE);
  return ImpersonateLoggedOnUser(client.get());
}

}  // namespace asuser::wine
