# Builds the file system that a Windows program of the lane sees, and runs a command in it.
# Runs as the first process of mount, pid and uts namespaces of its own: whatever it mounts and starts ends with it, however it ends.
#
#   view.sh prefix COMMAND...      with the prefix template itself, to make it
#   view.sh domain FOLDER LIST     makes the domain of the accounts in LIST, and puts it into FOLDER
#   view.sh tree COMMAND...        with the tree, a throw-away overlay on the prefix template, and the domain at work
#
# In the view: / = the Wine installation, read-only; /asuser = the tree; /asuser-lane = our programs and node.exe;
# /asuser-vectors = the folder that ASUSER_VECTORS names. What Wine's services write goes to the file that
# ASUSER_SERVICES_LOG names; without one it is shown when the lane fails or its time is over, and else dropped.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lane.sh"

view=$cache/view
computer_name=WINELANE
domain_address=${LANE_ADDRESS:-127.0.0.1}
services_log=${ASUSER_SERVICES_LOG:-$view/run/services.log}

main() {
  local kind=$1
  shift
  hostname "$computer_name"
  mount_system
  case $kind in
    prefix)
      mount --bind "$prefix_template" "$view/prefix"
      in_view / "$@"
      ;;
    domain) create_domain "$@" ;;
    tree) run_beside_services "$@" ;;
  esac
}

# Windows' accounts are also Unix' accounts: Samba wants it so.
create_domain() {
  local folder=$1 list=$2 id=10000 kind name
  cp "$view/etc/passwd" "$folder/passwd"
  while IFS=$'\t' read -r kind name _; do
    id=$((id + 1))
    [[ $kind != user ]] || printf '%s:x:%d:65534::/:/bin/false\n' "$name" "$id" >>"$folder/passwd"
  done <"$list"
  mount_domain "$folder"
  in_view / bash /run/domain/create.sh <"$list"
  cp "$view"/run/domain/* "$folder"
}

run_beside_services() {
  local domain services status=0
  : >>"$services_log" || fail "ASUSER_SERVICES_LOG cannot be written: $services_log"
  mount_prefix_overlay
  mount_domain "$(domain_folder)"
  start_domain &
  domain=$!
  # They need nothing of what is mounted next.
  start_services &
  services=$!
  mount_tree
  mount_lane
  mount_vectors
  wait "$services" || status=125
  wait "$domain" || status=125
  ((status != 0)) || in_view "$LANE_FOLDER" "$@" || status=$?
  # 124 is the end of its time, 125 a failure of the lane.
  ((status != 124 && status != 125)) || show_services_log
  exit "$status"
}

mount_system() {
  local base entry
  base=$(wine_base) || fail 'there is no Wine yet: run tools/wine/provision.sh'
  mkdir -p "$view"
  mount -t tmpfs -o mode=755 tmpfs "$view"
  mkdir -p "$view"/{proc,dev,tmp,run,root,prefix,asuser,asuser-lane/node,asuser-lane/programs,asuser-vectors}
  mount -t proc proc "$view/proc"
  mount --rbind /dev "$view/dev"
  for entry in usr etc var bin sbin lib lib32 lib64; do
    if [[ -L ${base%/}/$entry ]]; then
      cp -P "${base%/}/$entry" "$view/$entry"
    elif [[ -d ${base%/}/$entry ]]; then
      bind_read_only "${base%/}/$entry" "$view/$entry"
    fi
  done
}

mount_prefix_overlay() {
  [[ -e $prefix_template.ready ]] || fail 'there is no Wine prefix yet: run tools/wine/provision.sh'
  mkdir "$view"/run/{changes,work}
  mount -t overlay overlay -o "lowerdir=$prefix_template,upperdir=$view/run/changes,workdir=$view/run/work" "$view/prefix"
}

# A copy: its servers write beside the accounts. With the settings of the tree, in which no address is yet.
mount_domain() {
  [[ -d $1 ]] || fail 'the accounts of the domain are missing: run tools/wine/provision.sh'
  mkdir "$view"/run/{domain,samba}
  cp "$1"/* "$view/run/domain"
  cp "$wine_folder"/domain/* "$view/run/domain"
  sed -i "s/@address@/$domain_address/" "$view"/run/domain/{krb5,kdc}.conf
  mount --bind "$view/run/domain/passwd" "$view/etc/passwd"
  mount --bind "$view/run/domain/smb.conf" "$view/etc/samba/smb.conf"
}

mount_tree() {
  local modules folder
  modules=$(windows_modules_folder)/node_modules
  [[ -d $modules ]] || fail 'the Windows-side node_modules are missing: run tools/wine/provision.sh'
  mkdir -p "$tree/node_modules"
  mount --bind "$tree" "$view/asuser"
  mount --bind "$modules" "$view/asuser/node_modules"
  # What vite writes there is this run's own; the modules are shared by all.
  for folder in .vite .vite-temp .vitest @asuser; do
    mount -t tmpfs tmpfs "$view/asuser/node_modules/$folder"
  done
  hide_nested_node_modules
  mount_workspace_packages
  mount -o remount,bind,ro "$view/asuser/node_modules"
}

# The workspace's packages under the names that they are imported by. Bind mounts, as Wine shows a symbolic link neither
# as a link nor as a plain folder, and resolvers stumble over that. See one-path.ts for the other half.
mount_workspace_packages() {
  local manifest name folder
  for manifest in "$view"/asuser/packages/*/package.json; do
    name=$(sed -n 's/^ *"name": *"@asuser\/\([^"]*\)".*/\1/p' "$manifest" | head -n 1)
    [[ -n $name ]] || continue
    folder=$view/asuser/node_modules/@asuser/$name
    mkdir "$folder"
    mount --rbind "${manifest%/package.json}" "$folder"
  done
}

# pnpm's links into the Linux node_modules. Without them every import by name ends in the root's node_modules.
hide_nested_node_modules() {
  local folder
  shopt -s nullglob
  for folder in "$view"/asuser/*/node_modules "$view"/asuser/*/*/node_modules "$view"/asuser/*/*/*/node_modules; do
    [[ $folder == "$view"/asuser/node_modules/* ]] || mount -t tmpfs -o ro tmpfs "$folder"
  done
}

mount_lane() {
  local node programs
  node=$(node_folder "$LANE_NODE")
  programs=$(programs_folder)
  [[ -e $node/node.exe ]] || fail "node.exe $LANE_NODE is missing: run tools/wine/provision.sh"
  [[ -e $programs/lane.exe ]] || fail 'the programs of the lane are not built: run tools/wine/provision.sh'
  bind_read_only "$node" "$view/asuser-lane/node"
  bind_read_only "$programs" "$view/asuser-lane/programs"
}

mount_vectors() {
  [[ -n ${ASUSER_VECTORS:-} ]] || return 0
  [[ -d $ASUSER_VECTORS ]] || fail "ASUSER_VECTORS names no folder: $ASUSER_VECTORS"
  bind_read_only "$ASUSER_VECTORS" "$view/asuser-vectors"
}

bind_read_only() {
  mkdir -p "$2"
  mount --bind "$1" "$2"
  mount -o remount,bind,ro "$2"
}

# wineserver and the services keep the standard error of the first Windows program, which makes Wine start them, and
# report there when one of them crashes. So the first program is not the command. -p: they outlive it.
start_services() {
  if ! in_view / timeout -k 5 300 sh -c 'wineserver -p && wine hostname' </dev/null >/dev/null 2>>"$services_log"; then
    fail "Wine's services did not start"
  fi
}

# Samba's winbindd, which Wine's NTLM asks through ntlm_auth, and a key distribution center for its Kerberos.
start_domain() {
  in_view / timeout 60 bash /run/domain/start.sh </dev/null >>"$services_log" 2>&1 || fail 'the domain did not start'
}

show_services_log() {
  [[ -z ${ASUSER_SERVICES_LOG:-} && -s $services_log ]] || return 0
  say "Wine's services wrote:"
  cat "$services_log" >&2
}

# in_view FOLDER COMMAND...
in_view() {
  local folder=$1
  shift
  local variables=(
    PATH=/run/domain:/usr/bin:/bin:/usr/sbin HOME=/root LC_ALL=C.UTF-8 XDG_RUNTIME_DIR=/run
    WINEPREFIX=/prefix WINEDEBUG="${ASUSER_WINEDEBUG:--all}" WINEPATH='Z:\asuser-lane\node'
    ASUSER_LANE=wine
    KRB5_CONFIG=/run/domain/krb5.conf KRB5_KDC_PROFILE=/run/domain/kdc.conf KRB5_KTNAME=/run/domain/keytab
    KRB5CCNAME=MEMORY: KRB5RCACHEDIR=/run/domain
    # No downloads of Mono and Gecko, no menu entries.
    WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe='
  )
  local name
  while read -r name; do
    case $name in
      ASUSER_CACHE | ASUSER_LANE | ASUSER_SERVICES_LOG) ;;
      ASUSER_VECTORS) variables+=('ASUSER_VECTORS=Z:\asuser-vectors') ;;
      ASUSER_* | VITEST* | CI | NODE_OPTIONS | FORCE_COLOR | NO_COLOR) variables+=("$name=${!name}") ;;
    esac
  done < <(compgen -e)
  chroot "$view" /usr/bin/env -i -C "$folder" "${variables[@]}" "$@"
}

main "$@"
