#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/buffer_query.h"
#include "core/call.h"
#include "core/terminal_services.h"
#include "core/unique_handle.h"
#include "core/utf16.h"
#include "core/values.h"

namespace asuser::native {
namespace {

struct Session {
  DWORD id;
  WTS_CONNECTSTATE_CLASS state;
  std::wstring session_name;
  std::wstring user_name;
  std::wstring domain_name;
};

// What WTSEnumerateSessionsExW allocates: an array that is freed with its length.
struct SessionInfoArray {
  WTS_SESSION_INFO_1W* sessions = nullptr;
  DWORD count = 0;

  SessionInfoArray() = default;
  SessionInfoArray(const SessionInfoArray&) = delete;
  SessionInfoArray& operator=(const SessionInfoArray&) = delete;
  ~SessionInfoArray() {
    if (sessions != nullptr) ::WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, sessions, count);
  }
};

struct WtsMemoryTraits {
  using Value = wchar_t*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value memory) { ::WTSFreeMemory(memory); }
};
using UniqueWtsMemory = UniqueHandle<WtsMemoryTraits>;

std::wstring TextOrEmpty(const wchar_t* text) { return text == nullptr ? std::wstring() : std::wstring(text); }

std::vector<Session> EnumerateSessions(const char* syscall) {
  SessionInfoArray found;
  DWORD level = 1;
  Check(::WTSEnumerateSessionsExW(WTS_CURRENT_SERVER_HANDLE, &level, 0, &found.sessions, &found.count), syscall);
  std::vector<Session> sessions;
  for (DWORD index = 0; index < found.count; ++index) {
    const WTS_SESSION_INFO_1W& session = found.sessions[index];
    sessions.push_back({session.SessionId, session.State, TextOrEmpty(session.pSessionName),
                        TextOrEmpty(session.pUserName), TextOrEmpty(session.pDomainName)});
  }
  return sessions;
}

Napi::Value ToObject(Napi::Env env, const Session& session) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("sessionId", Napi::Number::New(env, session.id));
  object.Set("state", Napi::Number::New(env, session.state));
  object.Set("sessionName", FromWide(env, session.session_name));
  object.Set("userName", FromWide(env, session.user_name));
  object.Set("domainName", FromWide(env, session.domain_name));
  return object;
}

Napi::Value wtsEnumerateSessions(const Call& call) {
  return RunAsync(
      call, nullptr, [syscall = call.syscall()] { return EnumerateSessions(syscall); },
      [](Napi::Env env, const std::vector<Session>& sessions) {
        Napi::Array array = Napi::Array::New(env, sessions.size());
        for (uint32_t index = 0; index < sessions.size(); ++index) array.Set(index, ToObject(env, sessions[index]));
        return array;
      });
}

Napi::Value ProtocolFrom(Napi::Env env, const Buffer& answer) {
  return Napi::Number::New(env, *reinterpret_cast<const USHORT*>(answer.data()));
}

Napi::Value TimesFrom(Napi::Env env, const Buffer& answer) {
  const auto& information = *reinterpret_cast<const WTSINFOW*>(answer.data());
  Napi::Object object = Napi::Object::New(env);
  object.Set("connectTime", ToBigInt(env, information.ConnectTime));
  object.Set("disconnectTime", ToBigInt(env, information.DisconnectTime));
  object.Set("lastInputTime", ToBigInt(env, information.LastInputTime));
  object.Set("logonTime", ToBigInt(env, information.LogonTime));
  object.Set("currentTime", ToBigInt(env, information.CurrentTime));
  return object;
}

struct Reader {
  WTS_INFO_CLASS information_class;
  size_t size;
  Napi::Value (*read)(Napi::Env env, const Buffer& answer);
};

constexpr Reader kReaders[] = {
    {WTSClientProtocolType, sizeof(USHORT), ProtocolFrom},
    {WTSSessionInfo, sizeof(WTSINFOW), TimesFrom},
};

Buffer QuerySession(DWORD session_id, const Reader& reader, const char* syscall) {
  UniqueWtsMemory memory;
  DWORD size = 0;
  const auto context = [&] { return ErrorContext{{"sessionId", session_id}}; };
  Check(::WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, session_id, reader.information_class, memory.receive(),
                                      &size),
        syscall, context);
  if (size < reader.size) throw Win32Error(ERROR_INVALID_DATA, syscall, context());
  const auto* bytes = reinterpret_cast<const std::byte*>(memory.get());
  return Buffer(bytes, bytes + size);
}

Napi::Value wtsQuerySessionInformation(const Call& call) {
  const Reader& reader = kReaders[call(1, "informationClass").Word({"WTSClientProtocolType", "WTSSessionInfo"})];
  return RunAsync(
      call, nullptr,
      [session_id = call(0, "sessionId").Uint32(), &reader, syscall = call.syscall()] {
        return QuerySession(session_id, reader, syscall);
      },
      [&reader](Napi::Env env, const Buffer& answer) { return reader.read(env, answer); });
}

Napi::Value wtsGetActiveConsoleSessionId(const Call& call) {
  return Napi::Number::New(call.env(), ::WTSGetActiveConsoleSessionId());
}

Napi::Value wtsQueryUserToken(const Call& call) {
  auto query = [session_id = call(0, "sessionId").Uint32(), syscall = call.syscall()] {
    UniqueKernelHandle token;
    Check(::WTSQueryUserToken(session_id, token.receive()), syscall, [&] {
      return ErrorContext{{"sessionId", session_id}};
    });
    return token;
  };
  return RunAsync(call, nullptr, std::move(query), [](Napi::Env env, UniqueKernelHandle token) {
    return NewHandle(env, HandleKind::kToken, std::move(token));
  });
}

}  // namespace

void DefineSession(Napi::Object exports) {
  DefineAsyncMethod<wtsEnumerateSessions>(exports, "wtsEnumerateSessions", "WTSEnumerateSessionsExW");
  DefineAsyncMethod<wtsQuerySessionInformation>(exports, "wtsQuerySessionInformation", "WTSQuerySessionInformationW");
  DefineMethod<wtsGetActiveConsoleSessionId>(exports, "wtsGetActiveConsoleSessionId", "WTSGetActiveConsoleSessionId");
  DefineAsyncMethod<wtsQueryUserToken>(exports, "wtsQueryUserToken", "WTSQueryUserToken");
}

}  // namespace asuser::native
