# vitest and its like with the native parts for Windows. Linux and Windows cannot share one node_modules.

provision_windows_modules() {
  local folder download
  folder=$(windows_modules_folder)
  [[ ! -e $folder ]] || return 0
  say 'installing the Windows-side node_modules'
  mkdir -p "$(dirname "$folder")"
  download=$(mktemp -d "$cache/download.XXXXXX")
  node "$wine_folder/windows/manifest.mjs" >"$download/package.json"
  (cd "$download" && quietly 'npm install' npm install \
    --os=win32 --cpu=x64 --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error)
  # Mount points for what a run puts on top; see view.sh.
  mkdir -p "$download"/node_modules/{@asuser,.vite,.vite-temp,.vitest}
  mv "$download" "$folder"
}
