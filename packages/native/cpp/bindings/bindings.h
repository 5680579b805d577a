// One file for each subject of the contract, packages/native/src/api; each adds its functions to the exports.
#pragma once

#include <napi.h>

namespace asuser::native {

void DefineHandle(Napi::Object exports);
void DefineLogon(Napi::Object exports);
void DefineS4U(Napi::Object exports);
void DefineToken(Napi::Object exports);
void DefineTokenAdjustment(Napi::Object exports);
void DefineRestrictedToken(Napi::Object exports);
void DefineImpersonation(Napi::Object exports);
void DefineDde(Napi::Object exports);
void DefinePrivilege(Napi::Object exports);
void DefineAccount(Napi::Object exports);
void DefineAccountRight(Napi::Object exports);
void DefineObjectSecurity(Napi::Object exports);
void DefineAccess(Napi::Object exports);
void DefineAudit(Napi::Object exports);
void DefineAuthz(Napi::Object exports);
void DefineProcess(Napi::Object exports);
void DefineJob(Napi::Object exports);
void DefineDesktop(Napi::Object exports);
void DefineProfile(Napi::Object exports);
void DefineSession(Napi::Object exports);
void DefinePipe(Napi::Object exports);
void DefineNetwork(Napi::Object exports);
void DefineNamedPipe(Napi::Object exports);
void DefineSspi(Napi::Object exports);
void DefineMutex(Napi::Object exports);
void DefineKernelObject(Napi::Object exports);
void DefineFile(Napi::Object exports);
void DefineRegistry(Napi::Object exports);

}  // namespace asuser::native
