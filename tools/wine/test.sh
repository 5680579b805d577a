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
# A busy machine makes services of Wine crash now and then. No suite fails by that alone, but it may explain one that did.
export ASUSER_SERVICES_LOG=$logs/services

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
(($# > 0)) || start runner "$wine_folder/test-run.sh"
for major in 24 22 20; do
  start "node $major" "$wine_folder/run" --as-system --node "$major" -- vitest run --config vitest.win32.config.ts "$@"
done
for name in runner 'node 24' 'node 22' 'node 20'; do
  [[ -n ${jobs[$name]:-} ]] || continue
  wait "${jobs[$name]}" || status=1
  printf '\n=== %s\n' "$name"
  cat "$logs/$name"
done
if [[ -s $ASUSER_SERVICES_LOG ]]; then
  printf '\n=== services of Wine, in all runs\n'
  cat "$ASUSER_SERVICES_LOG"
fi
exit "$status"
