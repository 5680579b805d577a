// lane.exe [--as-system] [--one-output] -- COMMAND LINE
//
// Makes the console session look like Windows' own, starts the command line as it stands, as itself or as LocalSystem,
// passes its standard streams through, and ends with its exit code.
// With --one-output the child's error goes the way of its output, so that the two keep their order.
#include <windows.h>

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "lane/child.h"
#include "lane/relay.h"
#include "lane/station_security.h"
#include "lane/system_token.h"

namespace asuser::wine {
namespace {

constexpr int kLaneFailed = 125;

int Fail(const char* what) {
  const DWORD error = GetLastError();
  std::fprintf(stderr, "wine lane: %s failed with error %lu\n", what, error);
  return kLaneFailed;
}

// The caller's quoting must reach the child as it is, so nothing is parsed beyond the separator.
std::wstring CommandLineAfterSeparator() {
  constexpr std::wstring_view kSeparator = L" -- ";
  const std::wstring_view command_line = GetCommandLineW();
  const size_t position = command_line.find(kSeparator);
  if (position == std::wstring_view::npos) return {};
  return std::wstring(command_line.substr(position + kSeparator.size()));
}

// Unix keeps the low byte of an exit code. Failure must not become success by that.
int UnixExitCode(DWORD exit_code) {
  const int low_byte = static_cast<int>(exit_code & 0xff);
  return exit_code != 0 && low_byte == 0 ? 1 : low_byte;
}

struct Options {
  bool as_system = false;
  bool one_output = false;
};

std::optional<Options> ParseOptions(int argument_count, wchar_t** arguments) {
  Options options;
  for (int index = 1; index < argument_count; ++index) {
    const std::wstring_view argument = arguments[index];
    if (argument == L"--") return options;
    if (argument == L"--as-system") {
      options.as_system = true;
    } else if (argument == L"--one-output") {
      options.one_output = true;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

int Main(int argument_count, wchar_t** arguments) {
  const std::optional<Options> options = ParseOptions(argument_count, arguments);
  std::wstring command_line = CommandLineAfterSeparator();
  if (!options || command_line.empty()) {
    std::fputs("usage: lane.exe [--as-system] [--one-output] -- COMMAND LINE\n", stderr);
    return kLaneFailed;
  }
  if (!SecureInteractiveStation()) return Fail("securing winsta0");

  UniqueHandle token;
  if (options->as_system && !(token = SystemToken())) return Fail("making the LocalSystem token");

  std::optional<Relay> relay = Relay::Create();
  if (!relay) return Fail("CreatePipe");
  std::array<HANDLE, 3> standard_handles = relay->child_ends();
  if (options->one_output) standard_handles[2] = standard_handles[1];
  const UniqueHandle process = StartChild(token.get(), std::move(command_line), standard_handles);
  if (!process) return Fail("starting the command");
  if (!relay->Start()) return Fail("CreateThread");

  WaitForSingleObject(process.get(), INFINITE);
  DWORD exit_code = 0;
  if (!GetExitCodeProcess(process.get(), &exit_code)) return Fail("GetExitCodeProcess");
  relay->Drain();
  return UnixExitCode(exit_code);
}

}  // namespace
}  // namespace asuser::wine

int wmain(int argument_count, wchar_t** arguments) {
  // Threads may still be blocked on our own standard handles; nothing of theirs is lost.
  ExitProcess(static_cast<UINT>(asuser::wine::Main(argument_count, arguments)));
}
