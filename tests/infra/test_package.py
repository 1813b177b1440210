"""infra/package.py: the same bytes twice, the right bits, and no package that would not run."""

import os
import struct
import tempfile
import unittest
import zipfile
from pathlib import Path

from common import PROGRAM

import package


def elf(*versions, architecture=62):
    """As much of a Linux binary as is looked at."""
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HH", 3, architecture)
    return head + b"\0" + b"\0".join(f"GLIBC_{version}".encode() for version in versions) + b"\0"


class Zip(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lamplighter-package-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.binary = self.folder / "built"

    def make(self, content, out, glibc=(2, 28)):
        self.binary.write_bytes(content)
        package.package(self.binary, self.folder / out, glibc)
        return self.folder / out / "lamplighter.zip"

    def test_the_same_files_give_the_same_bytes_whatever_their_times(self):
        first = self.make(elf("2.2.5", "2.28"), "a").read_bytes()
        os.utime(self.binary, (1, 1))
        again = self.make(elf("2.2.5", "2.28"), "b")
        self.assertEqual(first, again.read_bytes())
        digest, name = (self.folder / "b" / "lamplighter.zip.sha256").read_text().split()
        self.assertEqual((len(digest), name), (64, "lamplighter.zip"))
        # A second run over an old package leaves nothing of it.
        (self.folder / "b" / "app" / "stray").write_text("x")
        self.assertEqual(first, self.make(elf("2.2.5", "2.28"), "b").read_bytes())

    def test_nothing_is_written_through_a_link(self):
        self.make(elf("2.17"), "a")
        other = self.folder / "other"
        for name in ("lamplighter.zip", "lamplighter.zip.sha256"):
            other.write_text("somebody else's")
            (self.folder / "a" / name).unlink()
            (self.folder / "a" / name).symlink_to(other)
            self.make(elf("2.17"), "a")
            self.assertEqual(other.read_text(), "somebody else's", name)
        (self.folder / "elsewhere").mkdir()
        (self.folder / "b").mkdir()
        (self.folder / "b" / "app").symlink_to(self.folder / "elsewhere")
        with self.assertRaisesRegex(package.Bad, "is a link"):
            self.make(elf("2.17"), "b")
        self.assertEqual(list((self.folder / "elsewhere").iterdir()), [])

    def test_the_host_finds_what_it_looks_for_at_the_root(self):
        with zipfile.ZipFile(self.make(elf("2.17"), "a")) as made:
            names = made.namelist()
            self.assertEqual(names, sorted(names))
            self.assertLessEqual({"host.json", "lamplighter", "sweep/function.json", "report/function.json"}, set(names))
            for entry in made.infolist():
                wanted = 0o100755 if entry.filename == "lamplighter" else 0o100644
                self.assertEqual((entry.external_attr >> 16, entry.create_system), (wanted, 3), entry.filename)

    def test_what_would_not_run_is_refused(self):
        cases = {
            "needs glibc 2.34": elf("2.2.5", "2.34", "2.4"),
            "needs glibc 3.0": elf("3.0"),
            "not one for Linux x86-64": elf("2.17", architecture=183),
            "is not one for Linux": b"MZ and so on, a program of another system",
        }
        for why, content in cases.items():
            with self.subTest(why), self.assertRaisesRegex(package.Bad, why):
                self.make(content, "a")
        self.assertEqual(package.needs_glibc(elf()), (0, 0))

    def test_too_large_a_package_is_refused(self):
        with self.assertRaisesRegex(package.Bad, "must stay under"):
            self.make(elf("2.17") + os.urandom(package.MOST_BYTES), "a")
        with self.assertRaisesRegex(package.Bad, "must stay within"):
            self.make(elf("2.17") + bytes(package.MOST_BYTES_UNPACKED), "a")

    def test_what_is_for_peoples_own_computers_is_refused(self):
        whole = Path(PROGRAM).read_bytes()
        for text in package.NOT_DEPLOYED:
            # The tests' own program has it all.
            self.assertIn(text, whole)
            with self.subTest(text), self.assertRaisesRegex(package.Bad, "--no-default-features"):
                self.make(elf("2.17") + text, "a")


if __name__ == "__main__":
    unittest.main()
