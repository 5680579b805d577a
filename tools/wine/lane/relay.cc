#include "lane/relay.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace asuser::wine {
namespace {

constexpr DWORD kChunk = 65536;
constexpr DWORD kPollMilliseconds = 2;

// How long the end of a stream may take after the child's end before a silent pipe counts as ended too.
constexpr DWORD kGraceMilliseconds = 500;

// False when the destination is gone.
bool WriteAll(HANDLE destination, const BYTE* bytes, DWORD size) {
  while (size > 0) {
    DWORD written = 0;
    if (!WriteFile(destination, bytes, size, &written, nullptr)) return false;
    bytes += written;
    size -= written;
  }
  return true;
}

// Two things that Wine and winpthreads do not stand, and that one run in twenty on a busy machine met:
// - std::thread. winpthreads, which has it with mingw-w64, gives the memory of a thread that ends to the next one before
//   it has let go of it. With an empty standard input the first thread ends while the second starts; the second then
//   did the third's work, and nobody read the output.
// - A thread that ends while the process does. Its exit code of 0 can become the process's, or it crashes. So no thread
//   ends: one that is done sleeps until ExitProcess.
bool StartThread(std::function<void()> work) {
  auto owned = std::make_unique<std::function<void()>>(std::move(work));
  const auto run = [](void* parameter) -> DWORD {
    const std::unique_ptr<std::function<void()>> taken(static_cast<std::function<void()>*>(parameter));
    (*taken)();
    Sleep(INFINITE);
    return 0;
  };
  const UniqueHandle thread(CreateThread(nullptr, 0, run, owned.get(), 0, nullptr));
  if (!thread) return false;
  owned.release();
  return true;
}

}  // namespace

std::optional<Relay> Relay::Create() {
  Relay relay;
  SECURITY_ATTRIBUTES inheritable = {sizeof(inheritable), nullptr, TRUE};
  for (size_t index = 0; index < relay.streams_->size(); ++index) {
    HANDLE read_end = nullptr;
    HANDLE write_end = nullptr;
    if (!CreatePipe(&read_end, &write_end, &inheritable, kChunk)) return std::nullopt;
    const bool is_input = index == 0;
    Stream& stream = (*relay.streams_)[index];
    stream.ours.reset(is_input ? write_end : read_end);
    stream.childs.reset(is_input ? read_end : write_end);
    SetHandleInformation(stream.ours.get(), HANDLE_FLAG_INHERIT, 0);
  }
  return relay;
}

std::array<HANDLE, 3> Relay::child_ends() const {
  return {(*streams_)[0].childs.get(), (*streams_)[1].childs.get(), (*streams_)[2].childs.get()};
}

bool Relay::Start() {
  for (Stream& stream : *streams_) stream.childs.reset();
  auto& [input, output, error] = *streams_;
  return StartThread([&input = input] { CopyInput(input); }) &&
         StartThread([&output = output] { CopyOutput(output, GetStdHandle(STD_OUTPUT_HANDLE)); }) &&
         StartThread([&error = error] { CopyOutput(error, GetStdHandle(STD_ERROR_HANDLE)); });
}

void Relay::Drain() {
  for (size_t index = 1; index < streams_->size(); ++index) {
    const Stream& stream = (*streams_)[index];
    for (DWORD waited = 0; !stream.ended && (waited < kGraceMilliseconds || HasMore(stream));
         waited += kPollMilliseconds) {
      Sleep(kPollMilliseconds);
    }
  }
}

void Relay::CopyInput(Stream& stream) {
  std::vector<BYTE> buffer(kChunk);
  const HANDLE source = GetStdHandle(STD_INPUT_HANDLE);
  DWORD size = 0;
  while (ReadFile(source, buffer.data(), kChunk, &size, nullptr) && size > 0) {
    if (!WriteAll(stream.ours.get(), buffer.data(), size)) break;
  }
  stream.ours.reset();
}

// Goes on reading when the destination is gone, so that the child never hangs on a full pipe.
void Relay::CopyOutput(Stream& stream, HANDLE destination) {
  std::vector<BYTE> buffer(kChunk);
  bool open = true;
  for (;;) {
    DWORD size = 0;
    if (!ReadFile(stream.ours.get(), buffer.data(), kChunk, &size, nullptr)) break;
    stream.writing = true;
    open = open && WriteAll(destination, buffer.data(), size);
    stream.writing = false;
  }
  stream.ended = true;
}

bool Relay::HasMore(const Stream& stream) {
  DWORD available = 0;
  return stream.writing ||
         (PeekNamedPipe(stream.ours.get(), nullptr, 0, nullptr, &available, nullptr) && available > 0);
}

}  // namespace asuser::wine
