#include "bindings/token_information.h"

#include <algorithm>
#include <array>
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

Napi::Value ReadHandle(const Question& question) {
  UniqueKernelHandle token(question.Fixed<TOKEN_LINKED_TOKEN>().LinkedToken);
  return NewHandle(question.env, HandleKind::kToken, std::move(token));
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
constexpr auto kTokenIsAppSilo = static_cast<TOKEN_INFORMATION_CLASS>(48);
constexpr auto kTokenLoggingInformation = static_cast<TOKEN_INFORMATION_CLASS>(49);

// TOKEN_ACCESS_INFORMATION of winnt.h as far as it is documented; mingw-w64 has less of it.
struct AccessInformation {
  SID_AND_ATTRIBUTES_HASH* sids;
  SID_AND_ATTRIBUTES_HASH* restricted_sids;
  TOKEN_PRIVILEGES* privileges;
  LUID authentication_id;
  TOKEN_TYPE token_type;
  SECURITY_IMPERSONATION_LEVEL impersonation_level;
  TOKEN_MANDATORY_POLICY mandatory_policy;
  DWORD flags;
  DWORD app_container_number;
  PSID package_sid;
  SID_AND_ATTRIBUTES_HASH* capabilities;
  PSID trust_level_sid;
};

// TOKEN_LOGGING_INFORMATION of ntifs.h.
struct LoggingInformation {
  TOKEN_TYPE token_type;
  TOKEN_ELEVATION elevation;
  TOKEN_ELEVATION_TYPE elevation_type;
  SECURITY_IMPERSONATION_LEVEL impersonation_level;
  DWORD integrity_level;
  SID_AND_ATTRIBUTES user;
  PSID trust_level_sid;
  DWORD session_id;
  DWORD app_container_number;
  LUID authentication_id;
  DWORD group_count;
  DWORD groups_length;
  SID_AND_ATTRIBUTES* groups;
};

struct Reader {
  const char* name;
  TOKEN_INFORMATION_CLASS information_class;
  Napi::Value (*read)(const Question& question);
};

// What is asked for seldom; all else is packed.
constexpr Reader kReaders[] = {
    {"TokenDefaultDacl", TokenDefaultDacl, ReadDefaultDacl},
    {"TokenSource", TokenSource, ReadSource},
    {"TokenLinkedToken", TokenLinkedToken, ReadHandle},
    {"TokenUserClaimAttributes", TokenUserClaimAttributes, ReadClaimAttributes},
    {"TokenDeviceClaimAttributes", TokenDeviceClaimAttributes, ReadClaimAttributes},
    {"TokenBnoIsolation", kTokenBnoIsolation, ReadBnoIsolation},
};

// An answer that TypeScript takes apart: to make objects here, one call of Node-API for each part, takes longer than to
// ask Windows again.
enum class Packed : uint8_t {
  kNever,
  kNumber,               // DWORD
  kLuid,                 // LUID
  kStatistics,           // TOKEN_STATISTICS
  kPlain,                // Of any size, without pointers.
  kSid,                  // Of any size, with a pointer to a SID, or null, at its beginning.
  kGroups,               // TOKEN_GROUPS
  kGroupsAndPrivileges,  // TOKEN_GROUPS_AND_PRIVILEGES
  kAccessInformation,    // TOKEN_ACCESS_INFORMATION
  kLoggingInformation,   // TOKEN_LOGGING_INFORMATION
};

constexpr size_t kClassCount = 50;

constexpr std::array<Packed, kClassCount> PackedClasses() {
  std::array<Packed, kClassCount> packed = {};
  for (const TOKEN_INFORMATION_CLASS number :
       {TokenType, TokenImpersonationLevel, TokenSessionId, TokenSandBoxInert, TokenElevationType, TokenElevation,
        TokenHasRestrictions, TokenVirtualizationAllowed, TokenVirtualizationEnabled, TokenUIAccess,
        TokenMandatoryPolicy, TokenIsAppContainer, TokenAppContainerNumber, TokenIsRestricted, kTokenPrivateNameSpace,
        kTokenIsLessPrivilegedAppContainer, kTokenIsSandboxed, kTokenIsAppSilo}) {
    packed[number] = Packed::kNumber;
  }
  packed[TokenOrigin] = Packed::kLuid;
  packed[TokenStatistics] = Packed::kStatistics;
  packed[TokenPrivileges] = Packed::kPlain;
  for (const TOKEN_INFORMATION_CLASS sid :
       {TokenUser, TokenOwner, TokenPrimaryGroup, TokenIntegrityLevel, TokenAppContainerSid, kTokenProcessTrustLevel}) {
    packed[sid] = Packed::kSid;
  }
  for (const TOKEN_INFORMATION_CLASS groups : {TokenGroups, TokenRestrictedSids, TokenLogonSid, TokenCapabilities,
                                               TokenDeviceGroups, TokenRestrictedDeviceGroups}) {
    packed[groups] = Packed::kGroups;
  }
  packed[TokenGroupsAndPrivileges] = Packed::kGroupsAndPrivileges;
  packed[TokenAccessInformation] = Packed::kAccessInformation;
  packed[kTokenLoggingInformation] = Packed::kLoggingInformation;
  return packed;
}

constexpr std::array<Packed, kClassCount> kPacked = PackedClasses();

// What an answer of a fixed size takes, and no more; of others it is what to offer at first.
DWORD SizeOf(Packed packed) {
  switch (packed) {
    case Packed::kNumber:
      return sizeof(DWORD);
    case Packed::kLuid:
      return sizeof(LUID);
    case Packed::kStatistics:
      return sizeof(TOKEN_STATISTICS);
    default:
      return AnswerMemory::kSize;
  }
}

// Puts the distance from the beginning of an answer in place of each address in it.
class Relocation {
 public:
  explicit Relocation(std::byte* answer) : answer_(answer) {}

  // Returns what it pointed to.
  template <typename T>
  T* Move(T*& address) const {
    T* const target = address;
    if (target != nullptr) address = reinterpret_cast<T*>(reinterpret_cast<std::byte*>(target) - answer_);
    return target;
  }

  void MoveEach(SID_AND_ATTRIBUTES* groups, DWORD count) const {
    for (DWORD index = 0; index < count; ++index) Move(groups[index].Sid);
  }

  void MoveList(SID_AND_ATTRIBUTES*& groups, DWORD count) const { MoveEach(Move(groups), count); }

  void MoveHash(SID_AND_ATTRIBUTES_HASH*& hash) const {
    if (SID_AND_ATTRIBUTES_HASH* const groups = Move(hash)) MoveList(groups->SidAttr, groups->SidCount);
  }

 private:
  std::byte* answer_;
};

void MakeRelative(Packed packed, std::byte* answer) {
  const Relocation relocation(answer);
  switch (packed) {
    case Packed::kSid:
      relocation.Move(*reinterpret_cast<PSID*>(answer));
      break;
    case Packed::kGroups: {
      auto& groups = *reinterpret_cast<TOKEN_GROUPS*>(answer);
      relocation.MoveEach(groups.Groups, groups.GroupCount);
      break;
    }
    case Packed::kGroupsAndPrivileges: {
      auto& all = *reinterpret_cast<TOKEN_GROUPS_AND_PRIVILEGES*>(answer);
      relocation.MoveList(all.Sids, all.SidCount);
      relocation.MoveList(all.RestrictedSids, all.RestrictedSidCount);
      relocation.Move(all.Privileges);
      break;
    }
    case Packed::kAccessInformation: {
      auto& access = *reinterpret_cast<AccessInformation*>(answer);
      for (SID_AND_ATTRIBUTES_HASH** hash : {&access.sids, &access.restricted_sids, &access.capabilities}) {
        relocation.MoveHash(*hash);
      }
      relocation.Move(access.privileges);
      relocation.Move(access.package_sid);
      relocation.Move(access.trust_level_sid);
      break;
    }
    case Packed::kLoggingInformation: {
      auto& logging = *reinterpret_cast<LoggingInformation*>(answer);
      relocation.Move(logging.user.Sid);
      relocation.Move(logging.trust_level_sid);
      relocation.MoveList(logging.groups, logging.group_count);
      break;
    }
    default:
      break;
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
  const uint32_t number = information_class.Uint32();
  const Packed packed = number < kClassCount ? kPacked[number] : Packed::kNever;
  if (packed == Packed::kNever) information_class.ThrowInvalidValue("the number of a class that is packed");
  const auto query = [&](void* answer, DWORD size, DWORD* needed) {
    return ::GetTokenInformation(token, static_cast<TOKEN_INFORMATION_CLASS>(number), answer, size, needed);
  };
  const DWORD offered = SizeOf(packed);
  const AnswerMemory::Answer answer = memory.Ask(information_class.env(), syscall, offered, query);
  // An older Windows has the number for something else.
  if (offered < AnswerMemory::kSize && !answer.array.IsEmpty()) throw Win32Error(ERROR_INVALID_PARAMETER, syscall);
  MakeRelative(packed, answer.bytes);
  return answer.array;
}

}  // namespace asuser::native
