# The addon under test, in the tree: packages/native/build/win32-x64.

provision_addon() {
  [[ -x $tree/node_modules/.bin/pnpm ]] ||
    fail 'pnpm is not in node_modules: install the workspace first (npm test and npm run test:wine do so)'
  say 'building the addon'
  quietly 'building the addon' "$tree/node_modules/.bin/pnpm" --dir "$tree/packages/native" run build:addon
}
