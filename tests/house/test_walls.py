"""What each crate may use: core nothing that reaches out, the simulator nothing that it tests, the package no simulator."""

import re
import subprocess
import unittest

from source import ROOT, code_without_tests, files

OUTSIDE = re.compile(r"tokio.*|reqwest|hyper.*|object_store|axum.*|tracing-subscriber|azure_.*|rustls.*|aws-lc-.*|mio|socket2")
OWN = {f"lamplighter-{name}" for name in ("core", "azure", "agent", "simulator", "host-emulator", "templates")}
# What would make core read a clock, a file, the environment or the network, or write somewhere.
REACHES = re.compile(r"\b(?:Utc|Local|Instant|SystemTime)::now\b|\bstd::(?:fs|net|env|process|thread)\b|\be?print(?:ln)?!|\bFile::")


def tree(package, *options):
    """The names of all crates that a package is built with."""
    command = ["cargo", "tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package", package]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {line.split()[0] for line in done.stdout.splitlines() if line.strip()}


class Walls(unittest.TestCase):
    def test_core_is_built_with_nothing_that_reaches_out(self):
        used = tree("lamplighter-core")
        self.assertIn("chrono", used)
        self.assertEqual({name for name in used if OUTSIDE.fullmatch(name)}, set())
        self.assertEqual(used & OWN, {"lamplighter-core"})

    def test_templates_are_read_with_nothing_that_reaches_out(self):
        used = tree("lamplighter-templates")
        self.assertIn("tree-sitter", used)
        self.assertEqual({name for name in used if OUTSIDE.fullmatch(name)}, set())
        self.assertEqual(used & OWN, {"lamplighter-templates", "lamplighter-core"})
        found = [what for file in files(ROOT / "crates" / "templates" / "src" / "lib.rs")
                 for what in REACHES.findall(code_without_tests(file.read_text()))]
        self.assertEqual(found, [])

    def test_core_reads_no_clock_and_no_file(self):
        found = []
        for file in files(ROOT / "crates" / "core" / "src" / "lib.rs"):
            found += [f"{file.relative_to(ROOT)}: {what}" for what in REACHES.findall(code_without_tests(file.read_text()))]
        self.assertEqual(found, [])

    def test_neither_simulator_nor_host_emulator_shares_code_with_what_they_test(self):
        for name in ("lamplighter-simulator", "lamplighter-host-emulator"):
            self.assertEqual(tree(name) & OWN, {name})

    def test_nothing_that_is_deployed_is_built_with_them(self):
        self.assertEqual(tree("lamplighter-azure") & OWN, {"lamplighter-azure", "lamplighter-core"})
        self.assertEqual(tree("lamplighter-agent") & OWN, {"lamplighter-agent", "lamplighter-azure", "lamplighter-core"})
        deployed = tree("lamplighter", "--no-default-features")
        self.assertEqual(deployed & OWN, {"lamplighter-agent", "lamplighter-azure", "lamplighter-core"})
        self.assertEqual({name for name in deployed if "tree-sitter" in name or "saphyr" in name}, set())
        self.assertLess(len(deployed), len(tree("lamplighter")))
        self.assertIn("--no-default-features", (ROOT / "infra" / "package.sh").read_text())


if __name__ == "__main__":
    unittest.main()
