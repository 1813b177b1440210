"""Runs every test of one folder of Python tests and closes with one line that counts them.

    tests/suite.py FOLDER [PART OF A NAME]...
"""

import pathlib
import sys
import unittest


def main() -> int:
    folder, *names = sys.argv[1:]
    here = pathlib.Path(__file__).parent / folder
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{name}*" for name in names] or None
    suite = loader.discover(str(here), pattern="test_*.py")
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    passed = max(result.testsRun - failed, 0)
    if result.testsRun == 0:
        print("no test was found")
        failed = max(failed, 1)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
