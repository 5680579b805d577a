#!/usr/bin/env bash
# The Wine lane of the tests: the runner, then every *.win32.test.ts in each Windows node.exe, as LocalSystem.
# Arguments go to vitest: a filter, for instance.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lane.sh"
cd "$tree" || exit 1
export PATH=$PATH:$tree/node_modules/.bin

"$wine_folder/provision.sh" || exit

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# Every run has a Windows of its own, and waits for wineserver most of the time: side by side they take half as long.
declare -A jobs
start() {
  local name=$1
  shift
  "$@" </dev/null >"$logs/$name" 2>&1 &
  jobs[$name]=$!
}

status=0
pnpm --filter @asuser/native check:addon || status=1
# By itself: a busy machine makes Wine's own services crash now and then, and say so on the standard error it looks at.
(($# > 0)) || "$wine_folder/test-run.sh" || status=1
for major in 24 22 20; do
  start "node $major" "$wine_folder/run" --as-system --node "$major" -- vitest run --config vitest.win32.config.ts "$@"
done
for name in 'node 24' 'node 22' 'node 20'; do
  wait "${jobs[$name]}" || status=1
  printf '\n=== %s\n' "$name"
  cat "$logs/$name"
done
exit "$status"
