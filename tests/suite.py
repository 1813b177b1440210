"""Runs every test of one folder of Python tests, and closes with the slowest and one line that counts them.

    tests/suite.py FOLDER [PART OF A NAME]...
"""

import pathlib
import sys
import time
import unittest


class Timed(unittest.TextTestResult):
    """Knows how long each test took."""

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.took = [*getattr(self, "took", []), (time.monotonic() - self.began, test.id())]


def main() -> int:
    folder, *names = sys.argv[1:]
    here = pathlib.Path(__file__).parent / folder
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{name}*" for name in names] or None
    suite = loader.discover(str(here), pattern="test_*.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Timed).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    passed = max(result.testsRun - failed, 0)
    if result.testsRun == 0:
        print("no test was found")
        failed = max(failed, 1)
    for seconds, name in sorted(getattr(result, "took", []), reverse=True)[:5]:
        print(f"{seconds:6.1f} s {name}")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
