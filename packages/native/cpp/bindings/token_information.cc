#include "bindings/token_information.h"

#include <algorithm>
#include <string>

#include "bindings/token_claims.h"
#include "core/buffer_query.h"
#include "core/handle.h"
#include "core/unique_handle.h"
#include "core/utf16.h"
#include "core/values.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

// One question to one token.
struct Question {
  Napi::Env env;
  HANDLE token;
  TOKEN_INFORMATION_CLASS information_class;
  const char* syscall;

  // An answer of a fixed size.
  template <typename T>
  T Fixed() const {
    T value = {};
    DWORD size = 0;
    Check(::GetTokenInformation(token, information_class, &value, sizeof(value), &size), syscall);
    return value;
  }

  // An answer with a tail that it points into.
  Buffer Variable() const {
    return QueryBuffer(syscall, [this](void* memory, DWORD size, DWORD* needed) {
      return ::GetTokenInformation(token, information_class, memory, size, needed);
    });
  }
};

template <typename T>
const T& As(const Buffer& buffer) {
  return *reinterpret_cast<const T*>(buffer.data());
}

Napi::Value ToObject(Napi::Env env, const SID_AND_ATTRIBUTES& group) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("sid", ToUint8Array(env, group.Sid));
  object.Set("attributes", Napi::Number::New(env, group.Attributes));
  return object;
}

Napi::Value ReadNumber(const Question& question) { return Napi::Number::New(question.env, question.Fixed<DWORD>()); }

Napi::Value ReadBoolean(const Question& question) {
  return Napi::Boolean::New(question.env, question.Fixed<DWORD>() != 0);
}

// TOKEN_USER, TOKEN_MANDATORY_LABEL
Napi::Value ReadSidAndAttributes(const Question& question) {
  const Buffer answer = question.Variable();
  return ToObject(question.env, As<SID_AND_ATTRIBUTES>(answer));
}

// The logon SID alone, as a list.
Napi::Value ReadGroups(const Question& question) {
  const Buffer answer = question.Variable();
  const auto& groups = As<TOKEN_GROUPS>(answer);
  return GroupsToArray(question.env, groups.Groups, groups.GroupCount);
}

// TOKEN_OWNER, TOKEN_PRIMARY_GROUP, TOKEN_APPCONTAINER_INFORMATION, TOKEN_PROCESS_TRUST_LEVEL
Napi::Value ReadSid(const Question& question) {
  const Buffer answer = question.Variable();
  const PSID sid = As<TOKEN_OWNER>(answer).Owner;
  if (sid == nullptr) return question.env.Null();
  return ToUint8Array(question.env, sid);
}

Napi::Value ReadDefaultDacl(const Question& question) {
  const Buffer answer = question.Variable();
  const ACL* dacl = As<TOKEN_DEFAULT_DACL>(answer).DefaultDacl;
  if (dacl == nullptr) return question.env.Null();
  return ToUint8Array(question.env, dacl, dacl->AclSize);
}

Napi::Value ReadSource(const Question& question) {
  const auto source = question.Fixed<TOKEN_SOURCE>();
  const auto* end = std::find(std::begin(source.SourceName), std::end(source.SourceName), '\0');
  Napi::Object object = Napi::Object::New(question.env);
  object.Set("name", Napi::String::New(question.env, std::string(std::begin(source.SourceName), end)));
  object.Set("luid", ToBigInt(question.env, source.SourceIdentifier));
  return object;
}

Napi::Value ReadLuid(const Question& question) { return ToBigInt(question.env, question.Fixed<LUID>()); }

Napi::Value ReadHandle(const Question& question) {
  UniqueKernelHandle token(question.Fixed<TOKEN_LINKED_TOKEN>().LinkedToken);
  return NewHandle(question.env, HandleKind::kToken, std::move(token));
}

// The parts that other classes have are left out.
Napi::Value ReadAccessInformation(const Question& question) {
  const Buffer answer = question.Variable();
  Napi::Object object = Napi::Object::New(question.env);
  object.Set("flags", Napi::Number::New(question.env, As<TOKEN_ACCESS_INFORMATION>(answer).Flags));
  return object;
}

Napi::Value ReadClaimAttributes(const Question& question) { return ReadClaims(question.env, question.Variable()); }

// TOKEN_BNO_ISOLATION_INFORMATION of winnt.h.
struct BnoIsolationInformation {
  PWSTR isolation_prefix;
  BOOLEAN isolation_enabled;
};

Napi::Value ReadBnoIsolation(const Question& question) {
  const Buffer answer = question.Variable();
  const auto& isolation = As<BnoIsolationInformation>(answer);
  Napi::Object object = Napi::Object::New(question.env);
  object.Set("isolationPrefix", isolation.isolation_prefix == nullptr
                                    ? question.env.Null()
                                    : Napi::Value(FromWide(question.env, isolation.isolation_prefix)));
  object.Set("isolationEnabled", Napi::Boolean::New(question.env, isolation.isolation_enabled != FALSE));
  return object;
}

// Classes that older SDKs and mingw-w64 do not name, with their numbers in winnt.h.
constexpr auto kTokenProcessTrustLevel = static_cast<TOKEN_INFORMATION_CLASS>(41);
constexpr auto kTokenPrivateNameSpace = static_cast<TOKEN_INFORMATION_CLASS>(42);
constexpr auto kTokenBnoIsolation = static_cast<TOKEN_INFORMATION_CLASS>(44);
constexpr auto kTokenIsLessPrivilegedAppContainer = static_cast<TOKEN_INFORMATION_CLASS>(46);
constexpr auto kTokenIsSandboxed = static_cast<TOKEN_INFORMATION_CLASS>(47);

struct Reader {
  const char* name;
  TOKEN_INFORMATION_CLASS information_class;
  Napi::Value (*read)(const Question& question);
};

constexpr Reader kReaders[] = {
    {"TokenUser", TokenUser, ReadSidAndAttributes},
    {"TokenOwner", TokenOwner, ReadSid},
    {"TokenPrimaryGroup", TokenPrimaryGroup, ReadSid},
    {"TokenDefaultDacl", TokenDefaultDacl, ReadDefaultDacl},
    {"TokenSource", TokenSource, ReadSource},
    {"TokenType", TokenType, ReadNumber},
    {"TokenImpersonationLevel", TokenImpersonationLevel, ReadNumber},
    {"TokenSessionId", TokenSessionId, ReadNumber},
    {"TokenSandBoxInert", TokenSandBoxInert, ReadBoolean},
    {"TokenOrigin", TokenOrigin, ReadLuid},
    {"TokenElevationType", TokenElevationType, ReadNumber},
    {"TokenLinkedToken", TokenLinkedToken, ReadHandle},
    {"TokenElevation", TokenElevation, ReadBoolean},
    {"TokenHasRestrictions", TokenHasRestrictions, ReadBoolean},
    {"TokenAccessInformation", TokenAccessInformation, ReadAccessInformation},
    {"TokenVirtualizationAllowed", TokenVirtualizationAllowed, ReadBoolean},
    {"TokenVirtualizationEnabled", TokenVirtualizationEnabled, ReadBoolean},
    {"TokenIntegrityLevel", TokenIntegrityLevel, ReadSidAndAttributes},
    {"TokenUIAccess", TokenUIAccess, ReadBoolean},
    {"TokenMandatoryPolicy", TokenMandatoryPolicy, ReadNumber},
    {"TokenLogonSid", TokenLogonSid, ReadGroups},
    {"TokenIsAppContainer", TokenIsAppContainer, ReadBoolean},
    {"TokenAppContainerSid", TokenAppContainerSid, ReadSid},
    {"TokenAppContainerNumber", TokenAppContainerNumber, ReadNumber},
    {"TokenUserClaimAttributes", TokenUserClaimAttributes, ReadClaimAttributes},
    {"TokenDeviceClaimAttributes", TokenDeviceClaimAttributes, ReadClaimAttributes},
    {"TokenIsRestricted", TokenIsRestricted, ReadBoolean},
    {"TokenProcessTrustLevel", kTokenProcessTrustLevel, ReadSid},
    {"TokenPrivateNameSpace", kTokenPrivateNameSpace, ReadBoolean},
    {"TokenBnoIsolation", kTokenBnoIsolation, ReadBnoIsolation},
    {"TokenIsLessPrivilegedAppContainer", kTokenIsLessPrivilegedAppContainer, ReadBoolean},
    {"TokenIsSandboxed", kTokenIsSandboxed, ReadBoolean},
};

// Where an answer points into itself.
enum class Pointers { kNone, kOfEachGroup };

struct Packed {
  TOKEN_INFORMATION_CLASS information_class;
  Pointers pointers;
};

// What TypeScript takes apart: to make the many objects of a list here costs more than to ask Windows for it.
constexpr Packed kPacked[] = {
    {TokenGroups, Pointers::kOfEachGroup},
    {TokenPrivileges, Pointers::kNone},
    {TokenStatistics, Pointers::kNone},
    {TokenRestrictedSids, Pointers::kOfEachGroup},
    {TokenCapabilities, Pointers::kOfEachGroup},
    {TokenDeviceGroups, Pointers::kOfEachGroup},
    {TokenRestrictedDeviceGroups, Pointers::kOfEachGroup},
};

const Packed& PackedOf(const Argument& information_class) {
  const auto number = static_cast<TOKEN_INFORMATION_CLASS>(information_class.Uint32());
  const auto* found = std::find_if(std::begin(kPacked), std::end(kPacked),
                                   [number](const Packed& packed) { return packed.information_class == number; });
  if (found == std::end(kPacked)) information_class.ThrowInvalidValue("the number of a class that is packed");
  return *found;
}

// The distance from the beginning of the answer in place of the address of each SID.
void MakeRelative(std::byte* answer) {
  auto& groups = *reinterpret_cast<TOKEN_GROUPS*>(answer);
  for (DWORD index = 0; index < groups.GroupCount; ++index) {
    PSID& sid = groups.Groups[index].Sid;
    sid = reinterpret_cast<PSID>(static_cast<std::byte*>(sid) - answer);
  }
}

}  // namespace

Napi::Value GroupsToArray(Napi::Env env, const SID_AND_ATTRIBUTES* groups, DWORD count) {
  Napi::Array array = Napi::Array::New(env, count);
  for (DWORD index = 0; index < count; ++index) array.Set(index, ToObject(env, groups[index]));
  return array;
}

Napi::Value ReadTokenInformation(Napi::Env env, HANDLE token, const Argument& information_class, const char* syscall) {
  const std::string name = information_class.Name();
  const auto* reader =
      std::find_if(std::begin(kReaders), std::end(kReaders), [&](const Reader& entry) { return name == entry.name; });
  if (reader == std::end(kReaders)) information_class.ThrowInvalidValue("the name of a token information class");
  return reader->read(Question{env, token, reader->information_class, syscall});
}

Napi::Value PackTokenInformation(const AnswerMemory& memory, HANDLE token, const Argument& information_class,
                                 const char* syscall) {
  const Packed& packed = PackedOf(information_class);
  const auto query = [&](void* answer, DWORD size, DWORD* needed) {
    return ::GetTokenInformation(token, packed.information_class, answer, size, needed);
  };
  const AnswerMemory::Answer answer = memory.Ask(information_class.env(), syscall, query);
  if (packed.pointers == Pointers::kOfEachGroup) MakeRelative(answer.bytes);
  return answer.array;
}

}  // namespace asuser::native
