#!/usr/bin/env bash
# Makes the accounts of the domain in /run/domain of a view: standard input is what account-list.mjs prints.
set -euo pipefail

passwords=/run/domain/smbpasswd
keytab=/run/domain/keytab

main() {
  local kind name detail password
  kdb5_util create -s -P "$(head -c 16 /dev/urandom | base64)"
  while IFS=$'\t' read -r kind name detail password; do
    "add_$kind" "$name" "$detail" "$password"
  done
}

# For NTLM.
add_user() {
  local name=$1 state=$2 password=$3
  printf '%s\n%s\n' "$password" "$password" | smbpasswd -s -a "$name"
  # By hand: Samba's own tools ask a running domain for the account first, and there is none yet.
  case $state in
    usable) ;;
    disabled) sed -i "/^$name:/s/\[U /[UD/" "$passwords" ;;
    lockedOut) sed -i "/^$name:/s/\[U /[UL/" "$passwords" ;;
    # Last changed never: it is due.
    passwordExpired) sed -i "/^$name:/s/LCT-[0-9A-F]*/LCT-00000000/" "$passwords" ;;
    *)
      printf 'no account of the domain can be %s\n' "$state" >&2
      exit 1
      ;;
  esac
}

# For Kerberos.
add_principal() {
  local name=$1 flags=$2 password=$3 attribute=+allow_forwardable
  [[ $flags != sensitive ]] || attribute=-allow_forwardable
  kadmin.local addprinc "$attribute" -pw "$password" "$name"
}

# rc4-hmac, as the LSA shim reads the tickets of this computer's service.
add_service() {
  local name=$1 where=$2 password=$3
  kadmin.local addprinc +ok_as_delegate -e rc4-hmac:normal -pw "$password" "$name"
  [[ $where == other ]] || kadmin.local ktadd -k "$keytab" -norandkey "$name"
}

main
