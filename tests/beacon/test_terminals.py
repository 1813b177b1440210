"""tmux, screen, terminals and ssh, all of them real."""
import contextlib
import itertools
import os
import pty
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from jupyter import NEWEST
from support import Place, moment, until


class Tmux(Place):
    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", str(self.dir / "socket"), "-f", "/dev/null", *words], env=self.env, check=True,
                              stdout=subprocess.PIPE, text=True).stdout

    def test_a_pane_that_runs_something_is_work_and_a_prompt_is_not(self):
        self.assertEqual(self.look()["tmux"], {"name": "tmux", "state": "absent", "lastActive": None, "detail": ""})
        self.tmux("new-session", "-d", "-s", "secret-session", "sh")
        self.tmux("new-window", "-d", "sh")
        seen = self.look_until("tmux", "quiet")
        self.assertEqual(seen["tmux"]["detail"], "2 idle")
        self.assertEqual(seen["terminal"]["state"], "quiet")  # panes are tmux's, not terminals of their own
        self.tmux("send-keys", "-t", "secret-session:0", "sleep 1000", "Enter")
        seen = self.look_until("tmux", "active")
        self.assertEqual(seen["tmux"]["detail"], "1 pane runs sleep")
        self.assertNotIn("secret-session", str(seen.document))
        self.age(600)
        self.tmux("send-keys", "-t", "secret-session:0", "C-c")
        seen = self.look_until("tmux", "quiet")
        worked = moment(seen["tmux"]["lastActive"])
        self.assertLess((moment(seen.document["at"]) - worked).total_seconds(), 60)  # keys were typed just now
        self.tmux("kill-server")
        seen = self.look_until("tmux", "absent")
        self.assertGreaterEqual(moment(seen["tmux"]["lastActive"]), worked)  # what ended is not forgotten

    def test_work_in_the_background_and_in_a_script_is_work(self):
        (self.dir / "job").write_text("read line\n")
        self.tmux("new-session", "-d", "-c", str(self.dir), "sh")
        self.tmux("send-keys", "sh job", "Enter")
        self.assertEqual(self.look_until("tmux", "active")["tmux"]["detail"], "1 pane runs sh")
        self.tmux("send-keys", "Enter")
        self.look_until("tmux", "quiet")
        self.tmux("send-keys", "sleep 1000 &", "Enter")
        self.assertEqual(self.look_until("tmux", "active")["tmux"]["detail"], "1 pane runs sleep")

    def test_a_session_that_cannot_be_asked_is_still_seen(self):
        self.tmux("new-session", "-d", "sleep 1000")
        self.program("tmux", "#!/bin/sh\nexit 1\n")
        self.assertEqual(self.look_until("tmux", "active")["tmux"]["detail"], "1 pane runs sleep")

    def test_screen(self):
        folder = self.dir / "screens"
        folder.mkdir(mode=0o700)
        self.env.update(SCREENDIR=str(folder), SHELL="/bin/sh")
        self.start("screen", "-c", "/dev/null", "-D", "-m", "-S", "one", "sh")
        seen = self.look_until("tmux", "quiet")
        self.assertEqual(until(lambda: self.look()["tmux"]["detail"], "a window"), "1 idle")
        self.start("screen", "-S", "one", "-X", "stuff", "sleep 1000\n")
        self.assertEqual(self.look_until("tmux", "active")["tmux"]["detail"], "1 pane runs sleep")
        self.assertEqual(seen["terminal"]["state"], "quiet")


def drained(handle):
    """Reads what a terminal shows, to its end: a program whose words nobody takes waits in the middle of them."""
    with contextlib.suppress(OSError):
        while os.read(handle, 4096):
            pass


class Terminal(Place):
    def terminal(self, *command):
        """A program on a new terminal; what types into it."""
        pid, handle = pty.fork()
        if pid == 0:
            # Whoever runs the tests in the background of a shell has it ignored, and so would all that is run here.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execvpe(command[0], command, self.env)
        self.device = until(lambda: next((link for link in [os.readlink(f"/proc/{pid}/fd/0")] if "pts" in link), None), "its terminal")
        threading.Thread(target=drained, args=[handle], daemon=True).start()
        self.addCleanup(os.close, handle)
        self.addCleanup(lambda: os.waitpid(pid, 0))
        self.addCleanup(self.end)  # before the two above: cleanups run in reverse
        return handle

    def test_a_terminal_works_while_its_foreground_is_no_shell(self):
        keys = self.terminal("sh", "-i")
        seen = self.look_until("terminal", "quiet")
        until(lambda: self.look()["terminal"]["detail"] == "1 idle", "an idle terminal")
        os.write(keys, b"sleep 1000\n")
        self.assertEqual(self.look_until("terminal", "active")["terminal"]["detail"], "1 terminal runs sleep")
        os.write(keys, b"\x03")
        seen = self.look_until("terminal", "quiet")
        self.assertEqual(seen["tmux"]["state"], "absent")
        self.assertIsNotNone(seen["terminal"]["lastActive"])

    def test_a_key_typed_is_activity_and_silence_is_none(self):
        keys = self.terminal("sh", "-i")
        until(lambda: self.look()["terminal"]["detail"] == "1 idle", "an idle terminal")
        old = int(time.time()) - 700
        os.utime(self.device, (old, old))
        self.age(800)
        seen = self.look()
        self.assertEqual(moment(seen["terminal"]["lastActive"]).timestamp(), old)
        os.write(keys, b"\n")
        # The kernel keeps this time to eight seconds.
        until(lambda: moment(self.look()["terminal"]["lastActive"]).timestamp() >= time.time() - 60, "the key is seen")

    def test_input_from_before_the_watch_is_not_claimed(self):
        self.terminal("sh", "-i")
        until(lambda: self.look()["terminal"]["detail"] == "1 idle", "an idle terminal")
        os.utime(self.device, (1, 1))
        shutil.rmtree(self.state)
        self.assertIsNone(self.look()["terminal"]["lastActive"])

    def test_a_stopped_job_is_no_work(self):
        keys = self.terminal("bash", "--norc", "-i")
        os.write(keys, b"sleep 1000\n")
        self.look_until("terminal", "active")
        os.write(keys, b"\x1a")
        self.look_until("terminal", "quiet")

    def test_xonsh_at_its_prompt_is_idle_however_it_was_started(self):
        for words in ([NEWEST / "bin" / "xonsh"], [NEWEST / "bin" / "python", "-X", "utf8", "-m", "xonsh"]):
            keys = self.terminal(*map(str, words), "--no-rc", "--shell-type", "readline")
            until(lambda: self.look()["terminal"]["detail"] == "1 idle", "xonsh at its prompt")

            def works():
                os.write(keys, b"sleep 1000\n")  # typed before its prompt, it is lost
                return self.look()["terminal"]["detail"] == "1 terminal runs sleep"
            until(works, "what it runs is work")

            def stops():
                os.write(keys, b"\x03")
                return self.look()["terminal"]["detail"] == "1 idle"
            until(stops, "its prompt again")

            # Like any line, `exit` is lost where it comes before the prompt; and a line that `works` typed too often
            # may still be run after the first interrupt.
            def ends(words=itertools.cycle([b"exit\n", b"\x03"])):
                with contextlib.suppress(OSError):  # a terminal that nobody holds any more
                    os.write(keys, next(words))
                return self.look()["terminal"]["detail"] == ""
            until(ends, "xonsh has ended")
        (self.dir / "work.xsh").write_text("import time; time.sleep(1000)\n")
        self.terminal(str(NEWEST / "bin" / "xonsh"), "--no-rc", str(self.dir / "work.xsh"))
        self.look_until("terminal", "active")

    def test_a_login_prompt_is_nobody(self):
        name = self.bin / "agetty"
        shutil.copy("/bin/sleep", name)
        self.terminal(str(name), "1000")
        until(lambda: any("agetty" in Path(f"/proc/{pid}/comm").read_text() for pid in self.ours()), "agetty runs")
        self.assertEqual(self.look()["terminal"]["detail"], "")


class Ssh(Place):
    def server(self):
        key = self.dir / "host"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.dir / "mine")], check=True)
        shutil.copy(self.dir / "mine.pub", self.dir / "allowed")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        settings = {"ListenAddress": f"127.0.0.1:{self.port}", "HostKey": key, "AuthorizedKeysFile": self.dir / "allowed", "UsePAM": "no",
                    "StrictModes": "no", "PidFile": "none", "PermitRootLogin": "yes", "PasswordAuthentication": "no"}
        (self.dir / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        self.start(shutil.which("sshd", path=self.env["PATH"]), "-D", "-f", self.dir / "sshd_config")
        until(self.answers, "sshd listens")

    def answers(self):
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def client(self, *more, command=()):
        return self.start("ssh", "-F", "none", "-i", self.dir / "mine", "-p", self.port, "-o", "StrictHostKeyChecking=no",
                          "-o", f"UserKnownHostsFile={self.dir}/known", *more, "127.0.0.1", *command, stdin=subprocess.PIPE)

    def test_a_session_is_work_from_login_to_logout(self):
        self.assertEqual(self.look()["ssh"]["state"], "absent")
        self.server()
        self.assertEqual(self.look_until("ssh", "quiet")["ssh"]["lastActive"], None)
        one = self.client(command=["sleep", "1000"])
        self.assertEqual(self.look_until("ssh", "active")["ssh"]["detail"], "1 session")
        # Only a server run by root can give a terminal.
        two = self.client("-tt" if os.geteuid() == 0 else "-T")
        seen = until(lambda: (lambda ran: ran if ran["ssh"]["detail"] == "2 sessions" else None)(self.look()), "two sessions")
        self.assertEqual(seen["terminal"]["detail"], "")  # a terminal of ssh is ssh's
        for client in (one, two):
            client.kill()
            client.wait()
        seen = self.look_until("ssh", "quiet")
        self.assertIsNotNone(seen["ssh"]["lastActive"])

    def test_forwarding_alone_is_a_session_and_knocking_is_not(self):
        self.server()
        with socket.create_connection(("127.0.0.1", self.port)) as knock:
            knock.recv(64)
            self.assertEqual(self.look()["ssh"]["state"], "quiet")
        self.client("-N")
        self.assertEqual(self.look_until("ssh", "active")["ssh"]["detail"], "1 session")
