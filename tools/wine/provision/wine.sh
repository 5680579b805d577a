# Wine 10 and the servers of its domain: from the machine's own packages where they are new enough, otherwise from a Debian trixie chroot.

provision_wine() {
  ! wine_base >/dev/null || return 0
  require_root 'installing Wine'
  command -v apt-get >/dev/null || fail "Wine $wine_minimum or later, winbindd or krb5kdc is missing and there is no apt-get; install them by hand"
  refresh_package_lists
  if packaged_wine_is_new_enough; then
    install_packages 'Wine and its domain' "${wine_packages[@]}"
  else
    make_chroot
  fi
}

packaged_wine_is_new_enough() {
  local version
  version=$(apt-cache policy wine | sed -n 's/^ *Candidate: *\([0-9]*\).*/\1/p')
  [[ -n $version ]] && ((version >= wine_minimum))
}

make_chroot() {
  local missing=()
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || missing+=(debian-archive-keyring)
  install_packages 'debootstrap' "${missing[@]}"

  remove_unfinished_chroot
  say 'making a Debian trixie chroot for Wine (about a minute, 1.5 GB)'
  # In a mount namespace of its own: what debootstrap mounts vanishes with it, also when it is killed.
  quietly debootstrap as_root unshare --mount --propagation private env \
    http_proxy="$(apt_proxy)" debootstrap --variant=minbase --include="$(IFS=, && printf '%s' "${wine_packages[*]}")" \
    trixie "$chroot_folder" $(debian_mirror) $(chroot_script)
  as_root touch "$chroot_folder.ready"
}

# A chroot without its stamp is half made. With something mounted in it, removing it could remove somebody's files.
remove_unfinished_chroot() {
  [[ -e $chroot_folder ]] || return 0
  if awk -v folder="$chroot_folder" '$5 == folder || index($5, folder "/") == 1 { found = 1 } END { exit !found }' \
    /proc/self/mountinfo; then
    fail "$chroot_folder is unfinished, and something is mounted in it: unmount that first (see /proc/self/mountinfo)"
  fi
  say 'removing an unfinished chroot'
  as_root rm -rf --one-file-system "$chroot_folder"
}

# The mirror this machine uses for Debian. None on other systems: debootstrap then takes its own default.
debian_mirror() {
  local mirror
  if [[ -n ${ASUSER_DEBIAN_MIRROR:-} ]]; then
    printf '%s\n' "$ASUSER_DEBIAN_MIRROR"
    return
  fi
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' | head -n 1)
  if [[ $mirror == mirror+file:* ]]; then
    mirror=$(awk '/^[^#]/ { print $1; exit }' "${mirror#mirror+file:}")
  fi
  printf '%s\n' "$mirror"
}

apt_proxy() {
  local proxy=''
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  if [[ -n $proxy && $proxy != DIRECT ]]; then
    printf '%s\n' "$proxy"
  else
    printf '%s\n' "${http_proxy:-}"
  fi
}

# A debootstrap older than trixie knows the recipe only under another name (it needs the mirror named as well).
chroot_script() {
  [[ -e /usr/share/debootstrap/scripts/trixie || -z $(debian_mirror) ]] || printf '%s\n' /usr/share/debootstrap/scripts/sid
}
