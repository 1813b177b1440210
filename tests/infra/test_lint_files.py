"""`lamplighter lint --files` where pipelines use it: SARIF by OASIS's schema, the pre-commit hooks, the GitHub action."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema
import yaml

from common import PROGRAM, ROOT, environment, lamplighter

TEMPLATES = ROOT / "tests" / "templates"
SCHEMA = json.loads((Path(__file__).parent / "sarif" / "sarif-schema-2.1.0.json").read_text())


class Sarif(unittest.TestCase):
    def check(self, text):
        jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(json.loads(text))

    def test_that_of_all_templates_is_valid(self):
        done = lamplighter("lint", "--format", "sarif", "--files", TEMPLATES)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.check(done.stdout)
        results = json.loads(done.stdout)["runs"][0]["results"]
        self.assertEqual({one["level"] for one in results}, {"error", "warning", "note"})
        self.assertTrue(any("fixes" in one for one in results))

    def test_that_of_nothing_and_of_what_cannot_be_read_is_valid(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a b.json"
            for text, code in (("{}", 0), ('{"tags": {"lamp-idle": "6', 2)):
                path.write_text(text)
                done = lamplighter("lint", "--format", "sarif", "--files", path)
                self.assertEqual(done.returncode, code, done.stdout)
                self.check(done.stdout)

    def test_the_schema_refuses_something(self):
        with self.assertRaises(jsonschema.ValidationError):
            self.check('{"version": "2.1.0", "runs": [{"tool": {}}]}')


class Page(unittest.TestCase):
    """docs/lint.md's first lines print what stands below them, and change no file of a clone."""

    def test_the_first_example(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "lamplighter").symlink_to(PROGRAM)
            shell, shown = re.findall(r"^```(?:sh|text)\n(.*?)^```$", (ROOT / "docs" / "lint.md").read_text(), re.M | re.S)[:2]
            path = f"{folder}{os.pathsep}{os.environ['PATH']}"
            done = subprocess.run(["bash", "-euc", shell], cwd=folder, env=environment() | {"PATH": path}, capture_output=True,
                                  text=True, check=False)
            self.assertEqual((done.stdout, done.stderr), (shown, ""))
            for line in (shell + shown).splitlines():
                self.assertLessEqual(len(line), 100, line)

    def test_what_it_writes_is_in_no_clone(self):
        shells = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs" / "lint.md").read_text(), re.M | re.S)
        written = {name for shell in shells for name in re.findall(r"> *(\S+)", shell)}
        self.assertIn("example/main.bicep", written)
        kept = subprocess.run(["git", "ls-files", "--", *written], cwd=ROOT, capture_output=True, text=True, check=True)
        self.assertEqual(kept.stdout, "")

    def test_what_is_said_not_to_be_seen_is_not(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "policy.json"
            path.write_text(json.dumps({"policyRule": {
                "if": {"field": "tags['lamp-idle']", "exists": "false"},
                "then": {"effect": "modify", "details": {"operations": [
                    {"operation": "add", "field": "tags['lamp-idle']", "value": "60"}]}}},
                "resources": [{"type": "Microsoft.Resources/deployments", "tags": "[createObject('lamp-idle', '60')]"}]}))
            done = lamplighter("lint", "--files", path)
            self.assertEqual((done.returncode, done.stdout), (0, "1 file, 0 tags: no error\n"), done.stderr)


class Hooks(unittest.TestCase):
    def test_each_hook_takes_templates_and_finds_what_is_wrong(self):
        hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
        self.assertEqual([one["id"] for one in hooks], ["lamplighter-lint", "lamplighter-lint-installed"])
        files = sorted(str(path.relative_to(ROOT)) for path in TEMPLATES.rglob("*") if path.is_file())
        for hook in hooks:
            taken = [name for name in files if re.search(hook["files"], name)]
            # All but the list of what is expected.
            self.assertEqual(len(taken), len(files) - 1)
            words = hook["entry"].split()
            self.assertEqual(words[0], "lamplighter")
            done = subprocess.run([PROGRAM, *words[1:], *taken], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("tests/templates/bicep/compute.bicep:18:", done.stdout)


class Action(unittest.TestCase):
    """The steps of action.yml, run as a runner runs them; `cargo` is a program that notes how it was called."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.action = yaml.safe_load((ROOT / "action.yml").read_text())
        # The caller's repository, with a Rust of its own choice.
        self.caller = self.folder / "caller"
        self.caller.mkdir()
        (self.caller / "rust-toolchain.toml").write_text('[toolchain]\nchannel = "1.0.0"\n')
        (self.caller / "tests").symlink_to(ROOT / "tests")

    def run_action(self, **inputs):
        self.assertEqual(self.action["runs"]["using"], "composite")
        inputs = {name: one["default"] for name, one in self.action["inputs"].items()} | inputs
        done = None
        for step in self.action["runs"]["steps"]:
            if "if" in step:
                self.assertEqual(step["if"], "inputs.program == ''")
                if inputs["program"]:
                    continue
            settings = {}
            for name, text in step.get("env", {}).items():
                text = text.replace("${{ github.action_path }}", str(ROOT))
                settings[name] = re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: inputs[found[1]], text)
                self.assertNotIn("${{", settings[name])
            self.assertNotIn("${{", step["run"])
            path = f"{self.folder}/bin{os.pathsep}{os.environ['PATH']}"
            # Without a folder of its own, a step runs in the repository that calls the action.
            where = step.get("working-directory", str(self.caller)).replace("${{ github.action_path }}", str(ROOT))
            self.assertNotIn("${{", where)
            done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=where, text=True,
                                  env=environment(RUNNER_TEMP=self.folder, **settings) | {"PATH": path},
                                  capture_output=True, check=False)
            if done.returncode:
                return done
        return done

    def test_it_annotates_with_the_program_that_is_given(self):
        done = self.run_action(program=PROGRAM, files="  tests/templates/bicep/c*.bicep\n\n  tests/templates/yaml\n")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("::error file=tests/templates/bicep/compute.bicep,line=18,", done.stdout)
        self.assertIn("::error file=tests/templates/yaml/compute.yml,", done.stdout)
        clean = self.run_action(program=PROGRAM, files="tests/templates/bicep/clean.bicep")
        self.assertEqual((clean.returncode, clean.stdout), (0, ""), clean.stderr)

    def test_it_writes_sarif_to_a_file(self):
        output = self.folder / "lint.sarif"
        done = self.run_action(program=PROGRAM, files="tests/templates", format="sarif", output=str(output))
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertEqual(json.loads(output.read_text())["version"], "2.1.0")

    def test_without_a_program_it_builds_one(self):
        (self.folder / "bin").mkdir()
        cargo = self.folder / "bin" / "cargo"
        cargo.write_text(f'#!/bin/sh\necho "$@" >{self.folder}/called\npwd >{self.folder}/where\n'
                         f'mkdir -p {self.folder}/lamplighter/release && ln -s {PROGRAM} {self.folder}/lamplighter/release/lamplighter\n')
        cargo.chmod(0o755)
        done = self.run_action(files="tests/templates/bicep/compute.bicep")
        self.assertEqual(done.returncode, 1, done.stderr)
        # There rustup finds this repository's rust-toolchain.toml; the check itself ran in the caller's repository.
        self.assertEqual((self.folder / "where").read_text().strip(), str(ROOT))
        self.assertIn("::error file=tests/templates/bicep/compute.bicep,line=18,", done.stdout)
        called = (self.folder / "called").read_text().split()
        for word in ("build", "--locked", "--no-default-features", f"{ROOT}/Cargo.toml", f"{self.folder}/lamplighter"):
            self.assertIn(word, called)
        self.assertIn(f"\n{called[called.index('--features') + 1]} = [", (ROOT / "Cargo.toml").read_text())


if __name__ == "__main__":
    unittest.main()
