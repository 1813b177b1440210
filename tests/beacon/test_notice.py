"""A notice of a stop, from where Lamplighter writes it onto the terminals of this instance."""
import contextlib
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
import time
from datetime import datetime, timedelta, timezone

from support import BLOB, COMPUTE, Place, Stub, module, moment, until

TEXT = "Anna-1 is stopped at 19:00 (its schedule).\nTo keep it on, run lamplighter keep 2h on it."


def utc(seconds):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def notice(name="one", text=TEXT, stop=900):
    return {"id": name, "stopAt": None if stop is None else utc(stop), "text": text}


def document(*notices, written=0):
    return json.dumps({"version": 1, "at": utc(written), "notices": list(notices)})


class Screen:
    """A program on a real terminal that no utmp knows, and what that terminal has shown so far."""

    def __init__(self, case, *command, reads=True):
        pid, self.handle = pty.fork()
        if pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execvpe(command[0], command, case.env)
        self.shown, self.marks = b"", 0
        self.device = "/dev/pts/%d" % struct.unpack("I", fcntl.ioctl(self.handle, 0x80045430, b"1234"))  # TIOCGPTN of Linux
        self.reader = threading.Thread(target=self.read, daemon=True)
        if reads:
            self.reader.start()
        case.addCleanup(os.close, self.handle)
        case.addCleanup(lambda: os.waitpid(pid, 0))
        case.addCleanup(case.end)  # before the two above: cleanups run in reverse

    def read(self):
        with contextlib.suppress(OSError):
            while True:
                self.shown += os.read(self.handle, 4096)

    def settled(self):
        """What has been shown up to now: a terminal keeps the order of what is written to it."""
        self.marks += 1
        mark = b"mark %d of %d." % (self.marks, os.getpid())
        other = os.open(self.device, os.O_WRONLY | os.O_NOCTTY)
        try:
            os.write(other, mark)
        finally:
            os.close(other)
        until(lambda: mark in self.shown, "what was written is shown")
        return self.shown


class Notice(Place):
    def setUp(self):
        super().setUp()
        self.takes_requests()
        self.path = self.out / "notice" / BLOB
        self.path.parent.mkdir(parents=True)

    def write(self, *notices, **more):
        self.path.write_text(document(*notices, **more))

    def shell(self):
        one = Screen(self, "sh", "-i")
        until(lambda: b"#" in one.shown or b"$" in one.shown, "a prompt")
        return one

    def test_it_is_shown_once_on_every_terminal_that_somebody_has(self):
        first, second = self.shell(), self.shell()
        self.write(notice())
        self.look()
        for screen in (first, second):
            self.assertIn(b"\r\nAnna-1 is stopped at 19:00 (its schedule).\r", screen.settled())
        third = self.shell()
        self.look()
        for screen in (first, second, third):
            self.assertEqual(screen.settled().count(b"its schedule"), 1)
        # Another one is told of again.
        self.write(notice(), notice("two", "Another text: lamplighter keep 1h"))
        self.look()
        self.look()
        for screen in (first, second, third):
            self.assertEqual((screen.settled().count(b"its schedule"), screen.settled().count(b"Another text")), (1, 1))

    def test_it_is_there_to_read_for_everybody(self):
        self.write(notice())
        self.look()
        said = self.said("status")
        self.assertIn("Anna-1 is stopped at 19:00", said)
        self.assertIn("Nobody on this instance has asked", said)
        self.assertEqual((self.shared / "notice").read_text(), TEXT + "\n")
        for name in ("notice", "status.json"):
            self.assertEqual((self.shared / name).stat().st_mode & 0o777, 0o644)
        self.path.unlink()
        self.look()
        self.assertIn("No stop has been announced", self.said("status"))
        self.assertFalse((self.shared / "notice").exists())

    def test_a_stop_that_somebody_has_put_off_is_announced_no_more(self):
        self.write(notice(), notice("two", "Another one, at night: lamplighter keep 1h", stop=9000))
        self.look()
        self.assertIn("Anna-1 is stopped at 19:00", self.said("status"))
        self.said("keep", "--no-wait", "2h")
        self.look()
        said = self.said("status")
        self.assertNotIn("Anna-1 is stopped at 19:00", said)
        self.assertIn("Another one, at night", said)

    def test_nothing_of_it_leaves_the_instance_or_is_work(self):
        screen = self.shell()
        old = int(time.time()) - 500
        until(lambda: self.look()["terminal"]["detail"] == "1 idle", "an idle terminal")
        os.utime(screen.device, (old, old))
        self.age(800)
        self.write(notice())
        self.look()
        self.assertIn(b"its schedule", screen.settled())
        seen = self.look()
        self.assertEqual((seen["terminal"]["state"], moment(seen["terminal"]["lastActive"]).timestamp()), ("quiet", old))
        self.assertNotIn("schedule", json.dumps(seen.document))

    def test_how_to_keep_it_on_is_said_whatever_the_text(self):
        self.write(notice(text="It stops."))
        self.look()
        self.assertIn("lamplighter keep 2h", self.said("status"))

    def test_what_acts_on_a_terminal_or_hides_is_not_shown(self):
        screen = self.shell()
        before = len(screen.settled())
        self.write(notice(text="a\x1b[2J\x1b]0;title\x07b\x9b31m\u202ec\u200b\x00\x7f\x08d\r\ne\u2028f\u00a0g\tücker 雪" + "x" * 5000))
        self.look()
        shown = screen.settled()[before:].split(b"mark")[0].decode()
        self.assertIn("a[2J]0;titleb31mcd\r", shown)
        self.assertIn("e f g ücker\r", shown)
        self.assertIn("\n雪xxx", shown)
        for one in "\x1b\x07\x9b\u202e\u200b\x00\x7f\x08\u2028\u00a0\t":
            self.assertNotIn(one, shown)
        self.assertLess(len(shown), 1700)

    def test_a_terminal_that_is_stopped_holds_nothing_up_and_is_told_later(self):
        stopped, other = self.shell(), self.shell()
        full = Screen(self, "sh", "-c", "yes", reads=False)  # nobody takes what it shows
        handle = os.open(stopped.device, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, handle)
        termios.tcflow(handle, termios.TCOOFF)

        def is_full():
            with contextlib.suppress(BlockingIOError):
                return os.write(filled, b"x") == 0
            return True
        filled = os.open(full.device, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        self.addCleanup(os.close, filled)
        until(is_full, "a terminal that takes nothing more")
        self.write(notice())
        ran = self.look()
        self.assertEqual(ran.err, "")
        self.assertIn(b"its schedule", other.settled())
        self.assertNotIn(b"its schedule", stopped.shown)
        self.assertEqual(len(self.status()["notices"][0]["shown"]), 1)
        termios.tcflow(handle, termios.TCOON)
        self.look()
        self.assertEqual(stopped.settled().count(b"its schedule"), 1)

    def test_a_descriptor_that_only_looks_like_the_terminal_is_not_written_to(self):
        target = self.dir / "target"
        target.touch()
        screen = Screen(self, "sh", "-c", f"exec 3>&0; exec sleep 1000 <>'{target}' >&0 2>&0")
        until(lambda: any("sleep" in (self.read_comm(pid) or "") for pid in self.ours()), "it runs")
        self.write(notice())
        self.look()
        # The terminal itself is found by its number, and nothing went into the file.
        self.assertEqual(target.read_bytes(), b"")
        self.assertIn(b"its schedule", screen.settled())

    def read_comm(self, pid):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/comm") as file:
                return file.read()

    def test_in_tmux_it_is_told_in_the_pane_and_not_over_it(self):
        tmux = ["tmux", "-S", str(self.dir / "socket"), "-f", "/dev/null"]
        subprocess.run([*tmux, "new-session", "-d", "-x", "100", "-y", "30", "sh"], env=self.env, check=True)
        self.env["TERM"] = "xterm"
        Screen(self, *tmux, "attach")
        until(lambda: subprocess.run([*tmux, "list-clients"], env=self.env, stdout=subprocess.PIPE, check=True).stdout, "a client")
        self.write(notice())
        self.look()

        def pane():
            return subprocess.run([*tmux, "capture-pane", "-p"], env=self.env, stdout=subprocess.PIPE, text=True, check=True).stdout
        until(lambda: "its schedule" in pane(), "the pane shows it")
        self.assertEqual(len(self.status()["notices"][0]["shown"]), 1)

    def test_what_is_over_is_not_told(self):
        screen = self.shell()
        self.write(notice("past", "past: lamplighter keep 2h", -5), notice("old", "old: lamplighter keep 2h", None), written=-25 * 3600)
        self.look()
        self.assertEqual(self.status()["notices"], [])
        self.write(notice("waits", "waits: lamplighter keep 2h", None), written=-3600)
        self.look()
        shown = screen.settled()
        self.assertEqual((b"past" in shown, b"old" in shown, b"waits" in shown), (False, False, True))
        # What was known is over by itself, also where the document cannot be had any more.
        status = self.status()
        status["notices"][0]["until"] = utc(-1)
        (self.shared / "status.json").write_text(json.dumps(status))
        self.path.write_text("{")
        self.assertIn("No stop has been announced", self.said("status"))
        self.look()
        self.assertEqual(self.status()["notices"], [])

    def test_what_cannot_be_read_is_said_and_spoils_nothing(self):
        self.write(notice())
        self.look()
        good = json.loads(document(notice()))
        one = good["notices"][0]
        for broken in ("", "[]", "null", "{}", "{" * 10000, json.dumps({**good, "version": 2}), json.dumps({**good, "at": "soon"}), json.dumps({**good, "notices": {}}),
                       json.dumps({**good, "notices": None}), json.dumps({**good, "notices": [3]}), json.dumps({**good, "notices": [{**one, "text": 3}]}),
                       json.dumps({**good, "notices": [{**one, "text": "\x1b\x07"}]}), json.dumps({**good, "notices": [{**one, "stopAt": "soon"}]}),
                       json.dumps({**good, "notices": [{**one, "id": ""}]}), json.dumps({**good, "notices": [{**one, "id": "x" * 201}]}), "\ud800", " " * 70000 + json.dumps(good)):
            self.path.write_bytes(broken.encode("utf-8", "surrogatepass"))
            ran = self.look()
            self.assertIn("the notice could not be read", ran.out, broken[:100])
            self.assertEqual(ran.err, "")
            self.assertEqual(self.status()["notices"][0]["text"], TEXT)
        self.path.unlink()
        self.path.mkdir()
        self.assertIn("the notice could not be read: Is a directory", self.look().out)

    def test_a_notice_that_hangs_holds_up_no_look(self):
        os.mkfifo(self.path)
        self.look()
        self.assertIn("No stop has been announced", self.said("status"))

    def test_what_cannot_be_remembered_is_not_shown(self):
        screen = self.shell()
        self.write(notice())
        (self.shared / "status.json").mkdir(parents=True)
        (self.shared / "status.json" / "in the way").touch()
        ran = self.look()
        self.assertIn("nothing could be left for lamplighter status", ran.err)
        self.assertNotIn(b"its schedule", screen.settled())

    def test_without_an_installation_the_folder_is_made(self):
        self.keep.rmdir()
        self.shared.rmdir()
        self.write(notice())
        self.look()
        self.assertEqual(self.shared.stat().st_mode & 0o777, 0o755)
        self.assertIn("its schedule", self.said("status"))


class FromStorage(Place):
    """The question that each look asks."""

    def storage(self, status, text="", **headers):
        self.stub = Stub(self, lambda number, handler: (201, {}, "") if handler.command == "PUT" else (status, headers, text))
        return self.stub.url + "/account/beacons?sv=1&sig=nobody-sees"

    def test_no_notice_is_the_usual_case_and_one_small_question(self):
        ran = self.look_at(self.storage(404))
        self.assertNotIn("notice", ran.said)
        self.assertEqual([(one["method"], one["path"].partition("?")[0]) for one in self.stub.asked],
                         [("PUT", "/account/beacons/" + BLOB), ("GET", "/account/beacons/notice/" + BLOB)])

    def look_at(self, url, **more):
        ran = self.run_script(DESTINATION=url, **more)
        self.assertEqual(ran.code, 0, ran.said)
        self.assertNotIn("nobody-sees", ran.said)
        return ran

    def test_a_notice(self):
        self.look_at(self.storage(200, document(notice())))
        self.assertEqual(self.status()["notices"][0]["text"], TEXT)
        # What cannot be had leaves what is known.
        for status, headers, said in ((403, {"x-ms-error-code": "AuthorizationPermissionMismatch"}, "answered 403 (AuthorizationPermissionMismatch)"),
                                      (500, {}, "answered 500"), (302, {"Location": "http://127.0.0.1:1/"}, "answered 302"), (200, {}, "not a notice")):
            ran = self.look_at(self.storage(status, "nonsense", **headers))
            self.assertIn("the notice could not be read", ran.out)
            self.assertIn(said, ran.out)
            self.assertEqual(len(self.stub.asked), 2)
            self.assertEqual(self.status()["notices"][0]["text"], TEXT)
        self.look_at(self.storage(404))
        self.assertEqual(self.status()["notices"], [])

    def test_the_token_is_asked_for_once_a_run(self):
        identity = Stub(self, lambda number, handler: (200, {}, json.dumps({"access_token": "h.e30.nobody-sees"})))
        url = self.storage(200, document(notice())).partition("?")[0]
        self.look_at(url, MSI_ENDPOINT=identity.url + "/id", MSI_SECRET="x")
        self.assertEqual(len(identity.asked), 1)
        self.assertEqual([one["headers"]["Authorization"] for one in self.stub.asked], ["Bearer h.e30.nobody-sees"] * 2)

    def test_storage_that_never_answers_holds_up_no_look(self):
        over = threading.Event()
        self.addCleanup(over.set)

        def answer(number, handler):
            if handler.command == "GET":
                over.wait()
            return 201, {}, ""
        stub = Stub(self, answer)
        ran = self.run_script(DESTINATION=stub.url + "/account/beacons?sig=x")
        self.assertEqual((ran.code, len(stub.asked)), (0, 2), ran.said)



if __name__ == "__main__":
    import unittest
    unittest.main()
