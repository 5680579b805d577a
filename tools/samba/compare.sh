#!/usr/bin/env bash
# Compares @asuser/security-descriptors with Samba: tools/samba/compare.sh [count [seed]]. Optional, and no part of any lane.
# It installs nothing: Debian and Ubuntu have the package python3-samba.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if ! /usr/bin/python3 -c 'import samba.dcerpc.security' 2>/dev/null; then
  echo 'Samba is not there: install it first, "sudo apt-get install python3-samba" does' >&2
  exit 1
fi
npx turbo run build --filter @asuser/security-descriptors
exec node tools/samba/compare.mjs "$@"
