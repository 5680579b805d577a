#pragma once

#include <napi.h>
#include <windows.h>

#include "core/answer_memory.h"
#include "core/argument.h"

namespace asuser::native {

// Reads the information class that the argument names.
Napi::Value ReadTokenInformation(Napi::Env env, HANDLE token, const Argument& information_class, const char* syscall);

// The answer of a class, by its number, that packed-token-information.ts takes apart: in the memory, or if it is too long
// in the array that is returned. Its pointers are distances from its beginning.
Napi::Value PackTokenInformation(const AnswerMemory& memory, HANDLE token, const Argument& information_class,
                                 const char* syscall);

// `{ sid, attributes }` of each.
Napi::Value GroupsToArray(Napi::Env env, const SID_AND_ATTRIBUTES* groups, DWORD count);

}  // namespace asuser::native
