#pragma once

#include <string>

namespace asuser::native {

// Removes a file, a link, or a directory with all that is in it, read-only or not. No link is ever followed, not even
// one that somebody puts in the place of a directory meanwhile: whatever is below `path` is opened by its name in the
// directory above, which stays open. Throws Win32Error with the path of what could not be removed.
void RemoveTree(const std::wstring& path);

}  // namespace asuser::native
