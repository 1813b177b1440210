#!/usr/bin/env bash
# Builds Lamplighter for Azure Functions, from any folder: a small binary (profile `deployed`) for Linux x86-64 that runs on
# glibc 2.28 and later and holds nothing that is for people's own computers (simulator, host emulator, demo, parsers of
# templates, completions, manual), the app folder (target/package/app) and its zip (target/package/lamplighter.zip). The same source
# gives the same bytes. Needs cargo (rustup) and Python 3.10 or later with venv; the linker comes from PyPI, pinned by digest.
set -euo pipefail
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
glibc=2.28
out=target/package

source infra/linker.sh

# A Linux x86-64 computer has the target already; another asks rustup for it.
if [[ ! -d "$(rustc --print sysroot)/lib/rustlib/$target" ]]; then
    rustup target add "$target"
fi

# No path of this computer in the binary, neither from Rust nor from C.
cargo_home="${CARGO_HOME:-$HOME/.cargo}"
export RUSTFLAGS="--remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$PWD=/src"
export CFLAGS_x86_64_unknown_linux_gnu="-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$PWD=/src"
export SOURCE_DATE_EPOCH=315532800 # 1980-01-01, the first day a zip can say.
cargo zigbuild --locked --profile deployed --no-default-features --bin lamplighter --target "$target.$glibc"

python3 infra/package.py --binary "${CARGO_TARGET_DIR:-target}/$target/deployed/lamplighter" --glibc "$glibc" --out "$out"
