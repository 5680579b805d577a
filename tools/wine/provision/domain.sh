# The accounts of the domain, which the servers of a run get a copy of.

provision_domain() {
  local folder list
  folder=$(domain_folder)
  [[ ! -e $folder ]] || return 0
  require_root 'making the accounts of the domain'
  say 'making the accounts of the domain'
  list=$(mktemp "$cache/build.XXXXXX")
  node "$wine_folder/domain/account-list.mjs" >"$list" || fail 'the accounts of the domain cannot be listed'
  as_root rm -rf "$folder.unfinished"
  as_root mkdir -p "$folder.unfinished"
  quietly 'making the domain' as_root env ASUSER_CACHE="$cache" \
    unshare --mount --pid --uts --fork --kill-child --propagation private \
    bash "$wine_folder/view.sh" domain "$folder.unfinished" "$list"
  rm "$list"
  as_root mv "$folder.unfinished" "$folder" || fail "$folder cannot be made"
}
