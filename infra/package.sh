#!/usr/bin/env bash
# Builds Lamplighter for Azure Functions, from any folder: a release binary for Linux x86-64 that runs on glibc 2.28 and
# later and holds neither simulator nor host emulator nor demo nor parsers of templates, the app folder (target/package/app) and its zip (target/package/lamplighter.zip). The same source gives the same
# bytes. Needs cargo (rustup) and Python 3.10 or later with venv; the linker comes from PyPI, pinned by digest.
set -euo pipefail
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
glibc=2.28
out=target/package
tools="$out/tools"

# The linker, installed once for each state of its requirements.
wanted=$(cksum <infra/package-requirements.txt)
if [[ ! -x "$tools/bin/cargo-zigbuild" || "$(cat "$tools/wanted" 2>/dev/null)" != "$wanted" ]]; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --require-hashes \
        --requirement infra/package-requirements.txt
    printf '%s' "$wanted" >"$tools/wanted"
fi
export PATH="$PWD/$tools/bin:$PATH"

# A Linux x86-64 computer has the target already; another asks rustup for it.
if [[ ! -d "$(rustc --print sysroot)/lib/rustlib/$target" ]]; then
    rustup target add "$target"
fi

# No path of this computer in the binary, neither from Rust nor from C.
cargo_home="${CARGO_HOME:-$HOME/.cargo}"
export RUSTFLAGS="--remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$PWD=/src"
export CFLAGS_x86_64_unknown_linux_gnu="-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$PWD=/src"
export SOURCE_DATE_EPOCH=315532800 # 1980-01-01, the first day a zip can say.
cargo zigbuild --locked --release --no-default-features --bin lamplighter --target "$target.$glibc"

python3 infra/package.py --binary "${CARGO_TARGET_DIR:-target}/$target/release/lamplighter" --glibc "$glibc" --out "$out"
