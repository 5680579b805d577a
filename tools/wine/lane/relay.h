// Standard streams of a child on real Windows pipes, copied to and from our own.
//
// Node refuses a Unix pipe as stdout or stderr: libuv takes it for a named pipe and sets its state, and wineserver does
// that only for pipes of its own. Plain ReadFile and WriteFile on it work, so this process does those.
#pragma once

#include <windows.h>

#include <array>
#include <atomic>
#include <memory>
#include <optional>

#include "core/owned.h"

namespace asuser::wine {

class Relay {
 public:
  // Empty, with the last error set, when there are no more pipes.
  static std::optional<Relay> Create();

  // The child's ends, inheritable: input, output, error.
  std::array<HANDLE, 3> child_ends() const;

  // Starts to copy. Call it once, after the child has started. False, with the last error set, when it cannot.
  bool Start();

  // Waits, after the child's end, until everything that it wrote is through. Its own children may hold the pipes open
  // for much longer: so a pipe that stays empty for a while counts as ended.
  void Drain();

 private:
  struct Stream {
    UniqueHandle ours;
    UniqueHandle childs;
    std::atomic<bool> ended = false;
    std::atomic<bool> writing = false;
  };

  Relay() = default;
  static void CopyInput(Stream& stream);
  static void CopyOutput(Stream& stream, HANDLE destination);
  static bool HasMore(const Stream& stream);

  std::unique_ptr<std::array<Stream, 3>> streams_ = std::make_unique<std::array<Stream, 3>>();
};

}  // namespace asuser::wine
