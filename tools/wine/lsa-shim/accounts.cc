#include "lsa-shim/accounts.h"

#include <algorithm>
#include <mutex>

#include "lsa-shim/token_query.h"

namespace asuser::wine {
namespace {

std::mutex mutex;
Domain current;

bool EqualNames(std::wstring_view left, std::wstring_view right) {
  return CompareStringOrdinal(left.data(), static_cast<int>(left.size()), right.data(), static_cast<int>(right.size()),
                              TRUE) == CSTR_EQUAL;
}

template <typename Predicate>
std::optional<Account> Find(Predicate matches) {
  const auto found = std::ranges::find_if(current.accounts, matches);
  return found == current.accounts.end() ? std::nullopt : std::optional<Account>(*found);
}

std::optional<Account> FindInDomain(std::wstring_view name, std::wstring_view domain) {
  const std::lock_guard lock(mutex);
  if (!domain.empty() && domain != L"." && !EqualNames(domain, current.name)) return std::nullopt;
  return Find([name](const Account& account) { return EqualNames(account.name, name); });
}

}  // namespace

void SetDomain(Domain domain) {
  const std::lock_guard lock(mutex);
  current = std::move(domain);
}

std::wstring DomainName() {
  const std::lock_guard lock(mutex);
  return current.name;
}

std::wstring DomainUsersSid() {
  const std::lock_guard lock(mutex);
  return current.sid + L"-513";
}

std::wstring ServicePassword() {
  const std::lock_guard lock(mutex);
  return current.service_password;
}

std::optional<Account> FindForLogon(const wchar_t* user, const wchar_t* domain) {
  const std::wstring_view name = user;
  const size_t at = name.find(L'@');
  if (domain != nullptr && *domain != L'\0') return at == name.npos ? FindInDomain(name, domain) : std::nullopt;
  return at == name.npos ? FindInDomain(name, {}) : FindInDomain(name.substr(0, at), name.substr(at + 1));
}

std::optional<Account> FindByName(std::wstring_view name) {
  if (const size_t backslash = name.find(L'\\'); backslash != name.npos) {
    return FindInDomain(name.substr(backslash + 1), name.substr(0, backslash));
  }
  if (const size_t at = name.find(L'@'); at != name.npos) {
    return FindInDomain(name.substr(0, at), name.substr(at + 1));
  }
  return FindInDomain(name, {});
}

std::optional<Account> FindBySid(std::wstring_view sid) {
  const std::lock_guard lock(mutex);
  return Find([sid](const Account& account) { return account.sid == sid; });
}

std::optional<Account> FindByToken(HANDLE token) {
  const std::wstring user = TokenUserSid(token);
  return user.empty() ? std::nullopt : FindBySid(user);
}

}  // namespace asuser::wine
