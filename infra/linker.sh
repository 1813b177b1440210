#!/usr/bin/env bash
# For infra/package.sh and infra/archive.sh, which source it: cargo-zigbuild and Zig's compiler and linker from PyPI, pinned by
# digest, in target/package/tools and in PATH; once for each state of their requirements.
set -euo pipefail

tools=target/package/tools
wanted=$(cksum <infra/package-requirements.txt)
if [[ ! -x "$tools/bin/cargo-zigbuild" || "$(cat "$tools/wanted" 2>/dev/null)" != "$wanted" ]]; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --require-hashes \
        --requirement infra/package-requirements.txt
    printf '%s' "$wanted" >"$tools/wanted"
fi
export PATH="$PWD/$tools/bin:$PATH"
