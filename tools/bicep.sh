#!/usr/bin/env bash
# Fetches the pinned Bicep compiler from its release on GitHub, for Linux on x86-64, and runs tools/bicep_check.py with it.
# BICEP names one that is there already. No checksum of it was to be learned: the version is pinned, and the workflows run it
# where nothing else is made.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' tools/bicep_check.py)
bicep=${BICEP:-target/bicep-$version/bicep}
if [[ ! -x $bicep ]]; then
    mkdir -p "$(dirname "$bicep")"
    curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$bicep.part" \
        "https://github.com/Azure/bicep/releases/download/v$version/bicep-linux-x64"
    chmod +x "$bicep.part"
    mv "$bicep.part" "$bicep"
fi
exec python3 tools/bicep_check.py "$bicep"
