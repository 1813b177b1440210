#!/usr/bin/env bash
# Builds Lamplighter for people's own computers and lays it out as a release does:
#   infra/archive.sh TARGET [FOLDER]      lamplighter-VERSION-TARGET.tar.gz (.zip for Windows) and its .sha256, in target/archive
# TARGET is a target of Rust's that this computer can run: archive.py asks the program for its completions and its manual.
# The binary for Linux is static (musl, by Zig's linker); that for Windows needs no runtime of Visual C++. Needs cargo (rustup)
# and Python 3.10 or later, with venv for Linux; and the platform's C compiler elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:?which target of Rust}
out=${2:-target/archive}
build=(cargo build)
# No path of this computer in the binary, neither from Rust nor from C.
cargo_home="${CARGO_HOME:-$HOME/.cargo}"
flags="--remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$PWD=/src"
case $target in
*-linux-musl)
    source infra/linker.sh
    build=(cargo zigbuild)
    c_flags="CFLAGS_${target//-/_}"
    export "$c_flags=-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$PWD=/src"
    ;;
*-apple-darwin) export MACOSX_DEPLOYMENT_TARGET=11.0 ;;
*-windows-msvc)
    flags+=" -Ctarget-feature=+crt-static"
    # aws-lc's own objects, where there is no NASM.
    export AWS_LC_SYS_PREBUILT_NASM=1
    ;;
esac
if [[ ! -d "$(rustc --print sysroot)/lib/rustlib/$target" ]]; then
    rustup target add "$target"
fi
export RUSTFLAGS="$flags"
"${build[@]}" --locked --release --bin lamplighter --target "$target"

python=$(command -v python3 || command -v python)
suffix=
[[ $target != *-windows-* ]] || suffix=.exe
"$python" infra/archive.py --binary "${CARGO_TARGET_DIR:-target}/$target/release/lamplighter$suffix" --target "$target" --out "$out"
