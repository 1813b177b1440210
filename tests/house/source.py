"""The files of the repository, and the code of the crates that runs outside tests."""

import subprocess
from pathlib import Path

from circles import TEST_ONLY, Crate, quoted, stripped

ROOT = Path(__file__).resolve().parent.parent.parent


def tracked():
    """What git keeps, and what it would keep: new files that are not ignored."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, check=True)
    return sorted(ROOT / name for name in set(listed.stdout.split("\0")) if name and (ROOT / name).is_file())


def texts():
    """Path and text of every file that is text."""
    for path in tracked():
        try:
            yield path, path.read_text()
        except UnicodeDecodeError:
            continue


def roots():
    """The root file of every crate, the program's too."""
    return sorted(path for folder in (ROOT, *(ROOT / "crates").iterdir()) for path in folder.glob("src/*.rs")
                  if path.name in ("lib.rs", "main.rs"))


def files(root):
    """The files of a crate that are built outside tests."""
    return sorted({module.file for module in Crate(root).modules})


def tests_in(code):
    """The spans of code that is built for tests only, each with what follows it in braces or to its semicolon."""
    for found in TEST_ONLY.finditer(code):
        end = found.end()
        while end < len(code) and code[end] not in "{;":
            end += 1
        depth = code[end : end + 1] == "{"
        while depth and end + 1 < len(code):
            end += 1
            depth += {"{": 1, "}": -1}.get(code[end], 0)
        yield found.start(), end


def code_without_tests(text):
    """The code without comments, texts and tests."""
    code = stripped(text)
    for start, end in tests_in(code):
        code = code[:start] + " " * (end - start) + code[end:]
    return code


def literals(text):
    """The texts in quotes outside tests, each with its line."""
    spans = list(tests_in(stripped(text)))
    for start, _, inner in quoted(text):
        if inner is not None and not any(first <= start < last for first, last in spans):
            yield text.count("\n", 0, start) + 1, inner
