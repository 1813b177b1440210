"""checkov on the Bicep and on azuredeploy.json: nothing unparsed, and no finding without a written reason."""

import functools
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import HERE, INFRA

import simpler

CHECKOV = Path(sys.executable).with_name("checkov")
SKIP = re.compile(r"//checkov:skip=(CKV2?_AZURE_\d+):(.+)")


@functools.cache
def scan(framework):
    with tempfile.TemporaryDirectory() as home:
        infra = Path(home) / "infra"
        simpler.copy(infra)
        # What it finds depends on the order in which Python goes through a set.
        result = subprocess.run(
            [sys.executable, CHECKOV, "--skip-download", "--directory", infra, "--framework", framework, "--output", "json",
             "--skip-path", "parameters"],
            capture_output=True, text=True, timeout=300, check=False,
            env={"PATH": "/usr/bin:/bin", "HOME": home, "PYTHONHASHSEED": "0"})
    return json.loads(result.stdout)


class Checkov(unittest.TestCase):
    def test_bicep(self):
        found = scan("bicep")
        summary = found["summary"]
        # It exits 0 on a file that it cannot parse.
        self.assertEqual((summary["parsing_errors"], summary["failed"]), (0, 0), found["results"]["failed_checks"])
        self.assertGreater(summary["passed"], 20)
        seen = {Path(one["file_path"]).name for kind in ("passed_checks", "skipped_checks") for one in found["results"][kind]}
        self.assertLessEqual({"app.bicep", "storage.bicep"}, seen)

    def test_every_reason_is_needed_and_says_something(self):
        used = {(Path(one["file_path"]).name, one["check_id"]) for one in scan("bicep")["results"]["skipped_checks"]}
        written = set()
        for path in INFRA.rglob("*.bicep"):
            for check, reason in SKIP.findall(path.read_text()):
                written.add((path.name, check))
                self.assertGreater(len(reason.split()), 5, (path.name, check))
        self.assertEqual(written, used)

    def test_azuredeploy(self):
        """JSON has no comments: its reasons are those of the Bicep, and of what checkov reads otherwise in JSON."""
        reasons = {check: reason for path in INFRA.rglob("*.bicep") for check, reason in SKIP.findall(path.read_text())}
        reasons |= json.loads((HERE / "azuredeploy-reasons.json").read_text())
        found = scan("arm")
        self.assertEqual(found["summary"]["parsing_errors"], 0)
        failed = {one["check_id"] for one in found["results"]["failed_checks"] if one["file_path"].endswith("azuredeploy.json")}
        self.assertEqual(failed - set(reasons), set())
        self.assertLessEqual(set(json.loads((HERE / "azuredeploy-reasons.json").read_text())), failed, "reasons without a finding")


if __name__ == "__main__":
    unittest.main()
