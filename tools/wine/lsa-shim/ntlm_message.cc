#include "lsa-shim/ntlm_message.h"

#include <cstring>

namespace asuser::wine {
namespace {

constexpr char kSignature[] = "NTLMSSP";  // With its terminator.
constexpr DWORD kAuthenticate = 3;
constexpr DWORD kNegotiateUnicode = 0x1;

// Where a field of the fixed part begins.
constexpr size_t kTypeOffset = 8;
constexpr size_t kDomainOffset = 28;
constexpr size_t kUserOffset = 36;
constexpr size_t kFlagsOffset = 60;
constexpr size_t kFixedSize = 64;

template <typename Number>
Number NumberAt(std::span<const BYTE> message, size_t offset) {
  Number number = 0;
  std::memcpy(&number, message.data() + offset, sizeof(number));
  return number;
}

// A field of the fixed part gives the size of a text in bytes, its room, and where it begins.
std::optional<std::wstring> TextAt(std::span<const BYTE> message, size_t field) {
  const auto size = NumberAt<WORD>(message, field);
  const auto begin = NumberAt<DWORD>(message, field + 4);
  if (begin > message.size() || size > message.size() - begin) return std::nullopt;
  std::wstring text(size / sizeof(wchar_t), L'\0');
  std::memcpy(text.data(), message.data() + begin, text.size() * sizeof(wchar_t));
  return text;
}

}  // namespace

std::optional<NtlmClient> ReadNtlmClient(std::span<const BYTE> message) {
  if (message.size() < kFixedSize || std::memcmp(message.data(), kSignature, sizeof(kSignature)) != 0) return {};
  if (NumberAt<DWORD>(message, kTypeOffset) != kAuthenticate) return {};
  if ((NumberAt<DWORD>(message, kFlagsOffset) & kNegotiateUnicode) == 0) return {};
  const std::optional<std::wstring> user = TextAt(message, kUserOffset);
  const std::optional<std::wstring> domain = TextAt(message, kDomainOffset);
  if (!user || !domain) return {};
  return NtlmClient{*user, *domain};
}

}  // namespace asuser::wine
