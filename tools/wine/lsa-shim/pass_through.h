// Hooks that change nothing: they count calls, and fail when a test wants it.
#pragma once

#include <windows.h>

#include <algorithm>
#include <cstddef>

#include "lsa-shim/call_log.h"

namespace asuser::wine {

template <size_t Size>
struct FunctionName {
  // Implicit, so that a literal can be a template argument.
  constexpr FunctionName(const char (&literal)[Size]) { std::copy_n(literal, Size, text); }
  char text[Size];
};

template <FunctionName kName, auto kFunction>
struct PassThrough;

// Every function here says by FALSE or NULL that it failed.
template <FunctionName kName, typename Result, typename... Arguments, Result(WINAPI* kFunction)(Arguments...)>
struct PassThrough<kName, kFunction> {
  static Result WINAPI Call(Arguments... arguments) {
    if (!EnterHook(kName.text)) return Result{};
    return kFunction(arguments...);
  }
};

}  // namespace asuser::wine
