# lane.exe and the LSA shim, built with mingw-w64.

provision_programs() {
  local folder build
  folder=$(programs_folder)
  [[ ! -e $folder ]] || return 0
  [[ -e $tree/node_modules/node-addon-api/package.json && -e $tree/node_modules/node-api-headers/package.json ]] ||
    fail 'node-addon-api is not in node_modules: install the workspace first (npm test and npm run test:wine do so)'
  say 'building the programs of the lane'
  mkdir -p "$(dirname "$folder")"
  build=$(mktemp -d "$cache/build.XXXXXX")
  quietly 'cmake (configure)' cmake -S "$wine_folder" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_TOOLCHAIN_FILE="$wine_folder/mingw-w64.cmake" -DNODE_MODULES="$tree/node_modules"
  quietly 'cmake (build)' cmake --build "$build"
  mkdir "$build/finished"
  mv "$build/lane/lane.exe" "$build/lsa-shim/lsa_shim.node" "$build/finished/"
  mv "$build/finished" "$folder"
  rm -rf "$build"
}
