// Instances of named pipes. The handle of one remembers how it was created, so that any thread can create another.
#pragma once

#include "core/argument.h"
#include "core/handle.h"

namespace asuser::native {

inline constexpr char kCreateNamedPipe[] = "CreateNamedPipeW";

// Of `CreateNamedPipeOptions`. Throws Win32Error.
SharedHandle CreateNamedPipe(const Argument& options);

// Like that one, but not the first of its name. Null for what was not created as above. Throws Win32Error.
SharedHandle CreateNamedPipeLike(const KernelHandle& instance);

}  // namespace asuser::native
