#include "lsa-shim/kerberos_message.h"

#include <windows.h>

#include <bcrypt.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

// The one-way function of a password, and RC4, under the names that advapi32 has for them.
struct CountedBytes {
  ULONG length;
  ULONG room;
  void* bytes;
};
struct CountedText {
  USHORT length;
  USHORT room;
  wchar_t* text;
};
extern "C" LONG WINAPI SystemFunction007(const CountedText* text, BYTE* hash);
extern "C" LONG WINAPI SystemFunction032(CountedBytes* data, const CountedBytes* key);

namespace asuser::wine {
namespace {

using Bytes = std::span<const BYTE>;
using Key = std::array<BYTE, 16>;

// Tags of DER.
constexpr BYTE kSequence = 0x30;
constexpr BYTE kOctetString = 0x04;
constexpr BYTE kGeneralString = 0x1b;
constexpr BYTE kObjectId = 0x06;
constexpr BYTE Application(BYTE number) { return 0x60 | number; }
constexpr BYTE Field(BYTE number) { return 0xa0 | number; }

struct Element {
  BYTE tag;
  Bytes content;
  Bytes rest;
};

std::optional<Element> FirstOf(Bytes bytes) {
  if (bytes.size() < 2) return {};
  size_t size = bytes[1];
  size_t header = 2;
  if (size >= 0x80) {
    const size_t digits = size & 0x7f;
    if (digits > 4 || bytes.size() < header + digits) return {};
    size = 0;
    for (size_t digit = 0; digit < digits; ++digit) size = size << 8 | bytes[header + digit];
    header += digits;
  }
  if (size > bytes.size() - header) return {};
  return Element{bytes[0], bytes.subspan(header, size), bytes.subspan(header + size)};
}

// The content of the first element with that tag; empty where there is none.
Bytes Find(Bytes elements, BYTE tag) {
  for (std::optional<Element> element = FirstOf(elements); element; element = FirstOf(element->rest)) {
    if (element->tag == tag) return element->content;
  }
  return {};
}

Bytes Descend(Bytes elements, std::initializer_list<BYTE> tags) {
  for (const BYTE tag : tags) elements = Find(elements, tag);
  return elements;
}

// Names are ASCII here.
std::wstring TextOf(Bytes bytes) { return std::wstring(bytes.begin(), bytes.end()); }

// PrincipalName: its parts.
std::wstring NameOf(Bytes principal) {
  std::wstring name;
  Bytes parts = Descend(principal, {kSequence, Field(1), kSequence});
  for (std::optional<Element> part = FirstOf(parts); part; part = FirstOf(part->rest)) {
    if (!name.empty()) name += L'/';
    name += TextOf(part->content);
  }
  return name;
}

// The AP-REQ is after the object identifier and two bytes that say that it is one.
Bytes RequestIn(Bytes token) {
  const Bytes inner = Find(token, Application(0));
  const std::optional<Element> mechanism = FirstOf(inner);
  if (!mechanism || mechanism->tag != kObjectId || mechanism->rest.size() < 2) return {};
  return mechanism->rest.subspan(2);
}

std::optional<Key> HmacMd5(const Key& key, Bytes data) {
  BCRYPT_ALG_HANDLE algorithm = nullptr;
  if (BCryptOpenAlgorithmProvider(&algorithm, L"MD5", nullptr, BCRYPT_ALG_HANDLE_HMAC_FLAG) != 0) return {};
  Key secret = key;
  Key mac = {};
  const NTSTATUS status = BCryptHash(algorithm, secret.data(), static_cast<ULONG>(secret.size()),
                                     const_cast<BYTE*>(data.data()), static_cast<ULONG>(data.size()), mac.data(),
                                     static_cast<ULONG>(mac.size()));
  BCryptCloseAlgorithmProvider(algorithm, 0);
  return status == 0 ? std::optional(mac) : std::nullopt;
}

Key KeyOf(std::wstring password) {
  const auto size = static_cast<USHORT>(password.size() * sizeof(wchar_t));
  const CountedText text = {size, size, password.data()};
  Key key = {};
  SystemFunction007(&text, key.data());
  return key;
}

// RFC 4757 4: the checksum, then a confounder and the text, all under keys of their own.
std::optional<std::vector<BYTE>> Unseal(const Key& key, Bytes sealed) {
  constexpr std::array<BYTE, 4> kTicket = {2, 0, 0, 0};
  constexpr size_t kConfounder = 8;
  if (sealed.size() < sizeof(Key) + kConfounder) return {};
  const Bytes checksum = sealed.first(sizeof(Key));
  const std::optional<Key> ticket_key = HmacMd5(key, kTicket);
  std::optional<Key> message_key = ticket_key ? HmacMd5(*ticket_key, checksum) : std::nullopt;
  if (!message_key) return {};
  std::vector<BYTE> text(sealed.begin() + sizeof(Key), sealed.end());
  const auto size = static_cast<ULONG>(text.size());
  CountedBytes data = {size, size, text.data()};
  const CountedBytes rc4_key = {sizeof(Key), sizeof(Key), message_key->data()};
  SystemFunction032(&data, &rc4_key);
  const std::optional<Key> found = HmacMd5(*ticket_key, text);
  if (!found || !std::ranges::equal(*found, checksum)) return {};
  text.erase(text.begin(), text.begin() + kConfounder);
  return text;
}

}  // namespace

std::optional<KerberosClient> ReadKerberosClient(Bytes token, const std::wstring& service_password) {
  const Bytes ticket =
      Descend(RequestIn(token), {Application(14), kSequence, Field(3), Application(1), kSequence});
  const Bytes sealed = Descend(ticket, {Field(3), kSequence, Field(2), kOctetString});
  const std::optional<std::vector<BYTE>> text = Unseal(KeyOf(service_password), sealed);
  if (!text) return {};
  const Bytes client = Descend(*text, {Application(3), kSequence});
  return KerberosClient{
      .user = NameOf(Find(client, Field(3))),
      .realm = TextOf(Descend(client, {Field(2), kGeneralString})),
      .service = NameOf(Find(ticket, Field(2))) + L"@" + TextOf(Descend(ticket, {Field(1), kGeneralString})),
  };
}

}  // namespace asuser::wine
