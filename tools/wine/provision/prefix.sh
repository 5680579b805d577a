# A pristine Wine prefix. Runs never write to it: each has its own overlay on top.

provision_prefix() {
  [[ ! -e $prefix_template.ready ]] || return 0
  require_root 'making a Wine prefix'
  say 'making a Wine prefix'
  as_root rm -rf --one-file-system "$prefix_template"
  as_root mkdir "$prefix_template"
  quietly wineboot as_root env ASUSER_CACHE="$cache" unshare --mount --pid --uts --fork --kill-child --propagation private \
    bash "$wine_folder/view.sh" prefix sh -c 'wine wineboot -i; wineserver -w'
  [[ -e $prefix_template/system.reg ]] || fail 'wineboot made no prefix'
  as_root touch "$prefix_template.ready"
}
