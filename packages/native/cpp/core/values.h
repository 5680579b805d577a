// Values of Windows as values of JavaScript.
#pragma once

#include <napi.h>
#include <windows.h>

#include <cstdint>
#include <cstring>

namespace asuser::native {

inline Napi::Uint8Array ToUint8Array(Napi::Env env, const void* bytes, size_t size) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, size);
  if (size != 0) std::memcpy(array.Data(), bytes, size);
  return array;
}

inline Napi::Uint8Array ToUint8Array(Napi::Env env, PSID sid) { return ToUint8Array(env, sid, ::GetLengthSid(sid)); }

inline Napi::BigInt ToBigInt(Napi::Env env, const LUID& luid) {
  return Napi::BigInt::New(env, static_cast<uint64_t>(static_cast<uint32_t>(luid.HighPart)) << 32 | luid.LowPart);
}

inline Napi::BigInt ToBigInt(Napi::Env env, const LARGE_INTEGER& number) {
  return Napi::BigInt::New(env, static_cast<int64_t>(number.QuadPart));
}

inline LUID ToLuid(uint64_t number) { return LUID{static_cast<DWORD>(number), static_cast<LONG>(number >> 32)}; }

}  // namespace asuser::native
