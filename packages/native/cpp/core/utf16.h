// Strings cross the seam as the UTF-16 units that they are on both sides.
#pragma once

#include <napi.h>
#include <windows.h>

#include <string>
#include <string_view>

namespace asuser::native {

static_assert(sizeof(wchar_t) == sizeof(char16_t));

std::wstring ToWide(const Napi::String& string);
Napi::String FromWide(Napi::Env env, std::wstring_view string);

}  // namespace asuser::native
