#!/usr/bin/env python3
"""Lays out the app folder from a built binary, zips it the same way every time, and checks what it made.

    infra/package.py --binary FILE --out FOLDER     FOLDER/app, FOLDER/lamplighter.zip and its .sha256

The layout is that of `lamplighter package`, which needs a computer that can run the binary; this does not.
"""

import argparse
import hashlib
import re
import shutil
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXECUTABLE = "lamplighter"
MOST_BYTES = 10 * 1024 * 1024
# Eleven, until owners had pages and heard of more than stops, and there were more kinds than the instance; twelve, until
# what nothing governs was looked for, and bills told of every kind.
MOST_BYTES_UNPACKED = 13 * 1024 * 1024
# Of simulator, host emulator, demo and completions, which are for people's own computers: none of it is deployed.
NOT_DEPLOYED = (b"azurite-queue", b"Azure-Functions-Host/", b"/msi/token", b"COMPREPLY")
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class Bad(Exception):
    """The package is not fit to be deployed."""


def needs_glibc(binary):
    """The latest glibc that a Linux x86-64 binary asks for, as (major, minor); (0, 0) where it asks for none."""
    if binary[:4] != b"\x7fELF" or binary[4] != 2 or int.from_bytes(binary[18:20], "little") != 62:
        raise Bad("the binary is not one for Linux x86-64")
    found = re.findall(rb"\0GLIBC_(\d+)\.(\d+)", binary)
    return max(((int(major), int(minor)) for major, minor in found), default=(0, 0))


def check_content(binary):
    """That it is small, and built without the commands that are for people's own computers."""
    if len(binary) > MOST_BYTES_UNPACKED:
        raise Bad(f"the binary has {len(binary)} bytes; it must stay within {MOST_BYTES_UNPACKED}")
    for text in NOT_DEPLOYED:
        if text in binary:
            raise Bad(f"{text.decode()} is in the binary: it is to be built with --no-default-features")


def lay_out(binary, app):
    """The app folder, made anew; never through a link."""
    if app.is_symlink():
        raise Bad(f"{app} is a link: remove it, or give the folder itself")
    shutil.rmtree(app, ignore_errors=True)
    app.mkdir(parents=True)
    shutil.copyfile(ROOT / "host.json", app / "host.json")
    for function in sorted((ROOT / "function").glob("*/function.json")):
        folder = app / function.parent.name
        folder.mkdir()
        shutil.copyfile(function, folder / function.name)
    shutil.copyfile(binary, app / EXECUTABLE)
    (app / EXECUTABLE).chmod(0o755)


def make_zip(app, target):
    """Names sorted, no times, no owners: the same files give the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for file in sorted(path for path in app.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(app).as_posix(), FIRST_DAY)
            entry.create_system = 3  # Unix, so that the mode below counts.
            mode = 0o755 if entry.filename == EXECUTABLE else 0o644
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, file.read_bytes(), compresslevel=9)


def package(binary, out, glibc):
    """Everything; gives the digest of the zip."""
    needed = needs_glibc(binary.read_bytes())
    check_content(binary.read_bytes())
    if needed > glibc:
        raise Bad(f"the binary needs glibc {needed[0]}.{needed[1]}; at most {glibc[0]}.{glibc[1]} is promised")
    lay_out(binary, out / "app")
    target = out / "lamplighter.zip"
    digest_file = target.with_suffix(".zip.sha256")
    for old in (target, digest_file):
        old.unlink(missing_ok=True)  # A link goes, and what it leads to stays.
    make_zip(out / "app", target)
    content = target.read_bytes()
    if len(content) >= MOST_BYTES:
        raise Bad(f"the zip has {len(content)} bytes; it must stay under {MOST_BYTES}")
    digest = hashlib.sha256(content).hexdigest()
    digest_file.write_text(f"{digest}  {target.name}\n")
    print(f"{target}: {len(content) / 1024 / 1024:.1f} MiB, glibc {needed[0]}.{needed[1]}, sha256 {digest}")
    return digest


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--glibc", default="2.28", help="the oldest glibc it must run on")
    given = parser.parse_args()
    try:
        package(given.binary, given.out, tuple(int(part) for part in given.glibc.split(".")))
    except (Bad, OSError) as why:
        sys.exit(f"package: {why}")


if __name__ == "__main__":
    main()
