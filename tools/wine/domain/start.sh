#!/usr/bin/env bash
# Starts the servers of the domain in the view of a run; both are there to be asked when it ends.
set -euo pipefail

# Listens before it goes into the background.
krb5kdc
winbindd -D -l /run/domain
until wbinfo --ping >/dev/null 2>&1; do sleep 0.02; done
