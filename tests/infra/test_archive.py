"""infra/archive.py: what a release's archive holds, and that README's lines take one from there to a dry run."""

import os
import re
import runpy
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

import yaml

from common import PROGRAM, ROOT, Running

import archive
import licences

HERE = f"{os.uname().machine}-unknown-linux-gnu"
# What the workflows run on the archives that they made.
ARCHIVED = runpy.run_path(str(ROOT / "tests" / "archived"))
VERSION = re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
# For an archive of a program that was built for tests, which is large.
archive.LEVEL = 1


def elf(architecture=62, kinds=(1,)):
    """As much of a Linux program as is looked at: its header, and program headers of these kinds."""
    head = bytearray(64)
    head[:7], head[18:20] = b"\x7fELF\x02\x01\x01", architecture.to_bytes(2, "little")
    head[32:40], head[54:56], head[56:58] = (64).to_bytes(8, "little"), (56).to_bytes(2, "little"), len(kinds).to_bytes(2, "little")
    return bytes(head) + b"".join(kind.to_bytes(4, "little") + bytes(52) for kind in kinds)


def mach_o(processor):
    return b"\xcf\xfa\xed\xfe" + processor.to_bytes(4, "little") + bytes(56)


def pe(machine):
    return b"MZ" + bytes(58) + (128).to_bytes(4, "little") + bytes(64) + b"PE\0\0" + machine.to_bytes(2, "little")


class Binary(unittest.TestCase):
    GOOD = {
        "x86_64-unknown-linux-musl": elf(), "aarch64-unknown-linux-musl": elf(183),
        "x86_64-apple-darwin": mach_o(0x01000007), "aarch64-apple-darwin": mach_o(0x0100000C),
        "x86_64-pc-windows-msvc": pe(0x8664),
    }

    def test_each_target_takes_its_own_and_no_other(self):
        for target in self.GOOD:
            for other, content in self.GOOD.items():
                if target == other:
                    archive.check_binary(content, target)
                else:
                    with self.assertRaisesRegex(archive.Bad, f"not one for {target}"):
                        archive.check_binary(content, target)
            for content in (b"", b"MZ", b"\x7fELF", bytes(200)):
                with self.assertRaisesRegex(archive.Bad, "not one for"):
                    archive.check_binary(content, target)
        with self.assertRaisesRegex(archive.Bad, "no target that is released"):
            archive.check_binary(elf(), "riscv64gc-unknown-freebsd")

    def test_one_that_is_not_static_is_refused_where_static_is_promised(self):
        with self.assertRaisesRegex(archive.Bad, "not static"):
            archive.check_binary(elf(kinds=(6, 3, 1)), "x86_64-unknown-linux-musl")
        # This program was linked dynamically: what is made up above is so in earnest.
        whole = Path(PROGRAM).read_bytes()
        self.assertTrue(archive.needs_interpreter(whole))
        archive.check_binary(whole, HERE)

    def test_the_targets_are_those_of_the_release_and_of_the_page(self):
        workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text()
        self.assertEqual(set(re.findall(r"\btarget: ([a-z0-9_-]+)", workflow)), set(self.GOOD))
        page = (ROOT / "docs" / "install.md").read_text()
        self.assertEqual(set(re.findall(r"`((?:x86_64|aarch64)-[a-z0-9_-]+)`", page)), set(self.GOOD))


class Layout(Running):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A release's has no symbols either; those of a program that was built for tests are most of it.
        folder = tempfile.TemporaryDirectory(prefix="lamplighter-archive-")
        cls.addClassCleanup(folder.cleanup)
        cls.stripped = Path(folder.name, "lamplighter")
        subprocess.run(["strip", "-o", cls.stripped, PROGRAM], check=True)

    def made(self, binary=None, target=HERE, out="out"):
        return archive.archive(Path(binary or self.stripped), target, self.folder / out)

    def test_both_kinds_of_archive(self):
        first = self.made()
        root = f"lamplighter-{VERSION}-{HERE}"
        self.assertEqual(first.name, f"{root}.tar.gz")
        digest, name = Path(f"{first}.sha256").read_text().split()
        self.assertEqual((len(digest), name), (64, first.name))
        checked = subprocess.run(["sha256sum", "--check", f"{name}.sha256"], cwd=first.parent, capture_output=True, check=False)
        self.assertEqual(checked.returncode, 0, checked)
        with tarfile.open(first) as made:
            modes = {entry.name: entry.mode for entry in made}
        commands = {f"man/man1/lamplighter-{one}.1" for one in ("sweep", "lint", "simulator", "completions", "man")}
        self.assertLessEqual({f"{root}/{one}" for one in commands | {
            "lamplighter", "LICENSE", "README.md", "THIRD-PARTY.txt", "man/man1/lamplighter.1", "completions/lamplighter.bash",
            "completions/_lamplighter", "completions/lamplighter.fish", "completions/_lamplighter.ps1"}}, set(modes))
        self.assertEqual({name for name, mode in modes.items() if mode != 0o644}, {f"{root}/lamplighter"})
        # Again, elsewhere: the same bytes.
        self.assertEqual(first.read_bytes(), self.made(out="again").read_bytes())
        entries = [("lamplighter.exe", b"MZ", True), ("man/man1/lamplighter.1", b".TH", False)]
        for name in ("a.zip", "b.zip"):
            archive.make_zip(self.folder / name, root, entries)
        self.assertEqual((self.folder / "a.zip").read_bytes(), (self.folder / "b.zip").read_bytes())
        with zipfile.ZipFile(self.folder / "a.zip") as made:
            self.assertEqual(made.namelist(), [f"{root}/lamplighter.exe", f"{root}/man/man1/lamplighter.1"])

    def test_a_program_of_another_version_or_that_fails_is_refused(self):
        for script, why in (("echo lamplighter 0.0.0", "the program is 0.0.0"), ("echo broken >&2; exit 3", "exit code 3: broken")):
            other = self.folder / "other"
            other.write_text(f"#!/bin/sh\n{script}\n")
            other.chmod(0o755)
            with self.assertRaisesRegex(archive.Bad, why):
                archive.version(other)
            with self.assertRaisesRegex(archive.Bad, "not one for"):
                self.made(other)

    def test_from_the_archive_to_a_dry_run_by_the_lines_of_readme(self):
        self.assertIn("in 1 workspaces", ARCHIVED["check"](self.made()))
        # Lines that do not hold are found.
        readme = (ROOT / "README.md").read_text()
        for good, bad in (("tar -xzf", "tar -tzf"), ('PATH="$PWD:', 'PATH="'), ("sweep --dry-run", "sweep --dry"), ("IDENTITY_HEADER=any", "IDENTITY_HEADER="), ("sweep --dry-run", "sweep")):
            self.assertIn(good, readme)
            entries = [("README.md", readme.replace(good, bad).encode(), False), ("lamplighter", self.stripped.read_bytes(), True)]
            made = self.folder / "lamplighter-other.tar.gz"
            archive.make_tar(made, "lamplighter-other", entries)
            with self.subTest(bad), self.assertRaises(AssertionError):
                ARCHIVED["check"](made)


class Shells(Running):
    """The shells that are at hand read what is for them."""

    def script(self, shell):
        return archive.run(Path(PROGRAM), "completions", shell).decode()

    def test_bash_completes_commands_and_options(self):
        self.assertEqual(self.complete("lamplighter", "swe"), ["sweep"])
        self.assertIn("--dry-run", self.complete("lamplighter", "sweep", "--"))
        self.assertEqual(set(self.complete("lamplighter", "completions", "")) & {"bash", "zsh", "fish", "powershell"},
                         {"bash", "zsh", "fish", "powershell"})

    def complete(self, *words):
        words = " ".join(f"'{word}'" for word in words)
        script = self.script("bash") + f'''
            COMP_WORDS=({words})
            COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            _lamplighter lamplighter "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD - 1]}}"
            printf '%s\\n' "${{COMPREPLY[@]}}"
        '''
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split()

    def test_the_others_know_every_command(self):
        shown = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        commands = re.findall(r"^  ([a-z]+)", shown.split("Commands:")[1], re.M)
        self.assertGreater(len(commands), 12)
        for shell in ("zsh", "fish", "powershell"):
            script = self.script(shell)
            for command in commands:
                self.assertRegex(script, rf"\b{command}\b", shell)

    def test_a_shell_that_nobody_has_is_wrong_usage(self):
        done = subprocess.run([PROGRAM, "completions", "csh"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("possible values: bash", done.stderr)

    def test_the_manual_names_every_option_of_a_command(self):
        page = archive.run(Path(PROGRAM), "man").decode()
        self.assertIn(f'"lamplighter {VERSION}"', page)
        self.assertIn("Exit codes: 0 done", page)
        folder = self.folder / "new" / "man1"
        archive.run(Path(PROGRAM), "man", str(folder))
        sweep = (folder / "lamplighter-sweep.1").read_text()
        for option in ("dry", "wait", "json", "snapshot"):
            self.assertIn(f"\\-\\-{option}", sweep)
        (self.folder / "file").write_text("")
        done = subprocess.run([PROGRAM, "man", self.folder / "file" / "man1"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("file/man1: ", done.stderr)


class Licences(unittest.TestCase):
    def test_all_that_is_built_in_is_named_and_nothing_else(self):
        names = {one["name"] for one in licences.built_in(HERE)}
        self.assertLessEqual({"azure_identity", "rustls", "aws-lc-sys", "clap_complete"}, names)
        # For tests, for building, or for another system only.
        self.assertEqual(names & {"proptest", "cc", "windows-sys", "lamplighter-core"}, set())
        self.assertIn("windows-sys", {one["name"] for one in licences.built_in("x86_64-pc-windows-msvc")})
        page = licences.text(HERE)
        for words in ("rustls ", "Apache License", "Permission to use, copy, modify", "Redistribution and use in source"):
            self.assertIn(words, page)
        self.assertNotIn(str(Path.home()), page)


class Newcomer(Running):
    """README's first lines in their order, by programs that note how they were called; the workflow runs the real ones."""

    def play(self, failing=""):
        bin, home, called = self.folder / "bin", self.folder / "home", self.folder / "called"
        for place in (bin, home / ".cargo"):
            place.mkdir(parents=True, exist_ok=True)
        (home / ".cargo" / "env").write_text("")
        called.write_text("")
        package = "mkdir -p target/package && echo zip >target/package/lamplighter.zip"
        does = {"sudo": ":", "curl": f"echo 'echo rustup $1 >>{called}'", "cargo": ":", "lamplighter": ":",
                "git": f"mkdir -p $3/infra && echo '{package}' >$3/infra/package.sh"}
        for name, then in does.items():
            code = f"exit {int(name == failing)}"
            (bin / name).write_text(f'#!/bin/sh\necho {name} "$@" >>{called}\n{then}\n{code}\n')
            (bin / name).chmod(0o755)
        done = subprocess.run([sys.executable, ROOT / "tests" / "newcomer"], capture_output=True, text=True, check=False,
                              env={"PATH": f"{bin}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), "TMPDIR": str(self.folder)})
        return done, called.read_text().splitlines()

    def test_they_lead_from_an_empty_machine_to_a_package(self):
        done, called = self.play()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([line.split()[0] for line in called if not line.startswith("rustup")],
                         ["sudo", "sudo", "curl", "git", "cargo", "lamplighter"])
        self.assertIn(f"git clone file://{ROOT} lamplighter", called)
        for package in ("build-essential", "git", "python3-venv"):
            self.assertIn(package, called[1].split())

    def test_one_that_fails_is_found(self):
        for name in ("sudo", "git", "cargo", "lamplighter"):
            with self.subTest(name):
                self.assertNotEqual(self.play(name)[0].returncode, 0)


class Install(unittest.TestCase):
    """`cargo install --path . --locked` itself is run by the workflows; here is what it stands on."""

    def test_readme_and_the_page_have_the_same_lines_and_the_workflow_runs_readmes(self):
        for line in ("cargo install --path . --locked", "git clone https://github.com/<owner>/lamplighter && cd lamplighter"):
            for path in ("README.md", "docs/install.md"):
                self.assertIn(line, (ROOT / path).read_text(), path)
        jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]
        self.assertIn("python3 tests/newcomer", [step.get("run") for step in jobs["install"]["steps"]])

    def test_it_installs_one_program_with_everything_in_it(self):
        told = subprocess.run(["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"], cwd=ROOT, capture_output=True,
                              text=True, check=True)
        packages = {one["manifest_path"]: one for one in licences.json.loads(told.stdout)["packages"]}
        package = packages[str(ROOT / "Cargo.toml")]
        programs = [one for one in package["targets"] if "bin" in one["kind"]]
        self.assertEqual([(one["name"], one.get("required-features", [])) for one in programs], [("lamplighter", [])])
        self.assertEqual(package["features"]["default"], ["completions", "files", "simulator"])
        # Nothing comes from where only this clone's cargo looks.
        self.assertFalse((ROOT / ".cargo").exists())


if __name__ == "__main__":
    unittest.main()
