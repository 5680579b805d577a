// What a client of NTLM says of itself.
#pragma once

#include <windows.h>

#include <optional>
#include <span>
#include <string>

namespace asuser::wine {

struct NtlmClient {
  std::wstring user;
  std::wstring domain;
};

// Of an AUTHENTICATE message ([MS-NLMP] 2.2.1.3). Nothing for other bytes.
std::optional<NtlmClient> ReadNtlmClient(std::span<const BYTE> message);

}  // namespace asuser::wine
