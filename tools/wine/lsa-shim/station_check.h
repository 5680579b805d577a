#pragma once

#include <windows.h>

#include <string>

namespace asuser::wine {

// Whether a process with this token could connect to the window station and desktop that STARTUPINFO names, as Windows
// asks when the process starts: null means those of the caller, an empty text a station of the logon session's own.
bool MayConnectToDesktop(HANDLE token, const wchar_t* desktop);

}  // namespace asuser::wine
