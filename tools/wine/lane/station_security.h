#pragma once

namespace asuser::wine {

// Gives winsta0 and its desktop the security that an interactive session has on Windows: SYSTEM, Administrators and the
// logon SID of the console's user get in, others do not. Wine starts them with no security descriptor at all, which
// lets everybody in. It lasts as long as a process is on the station. False, with the last error set, on failure.
bool SecureInteractiveStation();

}  // namespace asuser::wine
