#include <windows.h>

#include <adtgen.h>
#include <authz.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/authz_handle.h"
#include "core/call.h"
#include "core/security.h"
#include "core/values.h"

namespace asuser::native {
namespace {

struct AuditedObject {
  std::wstring subsystem;
  void* handle_id;
};

AuditedObject AuditedObjectOf(const Argument& options) {
  return {options.Property("subsystemName").String(),
          reinterpret_cast<void*>(static_cast<uintptr_t>(options.Property("handleId").Uint64()))};
}

Buffer PrivilegeSetOf(const Argument& array) {
  const std::vector<Argument> elements = array.Elements();
  Buffer buffer(offsetof(PRIVILEGE_SET, Privilege) + elements.size() * sizeof(LUID_AND_ATTRIBUTES));
  auto* set = reinterpret_cast<PRIVILEGE_SET*>(buffer.data());
  for (const Argument& element : elements) {
    set->Privilege[set->PrivilegeCount++] = {ToLuid(element.Property("luid").Uint64()),
                                             element.Property("attributes").Mask()};
  }
  return buffer;
}

PRIVILEGE_SET* SetIn(Buffer& buffer) { return reinterpret_cast<PRIVILEGE_SET*>(buffer.data()); }

Napi::Value objectOpenAuditAlarm(const Call& call) {
  const Argument options = call(0, "options");
  const AuditedObject object = AuditedObjectOf(options);
  std::wstring type = options.Property("objectTypeName").String();
  const Argument name_or_null = options.Property("objectName");
  std::wstring name = StringOrEmpty(name_or_null);
  Buffer descriptor = DescriptorOf(options.Property("descriptor"), call.syscall());
  const SharedHandle token = options.Property("token").Handle({HandleKind::kToken});
  Buffer privileges = PrivilegeSetOf(options.Property("privileges"));
  BOOL on_close = FALSE;
  Check(::ObjectOpenAuditAlarmW(object.subsystem.c_str(), object.handle_id, type.data(),
                                name_or_null.IsNull() ? nullptr : name.data(), descriptor.data(), token->get(),
                                options.Property("desiredAccess").Mask(), options.Property("grantedAccess").Mask(),
                                SetIn(privileges), options.Property("objectCreation").Boolean() ? TRUE : FALSE,
                                options.Property("accessGranted").Boolean() ? TRUE : FALSE, &on_close),
        call.syscall());
  return Napi::Boolean::New(call.env(), on_close);
}

template <BOOL(WINAPI* alarm)(LPCWSTR, LPVOID, BOOL)>
Napi::Value EndAuditAlarm(const Call& call) {
  const Argument options = call(0, "options");
  const AuditedObject object = AuditedObjectOf(options);
  const bool on_close = options.Property("generateOnClose").Boolean();
  Check(alarm(object.subsystem.c_str(), object.handle_id, on_close ? TRUE : FALSE), call.syscall());
  return call.env().Undefined();
}

// The functions of the import table have no address that the compiler knows.
BOOL WINAPI CloseAlarm(LPCWSTR subsystem, LPVOID id, BOOL on_close) {
  return ::ObjectCloseAuditAlarmW(subsystem, id, on_close);
}
BOOL WINAPI DeleteAlarm(LPCWSTR subsystem, LPVOID id, BOOL on_close) {
  return ::ObjectDeleteAuditAlarmW(subsystem, id, on_close);
}

Napi::Value objectPrivilegeAuditAlarm(const Call& call) {
  const Argument options = call(0, "options");
  const AuditedObject object = AuditedObjectOf(options);
  const SharedHandle token = options.Property("token").Handle({HandleKind::kToken});
  Buffer privileges = PrivilegeSetOf(options.Property("privileges"));
  Check(::ObjectPrivilegeAuditAlarmW(object.subsystem.c_str(), object.handle_id, token->get(),
                                     options.Property("desiredAccess").Mask(), SetIn(privileges),
                                     options.Property("accessGranted").Boolean() ? TRUE : FALSE),
        call.syscall());
  return call.env().Undefined();
}

Napi::Value privilegedServiceAuditAlarm(const Call& call) {
  const Argument options = call(0, "options");
  const std::wstring subsystem = options.Property("subsystemName").String();
  const std::wstring service = options.Property("serviceName").String();
  const SharedHandle token = options.Property("token").Handle({HandleKind::kToken});
  Buffer privileges = PrivilegeSetOf(options.Property("privileges"));
  const bool granted = options.Property("accessGranted").Boolean();
  Check(::PrivilegedServiceAuditAlarmW(subsystem.c_str(), service.c_str(), token->get(), SetIn(privileges),
                                       granted ? TRUE : FALSE),
        call.syscall());
  return call.env().Undefined();
}

Napi::Value accessCheckAndAuditAlarm(const Call& call) {
  const Argument options = call(0, "options");
  const AuditedObject object = AuditedObjectOf(options);
  std::wstring type = options.Property("objectTypeName").String();
  const Argument name_or_null = options.Property("objectName");
  std::wstring name = StringOrEmpty(name_or_null);
  Buffer descriptor = DescriptorOf(options.Property("descriptor"), call.syscall());
  const Argument given = options.Property("genericMapping");
  GENERIC_MAPPING mapping = {given.Property("genericRead").Mask(), given.Property("genericWrite").Mask(),
                             given.Property("genericExecute").Mask(), given.Property("genericAll").Mask()};
  DWORD granted = 0;
  BOOL allowed = FALSE;
  BOOL on_close = FALSE;
  Check(::AccessCheckAndAuditAlarmW(object.subsystem.c_str(), object.handle_id, type.data(),
                                    name_or_null.IsNull() ? nullptr : name.data(), descriptor.data(),
                                    options.Property("desiredAccess").Mask(), &mapping,
                                    options.Property("objectCreation").Boolean() ? TRUE : FALSE, &granted, &allowed,
                                    &on_close),
        call.syscall());
  const DWORD reason = allowed ? ERROR_SUCCESS : ::GetLastError();
  Napi::Object result = Napi::Object::New(call.env());
  result.Set("accessStatus", Napi::Boolean::New(call.env(), allowed));
  result.Set("grantedAccess", Napi::Number::New(call.env(), allowed ? granted : 0));
  result.Set("errno", Napi::Number::New(call.env(), reason));
  result.Set("generateOnClose", Napi::Boolean::New(call.env(), on_close));
  return result;
}

Napi::Value authzInstallSecurityEventSource(const Call& call) {
  const Argument registration = call(0, "registration");
  auto install = [name = registration.Property("name").String(),
                  file = registration.Property("eventMessageFile").String(),
                  multiple = registration.Property("allowMultipleInstances").Boolean(),
                  syscall = call.syscall()]() mutable {
    AUTHZ_SOURCE_SCHEMA_REGISTRATION schema = {};
    schema.dwFlags = multiple ? AUTHZ_ALLOW_MULTIPLE_SOURCE_INSTANCES : 0;
    schema.szEventSourceName = name.data();
    schema.szEventMessageFile = file.data();
    Check(::AuthzInstallSecurityEventSource(0, &schema), syscall, [&] { return ErrorContext{{"source", name}}; });
  };
  return RunAsync(call, nullptr, std::move(install));
}

Napi::Value authzUninstallSecurityEventSource(const Call& call) {
  auto uninstall = [name = call(0, "name").String(), syscall = call.syscall()] {
    Check(::AuthzUninstallSecurityEventSource(0, name.c_str()), syscall, [&] {
      return ErrorContext{{"source", name}};
    });
  };
  return RunAsync(call, nullptr, std::move(uninstall));
}

Napi::Value authzRegisterSecurityEventSource(const Call& call) {
  auto open = [name = call(0, "name").String(), syscall = call.syscall()] {
    UniqueSecurityEventSource source;
    Check(::AuthzRegisterSecurityEventSource(0, name.c_str(), source.receive()), syscall, [&] {
      return ErrorContext{{"source", name}};
    });
    return source;
  };
  return RunAsync(call, nullptr, std::move(open), [](Napi::Env env, UniqueSecurityEventSource source) {
    return NewHandle(env, std::move(source));
  });
}

// One parameter of an event: its type, and what it owns.
struct EventParameter {
  uint64_t type;
  uint64_t number = 0;
  std::wstring text;
  Buffer sid;

  uint64_t value() const {
    if (type == APT_String) return reinterpret_cast<uintptr_t>(text.c_str());
    if (type == APT_Sid) return reinterpret_cast<uintptr_t>(sid.data());
    return number;
  }
};

EventParameter EventParameterOf(const Argument& parameter, const char* syscall) {
  const Argument value = parameter.Property("value");
  EventParameter result = {};
  switch (parameter.Property("type").Word({"string", "ulong", "sid"})) {
    case 0:
      result.type = APT_String;
      result.text = value.String();
      return result;
    case 1:
      result.type = APT_Ulong;
      result.number = value.Uint32();
      return result;
    default:
      result.type = APT_Sid;
      result.sid = SidOf(value, syscall);
      return result;
  }
}

constexpr size_t kMostParameters = 16;
using EventArguments = std::array<uint64_t, kMostParameters * 2>;

// The function takes type and value of each parameter, as many as it is told; on the 64-bit systems of Windows each of
// them takes one slot. FromParams, its sister with an array, writes failures only.
template <size_t... indexes>
BOOL Report(DWORD flags, AUTHZ_SECURITY_EVENT_PROVIDER_HANDLE source, DWORD audit_id, PSID user, DWORD count,
            const EventArguments& values, std::index_sequence<indexes...>) {
  static_assert(sizeof(void*) == sizeof(uint64_t));
  return ::AuthzReportSecurityEvent(flags, source, audit_id, user, count, values[indexes]...);
}

Napi::Value authzReportSecurityEvent(const Call& call) {
  const Argument options = call(0, "options");
  std::vector<EventParameter> parameters;
  for (const Argument& parameter : options.Property("parameters").Elements()) {
    parameters.push_back(EventParameterOf(parameter, call.syscall()));
  }
  if (parameters.size() > kMostParameters) throw Win32Error(ERROR_INVALID_PARAMETER, call.syscall());
  auto report = [source = options.Property("source").Handle({HandleKind::kSecurityEventSource}),
                 flags = options.Property("isSuccess").Boolean() ? APF_AuditSuccess : APF_AuditFailure,
                 audit_id = options.Property("auditId").Uint32(),
                 user = SidOrNone(options.Property("userSid"), call.syscall()), parameters = std::move(parameters),
                 syscall = call.syscall()]() mutable {
    EventArguments values = {};
    for (size_t index = 0; index < parameters.size(); ++index) {
      values[index * 2] = parameters[index].type;
      values[index * 2 + 1] = parameters[index].value();
    }
    Check(Report(static_cast<DWORD>(flags), static_cast<SecurityEventSourceTraits::Value>(source->get()), audit_id,
                 PointerToSid(user), static_cast<DWORD>(parameters.size()), values,
                 std::make_index_sequence<std::tuple_size_v<EventArguments>>()),
          syscall);
  };
  return RunAsync(call, nullptr, std::move(report));
}

}  // namespace

void DefineAudit(Napi::Object exports) {
  DefineMethod<objectOpenAuditAlarm>(exports, "objectOpenAuditAlarm", "ObjectOpenAuditAlarmW");
  DefineMethod<EndAuditAlarm<CloseAlarm>>(exports, "objectCloseAuditAlarm", "ObjectCloseAuditAlarmW");
  DefineMethod<EndAuditAlarm<DeleteAlarm>>(exports, "objectDeleteAuditAlarm", "ObjectDeleteAuditAlarmW");
  DefineMethod<objectPrivilegeAuditAlarm>(exports, "objectPrivilegeAuditAlarm", "ObjectPrivilegeAuditAlarmW");
  DefineMethod<privilegedServiceAuditAlarm>(exports, "privilegedServiceAuditAlarm", "PrivilegedServiceAuditAlarmW");
  DefineMethod<accessCheckAndAuditAlarm>(exports, "accessCheckAndAuditAlarm", "AccessCheckAndAuditAlarmW");
  DefineAsyncMethod<authzInstallSecurityEventSource>(exports, "authzInstallSecurityEventSource",
                                                     "AuthzInstallSecurityEventSource");
  DefineAsyncMethod<authzUninstallSecurityEventSource>(exports, "authzUninstallSecurityEventSource",
                                                       "AuthzUninstallSecurityEventSource");
  DefineAsyncMethod<authzRegisterSecurityEventSource>(exports, "authzRegisterSecurityEventSource",
                                                      "AuthzRegisterSecurityEventSource");
  DefineAsyncMethod<authzReportSecurityEvent>(exports, "authzReportSecurityEvent", "AuthzReportSecurityEvent");
}

}  // namespace asuser::native
