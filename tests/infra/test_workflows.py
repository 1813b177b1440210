"""The workflows: pinned by digest, least rights, and nothing that zizmor finds. And the scripts of the whole repository."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

import yaml

from common import ROOT, tracked

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ZIZMOR = Path(sys.executable).with_name("zizmor")


class Workflows(unittest.TestCase):
    def test_every_action_is_pinned_by_digest_and_says_its_version(self):
        used = 0
        for path in WORKFLOWS:
            for line in re.findall(r"^.*\buses:.*$", path.read_text(), re.M):
                used += 1
                self.assertRegex(line, r"uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", path.name)
        self.assertGreaterEqual(used, 5)

    def test_no_right_by_default_and_writing_only_where_nothing_is_built(self):
        self.assertEqual([path.name for path in WORKFLOWS], ["ci.yml", "nightly.yml", "release.yml"])
        for path in WORKFLOWS:
            workflow = yaml.safe_load(path.read_text())
            self.assertEqual(workflow["permissions"], {}, path.name)
            for name, job in workflow["jobs"].items():
                self.assertIn("timeout-minutes", job)
                if job["permissions"] != {"contents": "read"}:
                    self.assertEqual((path.name, name), ("release.yml", "publish"))
                    commands = " ".join(step.get("run", "") for step in job["steps"])
                    self.assertNotRegex(commands, r"cargo|bash|\.sh(?!a)|python|npm")
                for step in job["steps"]:
                    if "actions/checkout" in step.get("uses", ""):
                        self.assertIs(step["with"]["persist-credentials"], False)

    def test_scripts_that_are_run_are_there(self):
        run = {script for path in WORKFLOWS for script in re.findall(r"\bbash (\S+)", path.read_text())}
        self.assertGreater(len(run), 3)
        for script in run:
            self.assertTrue((ROOT / script).is_file(), script)

    def test_the_rust_is_the_one_that_is_pinned_and_that_the_source_takes(self):
        pinned = re.search(r'^channel = "([\d.]+)"', (ROOT / "rust-toolchain.toml").read_text(), re.M).group(1)
        wanted = re.search(r'^rust-version = "([\d.]+)"', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
        self.assertTrue(pinned.startswith(wanted), (pinned, wanted))
        commands = {command for path in WORKFLOWS for command in re.findall(r"rustup [^\n]*", path.read_text())}
        self.assertEqual(commands, {"rustup toolchain install"})

    def test_every_part_of_ci_is_run_by_a_workflow(self):
        parts = re.search(r"^    ([a-z| ]+)\) \"\$part\" ;;", (ROOT / ".ci" / "run").read_text(), re.M).group(1).split(" | ")
        run = " ".join(path.read_text() for path in WORKFLOWS if path.name == "ci.yml")
        called = {part for line in re.findall(r"bash \.ci/run ([a-z ]+)", run) for part in line.split()}
        self.assertEqual(set(parts), called)

    def test_zizmor_finds_nothing(self):
        result = subprocess.run([ZIZMOR, "--offline", "--no-progress", "--persona", "pedantic", *WORKFLOWS, ROOT / "action.yml",
                                 ROOT / ".github" / "dependabot.yml"],
                                capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)


class Shell(unittest.TestCase):
    def test_scripts_parse_and_stop_at_the_first_error(self):
        scripts = [path for path in tracked() if path.read_bytes().startswith(b"#!/usr/bin/env bash")]
        self.assertGreater(len(scripts), 8)
        for path in scripts:
            self.assertEqual(subprocess.run(["bash", "-n", path], check=False).returncode, 0, path)
            self.assertIn("set -euo pipefail", path.read_text())


if __name__ == "__main__":
    unittest.main()
