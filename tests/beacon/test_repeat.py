"""Look after look without systemd, as in a container."""
import contextlib
import io
import json
import os
import subprocess

from support import BLOB, COMPUTE, PYTHON, SCRIPT, Place, module, until


class Repeat(Place):
    def begin(self, *arguments, **settings):
        self.lay()
        environment = {"COMPUTE_ID": COMPUTE, "DESTINATION": str(self.out), "LAMPLIGHTER_BEACON_ROOT": str(self.root), "PERIOD": "900", **settings}
        return self.start(PYTHON, "-I", SCRIPT, "--repeat", "--state", self.state, "--config", self.empty(), *arguments, env=environment,
                          stderr=subprocess.PIPE, text=True)

    def document(self):
        written = self.out / BLOB
        return json.loads(written.read_text()) if written.exists() else None

    def test_it_looks_at_once_and_again_when_somebody_asks(self):
        one = self.begin()
        first = until(self.document, "the first document")
        self.keeps_to_the_form(first)
        self.assertNotIn("hold", first)
        # What the mount unit makes elsewhere: everybody may ask, and nobody sees or takes what others ask for.
        self.assertEqual((self.keep.stat().st_mode & 0o7777, self.shared.stat().st_mode & 0o777), (0o1733, 0o755))
        self.assertIn("kept on until", self.said("keep", "2h"))
        self.assertIn("hold", self.document())
        self.assertEqual((os.listdir(self.keep), one.poll()), ([], None))

    def test_it_looks_again_at_a_login(self):
        self.begin()
        until(self.document, "the first document")
        first = (self.out / BLOB).stat().st_mtime_ns
        (self.root / "run" / "utmp").write_text("somebody")
        until(lambda: (self.out / BLOB).stat().st_mtime_ns > first, "the second document")

    def test_wrong_settings_end_it(self):
        one = self.begin(PERIOD="5m")
        _, said = one.communicate(timeout=600)
        self.assertEqual(one.returncode, 2)
        self.assertIn("PERIOD", said)

    def test_a_look_that_fails_or_hangs_is_not_the_last(self):
        script, asked, slept = module(), [], []
        outcomes = [subprocess.TimeoutExpired("a look", 180), None, KeyboardInterrupt()]

        def run(command, **how):
            asked.append((command[1:], how["timeout"]))
            if outcomes[len(asked) - 1]:
                raise outcomes[len(asked) - 1]
        now = iter(range(0, 10 ** 6, 100))
        clock = type("Clock", (), {"monotonic": staticmethod(lambda: next(now)), "sleep": staticmethod(slept.append)})
        script.settings = lambda path, show: {"PERIOD": 300}
        script.RUN, script.KEEP, script.time = str(self.shared), str(self.keep), clock
        script.subprocess = type("Subprocess", (), {"run": staticmethod(run), "DEVNULL": None, "TimeoutExpired": subprocess.TimeoutExpired})
        with contextlib.redirect_stderr(io.StringIO()) as said, self.assertRaises(KeyboardInterrupt):
            script.repeat("/conf", "/state")
        command = ["-I", str(SCRIPT), "--config", "/conf", "--state", "/state"]
        self.assertEqual(asked, [(command, 180)] * 3)
        self.assertIn("a look did not end within 180 s", said.getvalue())
        self.assertTrue(slept and set(slept) == {1}, "it waits between two looks")


if __name__ == "__main__":
    import unittest
    unittest.main()
