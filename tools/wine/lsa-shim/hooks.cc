#include "lsa-shim/hooks.h"

#include <array>

#include "lsa-shim/pass_through.h"

namespace asuser::wine {
namespace {

template <typename Function>
void* Address(Function* function) {
  return reinterpret_cast<void*>(function);
}

#define REPLACED(function) \
  Hook { #function, Address(Hook##function) }
#define PASSED_THROUGH(function) \
  Hook { #function, Address(PassThrough <#function, function>::Call) }

}  // namespace

std::span<const Hook> Hooks() {
  static const std::array kHooks = {
      REPLACED(LogonUserW),
      REPLACED(GetProcAddress),
      REPLACED(LsaRegisterLogonProcess),
      REPLACED(LsaConnectUntrusted),
      REPLACED(LsaDeregisterLogonProcess),
      REPLACED(LsaLookupAuthenticationPackage),
      REPLACED(LsaLogonUser),
      REPLACED(LsaFreeReturnBuffer),
      REPLACED(AcceptSecurityContext),
      REPLACED(DeleteSecurityContext),
      REPLACED(ImpersonateSecurityContext),
      REPLACED(QueryContextAttributesW),
      REPLACED(QuerySecurityContextToken),
      REPLACED(LsaAddAccountRights),
      REPLACED(LsaRemoveAccountRights),
      REPLACED(LsaEnumerateAccountRights),
      REPLACED(LsaFreeMemory),
      REPLACED(WTSEnumerateSessionsExW),
      REPLACED(WTSFreeMemoryExW),
      REPLACED(WTSFreeMemory),
      REPLACED(WTSQuerySessionInformationW),
      REPLACED(WTSQueryUserToken),
      REPLACED(LookupAccountSidW),
      REPLACED(LookupAccountNameW),
      REPLACED(GetUserObjectSecurity),
      REPLACED(SetUserObjectSecurity),
      REPLACED(ImpersonateAnonymousToken),
      REPLACED(CreateNamedPipeW),
      REPLACED(GetNamedPipeClientComputerNameW),
      REPLACED(ImpersonateNamedPipeClient),
      REPLACED(CreateProcessAsUserW),
      REPLACED(CreateEnvironmentBlock),
      REPLACED(GetUserProfileDirectoryW),
      REPLACED(GetTokenInformation),
      REPLACED(RtlValidRelativeSecurityDescriptor),
      PASSED_THROUGH(AdjustTokenPrivileges),
      PASSED_THROUGH(AssignProcessToJobObject),
      PASSED_THROUGH(ConnectNamedPipe),
      PASSED_THROUGH(CreateJobObjectW),
      PASSED_THROUGH(CreateRestrictedToken),
      PASSED_THROUGH(DuplicateTokenEx),
      PASSED_THROUGH(GetExitCodeProcess),
      PASSED_THROUGH(ImpersonateLoggedOnUser),
      PASSED_THROUGH(OpenDesktopW),
      PASSED_THROUGH(OpenProcessToken),
      PASSED_THROUGH(OpenThreadToken),
      PASSED_THROUGH(OpenWindowStationW),
      PASSED_THROUGH(RevertToSelf),
      PASSED_THROUGH(SetFileInformationByHandle),
      PASSED_THROUGH(SetInformationJobObject),
      PASSED_THROUGH(SetProcessWindowStation),
      PASSED_THROUGH(SetThreadToken),
      PASSED_THROUGH(TerminateJobObject),
      PASSED_THROUGH(TerminateProcess),
  };
  return kHooks;
}

}  // namespace asuser::wine
