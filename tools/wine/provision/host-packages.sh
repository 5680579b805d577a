# What the machine itself must have, through its own package manager.

provision_host_packages() {
  local missing=()
  command -v x86_64-w64-mingw32-g++-posix >/dev/null || missing+=(g++-mingw-w64-x86-64-posix)
  command -v x86_64-w64-mingw32-dlltool >/dev/null || missing+=(binutils-mingw-w64-x86-64)
  command -v cmake >/dev/null || missing+=(cmake)
  command -v ninja >/dev/null || missing+=(ninja-build)
  install_packages 'the cross compiler' "${missing[@]}"
}

install_packages() {
  local purpose=$1
  shift
  (($# > 0)) || return 0
  command -v apt-get >/dev/null || fail "$purpose is missing and there is no apt-get; install these by hand: $*"
  require_root "installing $purpose ($*)"
  say "installing $*"
  refresh_package_lists
  quietly 'apt-get install' as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

refresh_package_lists() {
  [[ -z ${package_lists_fresh:-} ]] || return 0
  quietly 'apt-get update' as_root apt-get update
  package_lists_fresh=yes
}

# Runs a command and shows its output only when it fails.
quietly() {
  local what=$1 log status=0
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if ((status != 0)); then
    tail -n 40 "$log" >&2
    rm -f "$log"
    fail "$what failed with status $status; if that was the network, run this again"
  fi
  rm -f "$log"
}
