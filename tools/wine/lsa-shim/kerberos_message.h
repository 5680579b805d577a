// What a client of Kerberos says of itself.
#pragma once

#include <windows.h>

#include <optional>
#include <span>
#include <string>

namespace asuser::wine {

struct KerberosClient {
  std::wstring user;
  std::wstring realm;
  std::wstring service;  // Whom it wants to reach, with the realm after it.
};

// Of an initial token with a ticket (RFC 4121 4.1, RFC 4120 5.5.1 and 5.3) that is sealed with the service's password
// and rc4-hmac (RFC 4757). Nothing for other bytes.
std::optional<KerberosClient> ReadKerberosClient(std::span<const BYTE> token, const std::wstring& service_password);

}  // namespace asuser::wine
