#!/usr/bin/env python3
"""Lays out a release archive from a built program, the same way every time, and checks what goes into it.

    infra/archive.py --binary FILE --target TARGET --out FOLDER

FOLDER/lamplighter-VERSION-TARGET.tar.gz (.zip for Windows) and its .sha256, with one folder in it: the program, README.md,
LICENSE, THIRD-PARTY.txt, completions/ and man/man1/. The program is run for the last two.
"""

import argparse
import gzip
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import licences

ROOT = Path(__file__).resolve().parent.parent
# As the shells look for them.
COMPLETIONS = {"bash": "lamplighter.bash", "zsh": "_lamplighter", "fish": "lamplighter.fish", "powershell": "_lamplighter.ps1"}
DOCUMENTS = ("LICENSE", "README.md")
# How hard both kinds are compressed.
LEVEL = 9
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
# What a binary of each target begins with, and where its architecture stands.
ELF = {"x86_64": 62, "aarch64": 183}
MACH_O = {"x86_64": 0x01000007, "aarch64": 0x0100000C}
PE = {"x86_64": 0x8664, "aarch64": 0xAA64}
INTERPRETER = 3


class Bad(Exception):
    """The archive is not fit to be released."""


def number(content, at, length):
    return int.from_bytes(content[at:at + length], "little")


def check_binary(content, target):
    """That it is one for the target, and static where that is promised."""
    architecture = target.split("-")[0]
    if "-linux-" in target:
        found = content[:5] == b"\x7fELF\x02" and number(content, 18, 2) == ELF.get(architecture)
    elif target.endswith("-apple-darwin"):
        found = content[:4] == b"\xcf\xfa\xed\xfe" and number(content, 4, 4) == MACH_O.get(architecture)
    elif "-windows-" in target:
        header = number(content, 60, 4)
        found = content[:2] == b"MZ" and content[header:header + 4] == b"PE\0\0" \
            and number(content, header + 4, 2) == PE.get(architecture)
    else:
        raise Bad(f"{target} is no target that is released")
    if not found:
        raise Bad(f"the binary is not one for {target}")
    if target.endswith("-linux-musl") and needs_interpreter(content):
        raise Bad("the binary is not static")


def needs_interpreter(elf):
    """Whether a 64-bit ELF file names a dynamic linker: a static one does not."""
    begin, length, count = number(elf, 32, 8), number(elf, 54, 2), number(elf, 56, 2)
    return any(number(elf, begin + length * index, 4) == INTERPRETER for index in range(count))


def run(binary, *arguments):
    done = subprocess.run([binary, *arguments], capture_output=True, check=False)
    if done.returncode != 0 or not done.stdout and arguments[0] != "man":
        raise Bad(f"{binary.name} {' '.join(arguments)}: exit code {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def version(binary):
    """That of the program, which must be that of the source."""
    said = run(binary, "--version").decode().split()[1]
    wanted = re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
    if said != wanted:
        raise Bad(f"the program is {said}, and the source {wanted}")
    return said


def files(binary, target):
    """What is in the archive: names, content and whether it is a program."""
    yield f"lamplighter{'.exe' if '-windows-' in target else ''}", binary.read_bytes(), True
    for name in DOCUMENTS:
        yield name, (ROOT / name).read_bytes(), False
    yield "THIRD-PARTY.txt", licences.text(target).encode(), False
    for shell, name in COMPLETIONS.items():
        yield f"completions/{name}", run(binary, "completions", shell), False
    with tempfile.TemporaryDirectory() as pages:
        run(binary, "man", pages)
        for page in sorted(Path(pages).glob("*.1")):
            yield f"man/man1/{page.name}", page.read_bytes(), False


def make_tar(target, folder, entries):
    """No times and no owners: the same files give the same bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name, content, is_program in entries:
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mode = len(content), 0o755 if is_program else 0o644
            made.addfile(entry, io.BytesIO(content))
    target.write_bytes(gzip.compress(packed.getvalue(), compresslevel=LEVEL, mtime=0))


def make_zip(target, folder, entries):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as made:
        for name, content, is_program in entries:
            entry = zipfile.ZipInfo(f"{folder}/{name}", FIRST_DAY)
            entry.create_system = 3  # Unix, so that the mode below counts.
            entry.external_attr = (0o100000 | (0o755 if is_program else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, content, compresslevel=LEVEL)


def archive(binary, target, out):
    """Everything; gives the archive's path."""
    check_binary(binary.read_bytes(), target)
    folder = f"lamplighter-{version(binary)}-{target}"
    entries = sorted(files(binary, target))
    out.mkdir(parents=True, exist_ok=True)
    windows = "-windows-" in target
    made = out / f"{folder}{'.zip' if windows else '.tar.gz'}"
    digest_file = Path(f"{made}.sha256")
    for old in (made, digest_file):
        old.unlink(missing_ok=True)  # A link goes, and what it leads to stays.
    (make_zip if windows else make_tar)(made, folder, entries)
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    digest_file.write_bytes(f"{digest}  {made.name}\n".encode())
    print(f"{made}: {made.stat().st_size / 1024 / 1024:.1f} MiB, {len(entries)} files, sha256 {digest}")
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--target", required=True, help="a target of Rust's, as x86_64-unknown-linux-musl")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    try:
        archive(given.binary.resolve(), given.target, given.out)
    except (Bad, licences.Bad, OSError) as why:
        sys.exit(f"archive: {why}")


if __name__ == "__main__":
    main()
