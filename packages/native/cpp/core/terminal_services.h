// wtsapi32.h, and what the one of mingw-w64 leaves out.
#pragma once

#include <windows.h>

#include <wtsapi32.h>

#if defined(__MINGW32__) && !defined(WTS_SESSION_INFO_1)

enum WTS_TYPE_CLASS { WTSTypeProcessInfoLevel0, WTSTypeProcessInfoLevel1, WTSTypeSessionInfoLevel1 };

struct WTS_SESSION_INFO_1W {
  DWORD ExecEnvId;
  WTS_CONNECTSTATE_CLASS State;
  DWORD SessionId;
  LPWSTR pSessionName;
  LPWSTR pHostName;
  LPWSTR pUserName;
  LPWSTR pDomainName;
  LPWSTR pFarmName;
};

extern "C" {
__declspec(dllimport) BOOL WINAPI
    WTSEnumerateSessionsExW(HANDLE server, DWORD* level, DWORD filter, WTS_SESSION_INFO_1W** sessions, DWORD* count);
__declspec(dllimport) BOOL WINAPI WTSFreeMemoryExW(WTS_TYPE_CLASS type, void* memory, ULONG count);
}

#endif
