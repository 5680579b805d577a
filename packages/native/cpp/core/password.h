// A password as JavaScript hands it over.
#pragma once

#include "core/argument.h"
#include "core/secret.h"

namespace asuser::native {

// UTF-16LE without a terminator; a NUL inside would cut it short on the other side.
Secret PasswordOf(const Argument& argument);

}  // namespace asuser::native
