#!/usr/bin/env bash
# Provisions the Wine lane: compiler, Wine 10, a prefix, Windows' node.exe, the Windows-side node_modules, our programs,
# and the addon of this tree.
# Safe to run twice and at the same time; what is there already is left alone.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lane.sh"
for part in root host-packages wine prefix domain node windows-modules programs addon; do
  source "$wine_folder/provision/$part.sh"
done

main() {
  command -v node >/dev/null || fail 'node is not on the PATH'
  mkdir -p "$cache" || fail "cannot make the cache folder $cache"
  exec 9>"$cache/provision.lock"
  # Whatever this starts holds the lock as well, also when this is killed.
  flock 9
  rm -rf "$cache"/download.* "$cache"/build.*

  # First of all, so that nobody waits for downloads only to learn this.
  wine_is_provisioned || require_root 'installing Wine'
  provision_host_packages
  # Wine takes most of the time and waits mostly for the network; the rest runs beside it.
  (provision_wine && provision_prefix && provision_domain) &
  local wine_job=$!
  provision_node
  provision_windows_modules
  provision_programs
  provision_addon
  wait "$wine_job" || exit $?
}

wine_is_provisioned() { wine_base >/dev/null && [[ -e $prefix_template.ready && -e $(domain_folder) ]]; }

main
