"""What runs the real compiler where there is one: tools/bicep.sh and the workflows that call it. And its linter's rules."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

from common import HERE, INFRA, ROOT

VERSION = re.search(r'^VERSION = "([\d.]+)"$', (ROOT / "tools" / "bicep_check.py").read_text(), re.M).group(1)
# Lines that `bicep format` writes otherwise.
UNFORMATTED = re.compile(r"\[ ?for |\t| $|\S\(\{$|\? .*: [\[{]$", re.M)
# Rules that are no errors, each with a comment above it that says why.
NOT_ERRORS = {"no-module-name": "off", "use-description-vars": "off", "use-recent-api-versions": "warning"}


class Check(unittest.TestCase):
    """Against a compiler that is none: what each disagreement leads to."""

    def check(self, wrong=""):
        with tempfile.TemporaryDirectory() as folder:
            bicep = Path(folder) / "bicep"
            bicep.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / "fake_bicep.py"}" "$@"\n')
            bicep.chmod(0o755)
            return subprocess.run(["bash", ROOT / "tools" / "bicep.sh"], capture_output=True, text=True, timeout=120, check=False,
                                  cwd=folder, env=os.environ | {"BICEP": str(bicep), "BREAK": wrong})

    def test_all_agree(self):
        result = self.check()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        lines = result.stdout.splitlines()
        self.assertTrue(all(line.startswith("ok   ") for line in lines), result.stdout)
        for path in [*INFRA.rglob("*.bicep"), *INFRA.rglob("*.bicepparam")]:
            for what in ("lint", "format"):
                self.assertIn(f"ok   {what} {path.relative_to(ROOT)}", lines)
        self.assertEqual(sum("snapshot" in line and "build" not in line for line in lines), 4)

    def test_each_disagreement_is_named_and_is_the_only_one(self):
        for wrong, named in (("version", ["version 0.49.2"]), ("build", ["infra/azuredeploy.json is what is built"]),
                             ("lint", ["lint infra/modules/app.bicep"]), ("format", ["format infra/modules/app.bicep"]),
                             ("snapshot", ["snapshot tests/infra/snapshots/closed.snapshot.json",
                                           "snapshot tests/infra/snapshots/example.snapshot.json"])):
            with self.subTest(wrong):
                result = self.check(wrong)
                self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
                failed = [line[5:] for line in result.stdout.splitlines() if line.startswith("FAIL ")]
                self.assertEqual(failed, named)

    def test_without_a_compiler_it_says_what_fetches_one(self):
        result = subprocess.run([sys.executable, ROOT / "tools" / "bicep_check.py"], capture_output=True, text=True, check=False,
                                env={"PATH": "/nowhere"})
        self.assertEqual(result.returncode, 1)
        self.assertIn("bash tools/bicep.sh", result.stderr)


class Workflows(unittest.TestCase):
    def test_ci_and_releases_run_it_where_nothing_else_is_made(self):
        for name in ("ci", "release"):
            jobs = yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text())["jobs"]
            [(job, run)] = [(job, [step["run"] for step in one["steps"] if "run" in step]) for job, one in jobs.items()
                            if any("bicep" in step.get("run", "") for step in one["steps"])]
            self.assertEqual(run, ["bash tools/bicep.sh"], name)
            if name == "release":
                self.assertIn(job, jobs["publish"]["needs"])

    def test_one_version_is_pinned(self):
        self.assertTrue((HERE / f"bicep-{VERSION}").is_dir(), "a newer compiler comes with what it made of the fixture")
        self.assertIn(f"Bicep {VERSION}", (ROOT / "tools" / "bicep_to_arm.py").read_text())


class Rules(unittest.TestCase):
    def test_every_rule_is_an_error_or_says_why_not(self):
        text = (INFRA / "bicepconfig.json").read_text()
        rules = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.M))["analyzers"]["core"]["rules"]
        self.assertGreater(len(rules), 50)
        self.assertEqual({name: rule["level"] for name, rule in rules.items() if rule["level"] != "error"}, NOT_ERRORS)
        for name in NOT_ERRORS:
            self.assertRegex(text, rf'// \w[^\n]{{10,}}\n +"{name}"')

    def test_exceptions_are_few_and_say_why(self):
        found = []
        for path in sorted(INFRA.rglob("*.bicep")):
            lines = path.read_text().splitlines()
            for at, line in enumerate(lines):
                if "#disable-" in line:
                    rule = re.fullmatch(r"\s*#disable-next-line ([\w-]+)( // .{20,})?", line)
                    self.assertTrue(rule and (rule.group(2) or lines[at - 1].lstrip().startswith("// ")), (path.name, line))
                    found.append((path.name, rule.group(1)))
        self.assertEqual(found, [("main.bicep", "no-loc-expr-outside-params")] + [("main.bicep", "what-if-short-circuiting")] * 12)

    def test_the_forms_that_the_formatter_would_change_are_not_there(self):
        """What can be told without it: `for` beside its bracket, calls and choices that are broken elsewhere."""
        compiled = HERE / f"bicep-{VERSION}"
        for path in [*INFRA.rglob("*.bicep"), *INFRA.rglob("*.bicepparam"), *(compiled / "formatted").rglob("*.bicep")]:
            with self.subTest(path.name):
                self.assertEqual([line for line in path.read_text().splitlines() if UNFORMATTED.search(line)], [])
        # All four that it did change are told.
        for path in (compiled / "formatted").rglob("*.bicep"):
            before = compiled / "source" / path.relative_to(compiled / "formatted")
            self.assertRegex(before.read_text(), UNFORMATTED, path.name)


if __name__ == "__main__":
    unittest.main()
