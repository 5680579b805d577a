#!/usr/bin/env bash
# The Wine lane of the tests: the runner, then every *.win32.test.ts in each Windows node.exe, as LocalSystem.
# Arguments go to vitest: a filter, for instance.
set -uo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lane.sh"
cd "$tree" || exit 1
export PATH=$PATH:$tree/node_modules/.bin

"$wine_folder/provision.sh" || exit
pnpm --filter @asuser/native build:addon || exit

status=0
pnpm --filter @asuser/native check:addon || status=1
(($# > 0)) || "$wine_folder/test-run.sh" || status=1
for major in 24 22 20; do
  "$wine_folder/run" --as-system --node "$major" -- vitest run --config vitest.win32.config.ts "$@" </dev/null || status=1
done
exit "$status"
