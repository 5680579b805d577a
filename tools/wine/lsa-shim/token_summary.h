// The information classes that tell many things at once, which Wine does not know: put together from what it does.
#pragma once

#include <windows.h>

namespace asuser::wine {

// `GetTokenInformation`, with what the shim corrects.
using TokenReader = BOOL(HANDLE token, TOKEN_INFORMATION_CLASS information_class, void* information, DWORD size,
                         DWORD* needed);

bool IsTokenSummary(TOKEN_INFORMATION_CLASS information_class);

BOOL AnswerTokenSummary(HANDLE token, TOKEN_INFORMATION_CLASS information_class, TokenReader* read, void* information,
                        DWORD size, DWORD* needed);

}  // namespace asuser::wine
