#!/usr/bin/env bash
# The main job on the real addon: as LocalSystem, in the Windows node.exe, under Wine.
set -euo pipefail

source "$(dirname "${BASH_SOURCE[0]}")/lane.sh"
cd "$tree"
export PATH=$PATH:$tree/node_modules/.bin

"$wine_folder/provision.sh"
turbo run build --output-logs=errors-only
"$wine_folder/run" --as-system -- node examples/main-job.mjs </dev/null
