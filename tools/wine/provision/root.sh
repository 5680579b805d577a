# Installing packages, making a chroot and mounting need root.

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo -n "$@"
  fi
}

require_root() {
  local purpose=$1
  ((EUID == 0)) || sudo -n true 2>/dev/null ||
    fail "$purpose needs root: run this as root, or as a user with password-less sudo"
}
