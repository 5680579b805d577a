#include <algorithm>
#include <string>

#include "bindings/bindings.h"
#include "bindings/token_information.h"
#include "core/call.h"
#include "core/security.h"
#include "core/token_groups.h"
#include "core/values.h"

namespace asuser::native {
namespace {

// One answer to give to one token.
struct Setting {
  HANDLE token;
  TOKEN_INFORMATION_CLASS information_class;
  const Argument& value;
  const char* syscall;

  template <typename T>
  void Write(T information) const {
    Check(::SetTokenInformation(token, information_class, &information, sizeof(information)), syscall);
  }
};

// TOKEN_OWNER, TOKEN_PRIMARY_GROUP
void WriteSid(const Setting& setting) {
  Buffer sid = SidOf(setting.value, setting.syscall);
  setting.Write(TOKEN_OWNER{sid.data()});
}

// Windows does not look at what is in it.
void WriteDefaultDacl(const Setting& setting) {
  Buffer dacl = setting.value.IsNull() ? Buffer() : AclOf(setting.value, setting.syscall);
  setting.Write(TOKEN_DEFAULT_DACL{dacl.empty() ? nullptr : reinterpret_cast<ACL*>(dacl.data())});
}

void WriteNumber(const Setting& setting) { setting.Write<DWORD>(setting.value.Mask()); }

void WriteBoolean(const Setting& setting) { setting.Write<DWORD>(setting.value.Boolean() ? 1 : 0); }

void WriteLuid(const Setting& setting) { setting.Write(ToLuid(setting.value.Uint64())); }

// Windows wants the SID behind the structure, within the size that it is told.
void WriteIntegrityLevel(const Setting& setting) {
  const Buffer sid = SidOf(setting.value.Property("sid"), setting.syscall);
  Buffer label(sizeof(TOKEN_MANDATORY_LABEL) + sid.size());
  auto* header = reinterpret_cast<TOKEN_MANDATORY_LABEL*>(label.data());
  std::copy(sid.begin(), sid.end(), label.begin() + sizeof(TOKEN_MANDATORY_LABEL));
  header->Label = {label.data() + sizeof(TOKEN_MANDATORY_LABEL), setting.value.Property("attributes").Mask()};
  Check(::SetTokenInformation(setting.token, setting.information_class, label.data(), static_cast<DWORD>(label.size())),
        setting.syscall);
}

struct Writer {
  const char* name;
  TOKEN_INFORMATION_CLASS information_class;
  void (*write)(const Setting& setting);
};

constexpr Writer kWriters[] = {
    {"TokenOwner", TokenOwner, WriteSid},
    {"TokenPrimaryGroup", TokenPrimaryGroup, WriteSid},
    {"TokenDefaultDacl", TokenDefaultDacl, WriteDefaultDacl},
    {"TokenSessionId", TokenSessionId, WriteNumber},
    {"TokenOrigin", TokenOrigin, WriteLuid},
    {"TokenIntegrityLevel", TokenIntegrityLevel, WriteIntegrityLevel},
    {"TokenUIAccess", TokenUIAccess, WriteBoolean},
    {"TokenMandatoryPolicy", TokenMandatoryPolicy, WriteNumber},
};

Napi::Value setTokenInformation(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  const Argument information_class = call(1, "informationClass");
  const std::string name = information_class.Name();
  const auto* writer =
      std::find_if(std::begin(kWriters), std::end(kWriters), [&](const Writer& entry) { return name == entry.name; });
  if (writer == std::end(kWriters)) {
    information_class.ThrowInvalidValue("the name of a token information class that can be set");
  }
  const Argument value = call(2, "information");
  writer->write(Setting{token->get(), writer->information_class, value, call.syscall()});
  return call.env().Undefined();
}

Napi::Value adjustTokenGroups(const Call& call) {
  const SharedHandle token = call(0, "token").Handle({HandleKind::kToken});
  const Argument argument = call(1, "groups");
  const bool reset = argument.IsNull();
  TokenGroups state = reset ? TokenGroups({}) : TokenGroupsOf(argument, call.syscall());
  bool all_assigned = false;
  // Nothing is changed while the buffer for the previous state is too small.
  const Buffer previous = QueryBuffer(call.syscall(), [&](void* memory, DWORD size, DWORD* needed) {
    const BOOL adjusted = ::AdjustTokenGroups(token->get(), reset ? TRUE : FALSE, state.get(), size,
                                              static_cast<TOKEN_GROUPS*>(memory), needed);
    all_assigned = adjusted && ::GetLastError() != ERROR_NOT_ALL_ASSIGNED;
    return adjusted;
  });
  Napi::Object result = Napi::Object::New(call.env());
  const auto& groups = *reinterpret_cast<const TOKEN_GROUPS*>(previous.data());
  result.Set("previous", GroupsToArray(call.env(), groups.Groups, groups.GroupCount));
  result.Set("allAssigned", Napi::Boolean::New(call.env(), all_assigned));
  return result;
}

}  // namespace

void DefineTokenAdjustment(Napi::Object exports) {
  DefineMethod<setTokenInformation>(exports, "setTokenInformation", "SetTokenInformation");
  DefineMethod<adjustTokenGroups>(exports, "adjustTokenGroups", "AdjustTokenGroups");
}

}  // namespace asuser::native
