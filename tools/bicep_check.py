#!/usr/bin/env python3
"""Runs Microsoft's Bicep compiler over infra/, and fails where it does not agree with what is kept: azuredeploy.json, the form
of every file, the rules of bicepconfig.json, and the snapshots of what would be deployed. tools/bicep.sh fetches the compiler.

    tools/bicep_check.py [PATH OF bicep]
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from arm_text import text_of, without_generator

ROOT = Path(__file__).resolve().parent.parent
INFRA = ROOT / "infra"
SNAPSHOTS = ROOT / "tests" / "infra" / "snapshots"
VERSION = "0.49.2"
# Whom and where the snapshots are of.
DEPLOYED = ("--subscription-id", "00000000-0000-0000-0000-000000000001", "--location", "westeurope")


class Check:
    def __init__(self, bicep):
        self.bicep, self.failed = bicep, 0

    def run(self, *arguments):
        return subprocess.run([self.bicep, *map(str, arguments)], capture_output=True, text=True, check=False)

    def say(self, good, what, more=""):
        print(f"{'ok  ' if good else 'FAIL'} {what}", flush=True)
        if not good:
            self.failed += 1
            print("\n".join("     " + line for line in more.strip().splitlines()), flush=True)

    def version(self):
        said = self.run("--version").stdout.strip()
        self.say(f" {VERSION} " in f"{said} ", f"version {VERSION}", f"this one is {said or 'none'}")

    def build(self):
        made = self.run("build", "--stdout", INFRA / "main.bicep")
        if made.returncode:
            self.say(False, "build infra/main.bicep", made.stderr)
            return
        text = text_of(without_generator(json.loads(made.stdout)))
        self.say(text == (INFRA / "azuredeploy.json").read_text(), "infra/azuredeploy.json is what is built",
                 "python3 tools/bicep_to_arm.py infra/main.bicep infra/azuredeploy.json makes it anew; if that is no help, "
                 "the translator knows something otherwise than the compiler")

    def each_file(self):
        for path in sorted([*INFRA.rglob("*.bicep"), *INFRA.rglob("*.bicepparam"), *SNAPSHOTS.rglob("*.bicepparam")]):
            name = path.relative_to(ROOT)
            linted = self.run("lint", path)
            self.say(linted.returncode == 0, f"lint {name}", linted.stdout + linted.stderr)
            formatted = self.run("format", "--stdout", path)
            self.say(formatted.returncode == 0 and formatted.stdout.rstrip("\n") == path.read_text().rstrip("\n"), f"format {name}",
                     formatted.stderr or f"bicep format {name} changes it")
            if path.suffix == ".bicepparam":
                made = self.run("build-params", "--stdout", path)
                self.say(made.returncode == 0, f"build-params {name}", made.stderr)

    def snapshots(self):
        """In a copy: the compiler reads a snapshot beside its parameters."""
        with tempfile.TemporaryDirectory() as folder:
            for kept in sorted(SNAPSHOTS.glob("*.snapshot.json")):
                name = kept.name.removesuffix(".snapshot.json")
                own = SNAPSHOTS / f"{name}.bicepparam"
                copy = Path(folder) / name / "infra"
                shutil.copytree(INFRA, copy)
                text = (own if own.exists() else INFRA / f"{name}.bicepparam").read_text()
                (copy / f"{name}.bicepparam").write_text(text.replace("'../../../infra/main.bicep'", "'./main.bicep'"))
                shutil.copy(kept, copy)
                shown = self.run("snapshot", copy / f"{name}.bicepparam", "--mode", "validate", *DEPLOYED)
                self.say(shown.returncode == 0, f"snapshot {kept.relative_to(ROOT)}", shown.stdout + shown.stderr)


def main():
    bicep = shutil.which(sys.argv[1] if len(sys.argv) > 1 else "bicep")
    if bicep is None:
        sys.exit("no bicep here: bash tools/bicep.sh fetches it")
    check = Check(bicep)
    for part in (check.version, check.build, check.each_file, check.snapshots):
        part()
    sys.exit(1 if check.failed else 0)


if __name__ == "__main__":
    main()
