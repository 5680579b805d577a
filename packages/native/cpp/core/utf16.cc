#include "core/utf16.h"

namespace asuser::native {

std::wstring ToWide(const Napi::String& string) {
  size_t length = 0;
  NAPI_THROW_IF_FAILED(string.Env(), napi_get_value_string_utf16(string.Env(), string, nullptr, 0, &length),
                       std::wstring());
  std::wstring wide(length, L'\0');
  NAPI_THROW_IF_FAILED(
      string.Env(),
      napi_get_value_string_utf16(string.Env(), string, reinterpret_cast<char16_t*>(wide.data()), length + 1, &length),
      std::wstring());
  return wide;
}

Napi::String FromWide(Napi::Env env, std::wstring_view string) {
  return Napi::String::New(env, reinterpret_cast<const char16_t*>(string.data()), string.size());
}

}  // namespace asuser::native
