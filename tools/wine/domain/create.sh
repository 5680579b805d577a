#!/usr/bin/env bash
# Makes the accounts of the domain in /run/domain of a view: standard input is what account-list.mjs prints.
set -euo pipefail

passwords=/run/domain/smbpasswd

main() {
  local user state password
  while read -r user && read -r state && IFS= read -r password; do
    printf '%s\n%s\n' "$password" "$password" | smbpasswd -s -a "$user"
    set_state "$user" "$state"
  done
}

# Samba's own tools ask a running domain for the account first, and there is none yet.
set_state() {
  local user=$1 state=$2
  case $state in
    usable) ;;
    disabled) sed -i "/^$user:/s/\[U /[UD/" "$passwords" ;;
    lockedOut) sed -i "/^$user:/s/\[U /[UL/" "$passwords" ;;
    # Last changed never: it is due.
    passwordExpired) sed -i "/^$user:/s/LCT-[0-9A-F]*/LCT-00000000/" "$passwords" ;;
    *)
      printf 'no account of the domain can be %s\n' "$state" >&2
      exit 1
      ;;
  esac
}

main
