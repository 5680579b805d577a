// ImpersonateNamedPipeClient: in Wine it impersonates the server's own process.
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

}  // namespace

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
