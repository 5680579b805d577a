#include <climits>
#include <string>
#include <vector>

#include "bindings/bindings.h"
#include "core/async_call.h"
#include "core/call.h"
#include "core/nt_status.h"
#include "core/security.h"
#include "core/unique_handle.h"
#include "core/utf16.h"

namespace asuser::native {
namespace {

struct LsaPolicyTraits {
  using Value = LSA_HANDLE;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value policy) { ::LsaClose(policy); }
};
using UniqueLsaPolicy = UniqueHandle<LsaPolicyTraits>;

struct LsaMemoryTraits {
  using Value = void*;
  static constexpr Value kEmpty = nullptr;
  static void GiveBack(Value memory) { ::LsaFreeMemory(memory); }
};
using UniqueLsaMemory = UniqueHandle<LsaMemoryTraits>;

UniqueLsaPolicy OpenPolicy(ACCESS_MASK access) {
  LSA_OBJECT_ATTRIBUTES attributes = {};
  attributes.Length = sizeof(attributes);
  UniqueLsaPolicy policy;
  CheckStatus(::LsaOpenPolicy(nullptr, &attributes, access, policy.receive()), "LsaOpenPolicy");
  return policy;
}

std::vector<std::wstring> RightsOf(const Argument& array) {
  constexpr size_t kLongest = (USHRT_MAX - 1) / sizeof(wchar_t);
  std::vector<std::wstring> rights;
  for (const Argument& element : array.Elements()) {
    rights.push_back(element.String());
    if (rights.back().size() > kLongest) element.ThrowInvalidValue("the name of an account right");
  }
  return rights;
}

// They point into `rights`.
std::vector<LSA_UNICODE_STRING> ViewsOf(std::vector<std::wstring>& rights) {
  std::vector<LSA_UNICODE_STRING> views;
  for (std::wstring& right : rights) {
    const auto size = static_cast<USHORT>(right.size() * sizeof(wchar_t));
    views.push_back({size, size, right.data()});
  }
  return views;
}

ErrorContext ContextOf(const Buffer& account, const std::vector<std::wstring>& rights = {}) {
  ErrorContext context = {{"sid", TextOfSid(account)}};
  std::wstring names;
  for (const std::wstring& right : rights) names += (names.empty() ? L"" : L", ") + right;
  if (!names.empty()) context.push_back({"rights", names});
  return context;
}

using ChangeRights = NTSTATUS (*)(LSA_HANDLE policy, PSID account, LSA_UNICODE_STRING* rights, ULONG count);

Napi::Value Change(const Call& call, ACCESS_MASK access, ChangeRights change_rights) {
  auto change = [account = SidOf(call(0, "account"), call.syscall()), rights = RightsOf(call(1, "rights")), access,
                 change_rights, syscall = call.syscall()]() mutable {
    const UniqueLsaPolicy policy = OpenPolicy(access);
    std::vector<LSA_UNICODE_STRING> views = ViewsOf(rights);
    CheckStatus(change_rights(policy.get(), account.data(), views.data(), static_cast<ULONG>(views.size())), syscall,
                ContextOf(account, rights));
  };
  return RunAsync(call, nullptr, std::move(change));
}

Napi::Value lsaAddAccountRights(const Call& call) {
  return Change(call, POLICY_CREATE_ACCOUNT | POLICY_LOOKUP_NAMES,
                [](LSA_HANDLE policy, PSID account, LSA_UNICODE_STRING* rights, ULONG count) {
                  return ::LsaAddAccountRights(policy, account, rights, count);
                });
}

Napi::Value lsaRemoveAccountRights(const Call& call) {
  return Change(call, POLICY_LOOKUP_NAMES,
                [](LSA_HANDLE policy, PSID account, LSA_UNICODE_STRING* rights, ULONG count) {
                  return ::LsaRemoveAccountRights(policy, account, FALSE, rights, count);
                });
}

Napi::Value lsaEnumerateAccountRights(const Call& call) {
  auto enumerate = [account = SidOf(call(0, "account"), call.syscall()), syscall = call.syscall()]() mutable {
    const UniqueLsaPolicy policy = OpenPolicy(POLICY_LOOKUP_NAMES);
    LSA_UNICODE_STRING* views = nullptr;
    ULONG count = 0;
    CheckStatus(::LsaEnumerateAccountRights(policy.get(), account.data(), &views, &count), syscall, ContextOf(account));
    const UniqueLsaMemory memory(views);
    std::vector<std::wstring> rights;
    for (ULONG index = 0; index < count; ++index) {
      rights.emplace_back(views[index].Buffer, views[index].Length / sizeof(wchar_t));
    }
    return rights;
  };
  return RunAsync(call, nullptr, std::move(enumerate), [](Napi::Env env, const std::vector<std::wstring>& rights) {
    Napi::Array array = Napi::Array::New(env, rights.size());
    for (uint32_t index = 0; index < rights.size(); ++index) array.Set(index, FromWide(env, rights[index]));
    return array;
  });
}

}  // namespace

void DefineAccountRight(Napi::Object exports) {
  DefineAsyncMethod<lsaAddAccountRights>(exports, "lsaAddAccountRights", "LsaAddAccountRights");
  DefineAsyncMethod<lsaRemoveAccountRights>(exports, "lsaRemoveAccountRights", "LsaRemoveAccountRights");
  DefineAsyncMethod<lsaEnumerateAccountRights>(exports, "lsaEnumerateAccountRights", "LsaEnumerateAccountRights");
}

}  // namespace asuser::native
