#!/usr/bin/env python3
"""The licences of everything that is built into the program, with their texts, as those licences ask for.

    infra/licences.py TARGET      prints them
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"(?i)^(licen[cs]e|copying|copyright|notice|unlicense)")


class Bad(Exception):
    """What is built in cannot be told."""


def built_in(target):
    """Everybody else's packages that the program is built from for a target, by name and version."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise Bad(f"cargo metadata: {done.stderr.strip()}")
    told = json.loads(done.stdout)
    packages = {one["id"]: one for one in told["packages"]}
    nodes = {one["id"]: one for one in told["resolve"]["nodes"]}
    waiting, seen = [told["resolve"]["root"]], set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            # Neither what only tests use nor what only builds.
            waiting += [one["pkg"] for one in nodes[node]["deps"] if any(kind["kind"] is None for kind in one["dep_kinds"])]
    return sorted((packages[one] for one in seen if packages[one]["source"]), key=lambda one: (one["name"], one["version"]))


def texts(package):
    """The files of a package that hold its licence, or name its authors."""
    folder = Path(package["manifest_path"]).parent
    found = {path for path in folder.iterdir() if path.is_file() and NAMED.match(path.name)}
    if package["license_file"]:
        found.add((folder / package["license_file"]).resolve())
    return [path.read_text(encoding="utf-8", errors="replace").strip() for path in sorted(found)]


def text(target):
    """One page: who is in it, and each text once, with those that it is of."""
    packages, of = built_in(target), defaultdict(list)
    lines = ["The program is built from these packages, besides its own. Their source is at https://crates.io.", ""]
    for package in packages:
        name = f"{package['name']} {package['version']}"
        own = texts(package)
        bare = "" if own else f"; without a text in its package (MIT's is in LICENSE); by {', '.join(package['authors']) or 'its authors'}"
        lines.append(f"{name}: {package['license'] or 'as below'}{bare}")
        for one in own:
            of[one].append(name)
    for one, names in of.items():
        lines += ["", "=" * 100, ", ".join(names), "=" * 100, "", one]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    try:
        sys.stdout.write(text(sys.argv[1]))
    except Bad as why:
        sys.exit(f"licences: {why}")
