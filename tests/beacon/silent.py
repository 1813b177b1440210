"""What holds on every stack of Jupyter: kernels are asked themselves, for what a server says of one is no proof of idleness."""
import os

from support import until

# What a cell can do without a word, each until it is interrupted. {dir} is the test's folder.
SILENT = {
    "sleeps": "import time; time.sleep(3600)",
    "awaits": "import asyncio; await asyncio.sleep(3600)",
    "asks its user": "input('a name? ')",
    "is in a debugger": "import pdb; pdb.set_trace(); 1",
    "waits for a pipe": "open('{dir}/pipe').read()",
    "waits for a program": "import subprocess; subprocess.run(['sleep', '3600'])",
    "waits for a connection": "import socket; one = socket.socket(); one.bind(('127.0.0.1', 0)); one.listen(); one.accept()",
    "waits for a thread": "import threading; threading.Event().wait()",
    "waits for a process": "import multiprocessing; pool = multiprocessing.get_context('spawn').Pool(1); import time; pool.apply(time.sleep, (3600,))",
    "computes": "while True: pass",
}
# Messages beside the main shell, after which every server calls a running cell "idle": what JupyterLab sends when its page is
# loaded, and what a panel of jupyter-resource-usage sends all the time.
DEBUG = ("debug_request", {"type": "request", "seq": 1, "command": "debugInfo", "arguments": {}})
USAGE = ("usage_request", {})
SUBSHELL = ("create_subshell_request", {})


class Stack:
    """What holds on every stack."""

    KINDS = tuple(SILENT)

    def all_busy(self, every):
        """Whether a look found all of them busy. One that a busy machine answered too late found nothing out, and never quiet."""
        seen = self.look()["jupyter"]
        if seen["state"] == "unknown" and "took longer" in seen["detail"]:
            return False
        self.assertEqual((seen["state"], seen["detail"]), ("active", f"{every} of {every} kernels busy"))
        return True

    def test_no_silent_work_is_called_quiet_and_all_is_quiet_when_it_has_ended(self):
        os.mkfifo(self.dir / "pipe")
        self.server()
        kernels = {name: self.kernel() for name in self.KINDS}
        every = len(kernels)
        for name, kernel in kernels.items():
            self.run_in(kernel, SILENT[name].replace("{dir}", str(self.dir)))
            for noise in self.NOISE:
                self.assertEqual(self.control(kernel, *noise).get("status", "ok"), "ok", noise)
        # The fault is there: the server calls every one of them idle.
        until(lambda: all(self.said(kernel)["execution_state"] == "idle" for kernel in kernels.values()), "the server calls all idle", 300)
        for _ in range(3):
            until(lambda: self.all_busy(every), "it has answered in time")
        for left, kernel in zip(reversed(range(every)), kernels.values()):
            self.ask("POST", f"api/kernels/{kernel}/interrupt", {})
            if left == every // 2:  # the others are work as before
                self.seen(lambda one: one["detail"] == f"{left} of {every} kernels busy", f"{left} are left")
        for name, kernel in kernels.items():
            self.assertIn(self.tell("", "ended", self.path(kernel)), ("error", "ok"), name)
        self.seen(lambda one: (one["state"], one["detail"]) == ("quiet", f"{every} kernels idle, 0 terminals"), "all are idle")

    def test_asking_is_no_activity_and_messages_beside_the_main_shell_are_none(self):
        self.server()
        self.look()
        self.age(800)
        kernel = self.kernel()
        self.run_in(kernel, "1 + 1")
        self.tell("", "ended", self.path(kernel))
        ran, real = self.first_quiet(kernel)
        self.assertEqual(ran["jupyter"]["lastActive"], real[:19] + "Z")
        # Where a question counts with the server, it is asked once, and not again until something has run.
        moved = self.said(kernel)["last_activity"]
        for _ in range(3):
            self.age(300)
            self.assertEqual(self.look()["jupyter"]["lastActive"], real[:19] + "Z")
        self.assertEqual(self.said(kernel)["last_activity"], moved)
        self.assertEqual(moved == real, self.UNCOUNTED)
        # A panel that asks for memory moves what the server says, on an idle machine too.
        for _ in range(3):
            before = self.said(kernel)["last_activity"]
            self.control(kernel, *USAGE)
            until(lambda: self.said(kernel)["last_activity"] != before and self.said(kernel)["execution_state"] == "idle", "the server counts it")
            self.age(300)
            ran = self.look()
            self.assertEqual((ran["jupyter"]["state"], ran["jupyter"]["lastActive"]), ("quiet", real[:19] + "Z"))
        before = self.said(kernel)["last_activity"]
        self.run_in(kernel, "2 + 2")
        self.tell("", "ended", self.path(kernel))
        until(lambda: self.said(kernel)["execution_state"] == "idle", "the cell has ended")
        self.age(300)
        self.assertGreaterEqual(self.look()["jupyter"]["lastActive"], before[:19] + "Z")

    def first_quiet(self, kernel):
        """The first look after a cell, and when the server saw it end."""
        before = []

        def steady():
            before[:] = before[-1:] + [self.said(kernel)]
            return len(before) == 2 and before[0] == before[1] and before[0]["execution_state"] == "idle"
        until(steady, "nothing more happens")
        ran = self.look()
        self.assertEqual(ran["jupyter"]["state"], "quiet", ran["jupyter"])
        return ran, before[0]["last_activity"]

    def test_a_kernel_that_no_client_ever_came_to_is_idle_as_soon_as_it_answers(self):
        self.server()
        self.kernel()
        self.seen(lambda one: one["state"] == "quiet" and one["detail"] == "1 kernel idle, 0 terminals", "a kernel that has started")

    def test_a_look_shows_nothing_in_a_notebook(self):
        self.server()
        kernel = self.kernel()
        self.run_in(kernel, "import time; time.sleep(3600)")
        for noise in self.NOISE:
            self.control(kernel, *noise)
        until(lambda: self.said(kernel)["execution_state"] == "idle", "the server calls it idle")
        self.tell("", "heard", self.path(kernel))
        for _ in range(6):
            self.assertEqual(self.look()["jupyter"]["state"], "active")
        self.assertEqual(self.tell("", "heard", self.path(kernel)), [])  # not a word while the cell runs
        self.ask("POST", f"api/kernels/{kernel}/interrupt", {})
        self.tell("", "ended", self.path(kernel))
        looks = []

        def quiet():
            looks.append(self.look()["jupyter"]["state"])
            return looks[-1] == "quiet"
        until(quiet, "an idle kernel", 300)
        # What was asked is answered to who asked: what pages hear is that the kernel was busy for a moment.
        heard = [kind for kind, parent in self.tell("", "heard", self.path(kernel)) if parent == "kernel_info_request"]
        self.assertEqual(set(heard), {"status"})
        # One question while it slept (a slow computer may still be busy with the noise at the next look or two), and not one
        # a look; then one a look, of which a slow computer needs more.
        self.assertIn(len(heard), range(2 * 2, 2 * (3 + len(looks)) + 1))
