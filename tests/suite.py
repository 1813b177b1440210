"""Runs every test of one folder of Python tests, and closes with the slowest and one line that counts them.

    tests/suite.py FOLDER [PART OF A NAME]...      WORKERS=N classes beside one another; else one after the other
"""

import collections
import contextlib
import dataclasses
import io
import multiprocessing
import os
import pathlib
import sys
import time
import unittest
from concurrent.futures import ProcessPoolExecutor, as_completed


class Timed(unittest.TextTestResult):
    """Knows how long each test took."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.took = []

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.took.append((time.monotonic() - self.began, test.id()))


@dataclasses.dataclass
class Done:
    """What came of the tests of one class."""

    printed: str
    run: int
    failed: int
    took: list


# By class; workers have them by being forked.
classes = {}


def run(name) -> Done:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        tests = unittest.TestSuite(classes[name])
        result = unittest.TextTestRunner(stream=printed, verbosity=2, resultclass=Timed).run(tests)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    return Done(printed.getvalue(), result.testsRun, failed, result.took)


def each(tests):
    """The tests in a suite of suites."""
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        else:
            yield test


def all_done(workers):
    """Each class's, as it ends."""
    if workers == 1:
        yield from map(run, classes)
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork")) as pool:
        for done in as_completed([pool.submit(run, name) for name in classes]):
            yield done.result()


def keep_compiled():
    """What Python compiles is kept, here and in what is started here, where a container says otherwise too: the Azure CLI has
    10,000 files, and compiling what one call loads takes 20 s."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(pathlib.Path(__file__).resolve().parent / ".cache" / "compiled")
    sys.dont_write_bytecode, sys.pycache_prefix = False, os.environ["PYTHONPYCACHEPREFIX"]


def main() -> int:
    keep_compiled()
    folder, *names = sys.argv[1:]
    here = pathlib.Path(__file__).parent / folder
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{name}*" for name in names] or None
    found = collections.defaultdict(list)
    for test in each(loader.discover(str(here), pattern="test_*.py")):
        found[f"{type(test).__module__}.{type(test).__qualname__}"].append(test)
    classes.update(found)
    ran, failed, took = 0, 0, []
    for done in all_done(int(os.environ.get("WORKERS", 1))):
        print(done.printed, flush=True)
        ran, failed = ran + done.run, failed + done.failed
        took += done.took
    if ran == 0:
        print("no test was found")
        failed = max(failed, 1)
    for seconds, name in sorted(took, reverse=True)[:5]:
        print(f"{seconds:6.1f} s {name}")
    print(f"{max(ran - failed, 0)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
