"""A real Jupyter server, asked as the script asks it."""
import json
import os
import signal
from datetime import datetime, timezone

from jupyter import NEWEST, JupyterPlace
from support import module, moment, until

BIN = NEWEST / "bin"


class Jupyter(JupyterPlace):
    def test_kernels_are_work_while_they_are_busy(self):
        self.assertEqual(self.look()["jupyter"], {"name": "jupyter", "state": "absent", "lastActive": None, "detail": ""})
        server = self.server()
        seen = self.seen()
        self.assertEqual((seen["jupyter"]["state"], seen["jupyter"]["detail"]), ("quiet", "0 kernels idle, 0 terminals"))
        self.age(800)
        kernel = self.kernel()
        # It starts, or has started already.
        self.assertIn(self.seen()["jupyter"]["detail"], ("1 of 1 kernel busy", "1 kernel idle, 0 terminals"))
        self.run_in(kernel, "1 + 1")
        seen = self.seen(lambda one: one["state"] == "quiet", "an idle kernel")
        self.assertEqual(seen["jupyter"]["detail"], "1 kernel idle, 0 terminals")
        seen, said = self.settled(kernel)
        self.assertEqual(seen["jupyter"]["lastActive"], said[:19] + "Z")
        # Busy: a notebook's cell that waits for a pipe nobody writes to, and says so by a file.
        os.mkfifo(self.dir / "pipe")
        began = self.dir / "began"
        self.run_in(kernel, f"open({str(began)!r}, 'w').close(); open({str(self.dir / 'pipe')!r}).read()")
        until(began.exists, "the cell runs", 300)
        seen = self.seen(lambda one: one["state"] == "active", "a busy kernel")
        self.assertEqual(seen["jupyter"]["detail"], "1 of 1 kernel busy")
        self.age(800)
        interrupted = datetime.now(timezone.utc).replace(microsecond=0)
        self.ask("POST", f"api/kernels/{kernel}/interrupt", {})
        seen = self.seen(lambda one: one["state"] == "quiet", "an idle kernel")
        self.assertGreaterEqual(moment(seen["jupyter"]["lastActive"]), interrupted)
        # A terminal of the server counts too: its own activity, and as a terminal of this instance.
        self.ask("POST", "api/terminals", {})
        seen = self.seen(lambda one: "1 terminal" in one["detail"], "a terminal")
        until(lambda: self.look()["terminal"]["detail"] == "1 idle", "its shell's prompt", 300)
        self.assertNotIn(self.TOKEN, seen.said + json.dumps(seen.document) + json.dumps(self.remembered()))
        server.send_signal(signal.SIGKILL)
        server.wait()
        seen = self.seen(lambda one: one["state"] == "absent", "no server")
        self.assertIsNotNone(seen["jupyter"]["lastActive"])

    def test_a_server_that_cannot_be_asked_is_unknown(self):
        server = self.server()
        self.assertEqual(self.look()["jupyter"]["state"], "quiet")
        written = self.file.read_text()
        self.file.write_text(json.dumps({**self.told, "token": "wrong"}))
        seen = self.look()
        self.assertEqual((seen["jupyter"]["state"], seen["jupyter"]["detail"]), ("unknown", "a server answered 403"))
        # A file that points elsewhere: the token is sent to no other port.
        self.file.write_text(json.dumps({**self.told, "port": 1}))
        self.assertEqual(self.look()["jupyter"]["detail"], "a server listens nowhere")
        # A pipe in the place of the file must not hold the look.
        self.file.unlink()
        os.mkfifo(self.file)
        self.assertEqual(self.look()["jupyter"]["state"], "unknown")
        self.file.unlink()
        self.file.write_text(written)
        self.assertEqual(self.look()["jupyter"]["state"], "quiet")
        server.send_signal(signal.SIGSTOP)
        seen = self.look()
        self.assertEqual((seen["jupyter"]["state"], seen["jupyter"]["detail"]), ("unknown", "a server could not be asked"))
        self.assertEqual(seen["cpu"]["state"], "quiet")  # and no other source is the worse for it

    def test_one_without_a_file_and_without_a_token_is_asked_where_it_listens(self):
        self.TOKEN = ""
        self.server("/")
        self.file.unlink()
        self.assertEqual(self.look()["jupyter"]["detail"], "0 kernels idle, 0 terminals")

    def test_one_by_another_name_is_known_by_its_file_and_being_asked_is_no_activity_to_it(self):
        (self.dir / "launch.py").write_text("from jupyter_server.serverapp import main\nmain()\n")
        self.server(program=(BIN / "python", self.dir / "launch.py"))
        before = self.ask("GET", "api/status?no_track_activity=1")["last_activity"]
        self.assertEqual(self.look()["jupyter"]["detail"], "0 kernels idle, 0 terminals")
        self.assertEqual(self.ask("GET", "api/status?no_track_activity=1")["last_activity"], before)

    def test_one_on_a_unix_socket(self):
        path = self.dir / "jupyter.sock"
        one = self.start(BIN / "jupyter-server", "--no-browser", f"--ServerApp.sock={path}", f"--IdentityProvider.token={self.TOKEN}",
                         "--allow-root", f"--ServerApp.root_dir={self.home}")
        until(lambda: (self.runtime / f"jpserver-{one.pid}.json").exists(), "the server's file", 300)
        self.assertEqual(self.look_until("jupyter", "quiet")["jupyter"]["detail"], "0 kernels idle, 0 terminals")

    def test_every_state_but_idle_and_dead_is_work_and_starting_only_for_a_while(self):
        script, now = module(), 1_000_000_000
        for state, age, wanted in (("idle", 0, False), ("dead", 0, False), ("busy", 9999, True), ("restarting", 9999, True), ("new word", 0, True),
                                   (None, 0, True), ("starting", 599, True), ("starting", 601, False)):
            kernel = {"execution_state": state, "last_activity": script.iso(now - age).replace("Z", ".123456Z")}
            self.assertEqual(script.at_work(kernel, now), wanted, (state, age))
        self.assertTrue(script.at_work({"execution_state": "starting"}, now))
        self.assertTrue(script.at_work({"execution_state": "starting", "last_activity": "soon"}, now))
