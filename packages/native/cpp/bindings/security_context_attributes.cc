#include "bindings/security_context_attributes.h"

#include <algorithm>
#include <iterator>

#include "core/unique_security_handle.h"
#include "core/utf16.h"
#include "core/win32_error.h"

namespace asuser::native {
namespace {

struct Question {
  Napi::Env env;
  SecHandle* context;
  unsigned long attribute;
  const char* syscall;

  template <typename Answer>
  Answer Ask() const {
    Answer answer = {};
    const SECURITY_STATUS status = ::QueryContextAttributesW(context, attribute, &answer);
    if (status != SEC_E_OK) throw Win32Error(static_cast<DWORD>(status), syscall);
    return answer;
  }
};

Napi::Value TextOrEmpty(Napi::Env env, const wchar_t* text) { return FromWide(env, text == nullptr ? L"" : text); }

Napi::Value ToObject(Napi::Env env, const SecPkgInfoW& package) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", TextOrEmpty(env, package.Name));
  object.Set("capabilities", Napi::Number::New(env, package.fCapabilities));
  object.Set("maxTokenSize", Napi::Number::New(env, package.cbMaxToken));
  return object;
}

Napi::Value ReadNames(const Question& question) {
  const auto names = question.Ask<SecPkgContext_NamesW>();
  const UniqueContextBuffer memory(names.sUserName);
  return TextOrEmpty(question.env, names.sUserName);
}

// SecPkgContext_PackageInfoW, and the first part of SecPkgContext_NegotiationInfoW.
template <typename Answer>
Napi::Value ReadPackage(const Question& question) {
  const auto answer = question.Ask<Answer>();
  const UniqueContextBuffer memory(answer.PackageInfo);
  if (answer.PackageInfo == nullptr) throw Win32Error(static_cast<DWORD>(SEC_E_UNSUPPORTED_FUNCTION), question.syscall);
  return ToObject(question.env, *answer.PackageInfo);
}

Napi::Value ReadTarget(const Question& question) {
  const auto target = question.Ask<SecPkgContext_ClientSpecifiedTarget>();
  const UniqueContextBuffer memory(target.sTargetName);
  return TextOrEmpty(question.env, target.sTargetName);
}

struct Reader {
  const char* name;
  unsigned long attribute;
  Napi::Value (*read)(const Question& question);
};

constexpr Reader kReaders[] = {
    {"SECPKG_ATTR_NAMES", SECPKG_ATTR_NAMES, ReadNames},
    {"SECPKG_ATTR_PACKAGE_INFO", SECPKG_ATTR_PACKAGE_INFO, ReadPackage<SecPkgContext_PackageInfoW>},
    {"SECPKG_ATTR_NEGOTIATION_INFO", SECPKG_ATTR_NEGOTIATION_INFO, ReadPackage<SecPkgContext_NegotiationInfoW>},
    {"SECPKG_ATTR_CLIENT_SPECIFIED_TARGET", SECPKG_ATTR_CLIENT_SPECIFIED_TARGET, ReadTarget},
};

}  // namespace

Napi::Value ReadContextAttribute(Napi::Env env, SecHandle* context, const Argument& attribute, const char* syscall) {
  const std::string name = attribute.Name();
  const auto* reader =
      std::find_if(std::begin(kReaders), std::end(kReaders), [&](const Reader& entry) { return name == entry.name; });
  if (reader == std::end(kReaders)) attribute.ThrowInvalidValue("the name of an attribute of security contexts");
  return reader->read(Question{env, context, reader->attribute, syscall});
}

}  // namespace asuser::native
