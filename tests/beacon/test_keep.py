"""`lamplighter keep` by an ordinary process, and what the beacon makes of the folder that everybody may write into."""
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

from support import BEACON, COMMAND, COMPUTE, PYTHON, SCRIPT, Place, Stub, module, moment, until

NOON = 1795521600  # 2026-11-24T12:00:00Z
HOUR = 3600
NAME = "%010d-0123456789abcdef"


def utc(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Words(Place):
    def setUp(self):
        super().setUp()
        self.command_module = module(COMMAND)

    def zone(self, name):
        os.environ["TZ"] = name
        time.tzset()
        self.addCleanup(time.tzset)
        self.addCleanup(os.environ.pop, "TZ", None)

    def length(self, *words):
        return self.command_module.end(words, NOON) - NOON

    def test_lengths_are_those_of_tags(self):
        for words, wanted in ((["90m"], 5400), (["2h"], 7200), (["1h30m"], 5400), (["1h", "30m"], 5400), (["2 h"], 7200), (["2H"], 7200), (["for", "2h"], 7200),
                              (["1d"], 86400), (["90s"], 90), (["1m"], 60), (["24h"], 86400), (["PT90M"], 5400), (["P1D"], 86400), (["PT1H30M"], 5400)):
            self.assertEqual(self.length(*words), wanted, words)

    def test_a_time_is_the_next_one_in_the_zone_of_who_asks(self):
        self.zone("Europe/Berlin")  # 13:00 there
        for text, wanted in (("21:00", 8 * HOUR), ("13:01", 60), ("13:00", 24 * HOUR), ("9:30", 20 * HOUR + 1800), ("09.30", 20 * HOUR + 1800), ("00:00", 11 * HOUR)):
            self.assertEqual(self.length("until", text), wanted, text)
        self.zone("Asia/Kolkata")  # 17:30 there
        self.assertEqual(self.length("until", "18:00"), 1800)

    def test_a_night_in_which_the_clocks_change(self):
        self.zone("Europe/Berlin")
        for evening, wanted in ((datetime(2026, 10, 24, 18, 0), 13 * HOUR), (datetime(2026, 3, 28, 19, 0), 11 * HOUR)):  # 20:00 there
            now = int(evening.replace(tzinfo=timezone.utc).timestamp())
            self.assertEqual(self.command_module.end(["until", "08:00"], now) - now, wanted)

    def test_what_is_wrong_is_said_and_asks_for_nothing(self):
        self.takes_requests()
        for words, said in ((["2"], "2m or 2h?"), (["soon"], "not a length of time: soon"), (["until", "25:00"], "not a length"), (["until", "21"], "not a length"),
                            (["2h30"], "not a length"), (["30m2h"], "not a length"), (["0h"], "from 1 minute to 24 hours"), (["59s"], "from 1 minute"),
                            (["25h"], "24 hours at a time"), (["999999d"], "24 hours"), (["h"], "not a length"), (["PT"], "not a length"), (["until", "now"], "not a length"),
                            (["\x1b[2J"], "not a length"), (["forever", "and", "ever" * 100], "not a length"), (["١h"], "not a length"), (["off"], "not a length")):
            text = self.said("keep", *words, code=1)
            self.assertIn(said, text)
            self.assertLess(len(text), 200)
            self.assertNotIn("\x1b", text)
        self.said("keep", code=2)
        self.said("kep", "2h", code=2)
        self.assertEqual(os.listdir(self.keep), [])

    def test_help(self):
        self.assertIn("keep", self.said())
        self.assertIn("90m, 2h, 1h30m or until 21:00", self.said("--help"))
        self.assertIn("90m, 2h, 1h30m or until 21:00", self.said("keep", "--help"))

    def test_an_instance_that_takes_no_requests_says_so(self):
        self.assertIn("takes no requests", self.said("keep", "2h", code=1))
        self.assertIn("has left nothing to show", self.said("status", code=1))

    def test_a_status_that_is_none_is_not_shown(self):
        self.takes_requests()
        for text in ("", "[]", "null", "{}", '{"at": 3, "everySeconds": 300, "notices": []}', '{"at": "x", "everySeconds": 300, "notices": []}',
                     '{"at": "2026-11-24T12:00:00Z", "everySeconds": "x", "notices": []}', '{"at": "2026-11-24T12:00:00Z", "everySeconds": 300, "notices": 3}'):
            (self.shared / "status.json").write_text(text)
            self.assertIn("has left nothing to show", self.said("status", code=1))

    def test_it_runs_as_it_is_installed(self):
        done = subprocess.run([str(COMMAND), "--help"], env={}, stdout=subprocess.PIPE, text=True, check=True)
        self.assertIn("without sudo", COMMAND.read_text())
        self.assertIn("No sudo is needed", done.stdout)


class Keep(Place):
    def setUp(self):
        super().setUp()
        self.takes_requests()

    def asks(self, words, **more):
        """The command as it is used, with a look while it waits; what it said, and that look."""
        one = self.command("keep", *words, **more)
        until(lambda: os.listdir(self.keep), "the request is there")
        ran = self.look()
        out, err = one.communicate(timeout=600)
        self.assertEqual((one.returncode, err), (0, ""), out)
        return out, ran

    def put(self, seconds):
        (self.keep / (NAME % (time.time() + seconds))).touch()

    def test_keep_is_in_the_document_until_its_end_and_names_nobody(self):
        asked = time.time()
        out, ran = self.asks(["2h"], env={"TZ": "UTC"})
        hold = ran.document["hold"]
        self.assertTrue(asked + 2 * HOUR - 1 <= moment(hold["until"]).timestamp() <= time.time() + 2 * HOUR, hold)
        self.assertEqual(hold["at"], ran.document["at"])
        self.assertIn("kept on until " + moment(hold["until"]).strftime("%H:%M"), out.replace(" %s " % moment(hold["until"]).strftime("%a"), " "))
        self.assertIn("2 h from now", out)
        self.assertEqual(os.listdir(self.keep), [])
        self.assertIn("as user %d has asked" % os.getuid(), ran.out)
        self.assertEqual(self.status()["hold"], {**hold, "uid": os.getuid(), "told": True})
        self.assertNotIn(pwd.getpwuid(os.getuid()).pw_name, json.dumps(ran.document["hold"]))
        said = self.said("status")
        self.assertIn("you asked at", said)
        self.assertIn("No stop has been announced", said)
        # The next look says the same, without anybody asking again.
        again = self.look().document
        self.assertEqual(again["hold"], hold)

    def test_what_everybody_may_read_is_readable_whatever_the_mask(self):
        mask = os.umask(0o077)
        self.addCleanup(os.umask, mask)
        self.asks(["2h"])
        self.assertEqual((self.shared / "status.json").stat().st_mode & 0o777, 0o644)
        self.assertEqual(self.keep.stat().st_mode & 0o7777, 0o1733)

    def test_the_longest_request_counts(self):
        _, first = self.asks(["3h"])
        out, second = self.asks(["1h"])
        self.assertIn("already kept on until", out)
        self.assertEqual(second.document["hold"], first.document["hold"])
        _, third = self.asks(["4h"])
        self.assertGreater(third.document["hold"]["until"], first.document["hold"]["until"])
        self.assertEqual(third.document["hold"]["at"], third.document["at"])
        for seconds in (300, 7 * HOUR, 600):
            self.put(seconds)
        self.assertAlmostEqual(moment(self.look().document["hold"]["until"]).timestamp(), time.time() + 7 * HOUR, delta=600)

    def test_it_lasts_over_gaps_reboots_and_a_broken_clock(self):
        _, ran = self.asks(["2h"])
        hold = ran.document["hold"]
        self.age(1500)  # a gap: what was observed begins anew
        seen = self.look().document
        self.assertEqual((seen["since"], seen["hold"]), (seen["at"], hold))
        self.file("proc/sys/kernel/random/boot_id", "00000000-1111-2222-3333-444444444444\n")
        shutil.rmtree(self.shared)  # a reboot takes what is in /run
        seen = self.look().document
        self.assertEqual((seen["since"], seen["hold"]), (seen["at"], hold))
        self.assertEqual(self.status()["hold"]["until"], hold["until"])

    def remember(self, **hold):
        state = self.remembered()
        state["hold"] = {**state["hold"], **hold}
        (self.state / "state.json").write_text(json.dumps(state))
        (self.shared / "status.json").unlink()

    def test_it_ends(self):
        self.asks(["2h"])
        self.remember(until=utc(time.time() - 1))
        self.assertNotIn("hold", self.look().document)
        self.assertIsNone(self.remembered()["hold"])
        self.assertIsNone(self.status()["hold"])
        self.assertIn("Nobody on this instance has asked", self.said("status"))

    def test_a_clock_that_was_wrong_keeps_nothing_on_for_longer_than_a_day(self):
        self.asks(["2h"])
        self.remember(until=utc(time.time() + 90 * 86400), at=utc(time.time() + 89 * 86400))
        seen = self.look().document  # the form says: asked for in the past
        self.assertEqual(moment(seen["hold"]["until"]) - moment(seen["at"]), timedelta(hours=24))

    def test_the_hold_of_another_instance_is_not_this_ones(self):
        self.asks(["2h"])
        shutil.rmtree(self.shared)
        self.assertEqual(self.run_script(COMPUTE_ID=COMPUTE.replace("Anna", "Otto")).code, 0)
        written = json.loads(next(self.out.rglob("otto-1.json")).read_text())
        self.assertNotIn("hold", written)

    def test_a_broken_memory_of_a_hold_is_none(self):
        self.asks(["2h"])
        whole = self.remembered()
        hold = whole["hold"]
        for broken in (3, "x", [], {**hold, "until": None}, {**hold, "until": "soon"}, {**hold, "at": 3}, {**hold, "uid": "anna"}, {"until": hold["until"]}):
            (self.state / "state.json").write_text(json.dumps({**whole, "hold": broken}))
            (self.shared / "status.json").write_text(json.dumps({"hold": broken, "notices": broken}))
            self.assertNotIn("hold", self.look().document, broken)
            self.assertEqual(self.look().document["since"], whole["since"])  # nothing else is lost

    def test_a_full_disk_does_not_end_it(self):
        self.look()
        (self.state / "state.json").unlink()
        (self.state / "state.json").mkdir()
        (self.state / "state.json" / "in the way").touch()
        self.put(2 * HOUR)
        for _ in range(2):
            ran = self.run_script()
            self.assertEqual(ran.code, 1)
            self.assertIn("state could not be kept", ran.err)
            self.assertIn("hold", ran.document)
            self.assertEqual(os.listdir(self.keep), [])

    def test_storage_that_fails_is_said_and_tried_again(self):
        storage = Stub(self, lambda number, handler: (403, {}, ""))
        self.assertIn("Asked to keep this instance on until", self.said("keep", "--no-wait", "2h"))
        self.assertEqual(self.run_script(DESTINATION=storage.url + "/account/beacons?sig=x").code, 1)
        self.assertEqual((os.listdir(self.keep), self.status()["hold"]["told"]), ([], False))
        self.assertIn("does not know yet", self.said("status"))
        self.assertIn("hold", self.look().document)
        self.assertNotIn("does not know yet", self.said("status"))

    def test_show_shows_it_and_takes_nothing(self):
        self.put(2 * HOUR)
        ran = self.run_script("--show", DESTINATION=None)
        self.keeps_to_the_form(json.loads(ran.out))
        self.assertIn("hold", json.loads(ran.out))
        self.assertEqual(len(os.listdir(self.keep)), 1)
        self.assertFalse((self.shared / "status.json").exists())

    def test_whatever_lies_there_keeps_nothing_on_and_is_taken_away(self):
        precious = self.dir / "precious"
        precious.write_text("still here")
        end = NAME % (time.time() + HOUR)
        (self.keep / end).symlink_to(precious)
        os.mkfifo(self.keep / (NAME % (time.time() + HOUR + 1)))
        (self.keep / (NAME % (time.time() + HOUR + 2))).mkdir()
        tree = self.keep / "tree" / ("d" * 200) / "e"
        tree.mkdir(parents=True)
        (tree / "link").symlink_to(self.dir)
        (tree / "file").write_text("x")
        if os.geteuid() == 0:
            tree.chmod(0)
        (self.keep / "out").symlink_to(self.dir)
        (self.keep / "nowhere").symlink_to("/nowhere/at/all")
        with open(self.keep / "huge", "wb") as huge:
            huge.truncate(1 << 40)
        for name in ("until", "9" * 200, "-" + end, end + "x", end[:-1], end.upper().replace("A", "G"), "2026-11-24T12:00:00Z", "\u0661" * 10 + end[10:], "a\nb",
                     NAME % (time.time() - 5), NAME % 0, ".hidden", "; reboot", "%s%n"):
            (self.keep / name).write_text("9999999999")
        open(os.fsencode(self.keep) + b"/\xff\xfe", "wb").close()
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(self.keep / "s"))
            ran = self.look()
        self.assertNotIn("hold", ran.document)
        self.assertEqual(os.listdir(self.keep), [])
        self.assertEqual(precious.read_text(), "still here")
        self.assertEqual(ran.err, "")

    def test_a_request_for_ever_is_one_for_a_day(self):
        (self.keep / NAME.replace("%010d", "9999999999")).touch()
        hold = self.look().document["hold"]
        self.assertLessEqual(moment(hold["until"]) - moment(hold["at"]), timedelta(hours=24))

    def test_many_requests_are_taken_a_thousand_at_a_time(self):
        for number in range(1200):
            (self.keep / str(number)).touch()
        self.put(2 * HOUR)
        self.look()
        self.assertEqual(len(os.listdir(self.keep)), 201)
        self.assertIn("hold", self.look().document)
        self.assertEqual(os.listdir(self.keep), [])

    def test_a_folder_that_is_a_link_is_not_followed(self):
        elsewhere = self.dir / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / (NAME % (time.time() + HOUR))).touch()
        self.keep.rmdir()
        self.keep.symlink_to(elsewhere)
        self.assertNotIn("hold", self.look().document)
        self.assertEqual(len(os.listdir(elsewhere)), 1)

    def test_a_run_that_leaves_requests_is_not_one_of_many_a_second(self):
        script, slept = module(), []
        script.KEEP, script.time = str(self.keep), type("Clock", (), {"sleep": staticmethod(slept.append)})
        script.pause()
        os.environ["INVOCATION_ID"] = "by systemd"
        self.addCleanup(os.environ.pop, "INVOCATION_ID")
        script.pause()
        self.assertEqual(slept, [])
        self.put(HOUR)
        script.pause()
        self.assertEqual(slept, [script.PAUSE])
        script.KEEP = "/nowhere/at/all"
        script.pause()
        self.assertEqual(slept, [script.PAUSE])


# What the folder's mount gives and takes, tried by two users and by root with the service's own rights. ROOT is a tree,
# BEACON and COMMAND are programs that everybody may read. USERS: there are several; MOUNTS: a mount can be made.
MOUNTED = r"""
set -eu
keep=$ROOT/run/lamplighter/keep
as() {
    user=$1
    shift
    if [ -n "$USERS" ]; then setpriv --reuid="$user" --regid="$user" --clear-groups -- "$@"; else "$@"; fi
}
refused() { if "$@" 2>>"$ROOT/said"; then echo "not refused: $*"; exit 1; fi; }
beacon() {
    drop=
    if [ -n "$USERS$MOUNTS" ]; then drop="setpriv --bounding-set=-all,$CAPABILITIES --no-new-privs --"; fi
    $drop "$PYTHON" -I "$BEACON" --config "$ROOT/conf" --state "$ROOT/state"
    [ -z "$(ls -A "$keep")" ]
}
if [ -n "$MOUNTS" ]; then mount -t tmpfs -o "$OPTIONS" tmpfs "$keep"; fi
as 65531 "$COMMAND" keep --no-wait 2h
if [ -n "$USERS" ]; then
    file=$(ls "$keep")
    refused as 65532 ls "$keep"
    refused as 65531 ls "$keep"
    refused as 65532 rm "$keep/$file"
    refused as 65532 mv "$keep/$file" "$keep/mine"
    refused as 65532 sh -c "echo x >'$keep/$file'"
    refused as 65532 mount -t tmpfs tmpfs "$keep"
fi
as 65532 "$COMMAND" keep --no-wait 3h
beacon
as 65532 "$COMMAND" status
if [ -n "$MOUNTS" ]; then
    # Somebody fills it: by what is in a file, by directories that root alone can empty, by sheer number.
    refused as 65532 dd if=/dev/zero of="$keep/zeros" bs=64k count=1
    as 65532 mkdir -p "$keep/d/e"
    as 65532 chmod 0 "$keep/d/e" "$keep/d"
    as 65532 sh -c "cd '$keep' || exit 1; i=0; while [ \$i -lt 300 ]; do true >n\$i || exit 0; i=\$((i+1)); done; exit 1" 2>/dev/null
    refused as 65531 "$COMMAND" keep --no-wait 4h
    grep "could not be left" "$ROOT/said"
    beacon
fi
as 65531 "$COMMAND" keep --no-wait 4h
beacon
as 65531 "$COMMAND" status
echo "came through"
"""


class Mounted(Place):
    """As on an instance: a mount of its own, several users, root without most of its rights."""

    def test_nobody_can_take_away_what_another_has_asked_for_or_fill_anything_else(self):
        def can(*words):
            return subprocess.run(["sh", "-c", '"$@" true', "sh", *words], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        # Root, by sudo if need be; else a namespace, in which there is one user only; else neither.
        ways = ((["unshare", "--mount"], "yes", "yes"), (["sudo", "-n", "unshare", "--mount"], "yes", "yes"),
                (["unshare", "--user", "--map-root-user", "--mount"], "", "yes"), ([], "", ""))
        become, users, mounts = next(way for way in ways if not way[0] or can(*way[0]))
        if not (users and mounts):
            print("without root: what several users may do to one another%s is not tried" % ("" if mounts else ", and the mount,"), file=sys.stderr)
        unit = (BEACON / "run-lamplighter-keep.mount").read_text()
        service = (BEACON / "lamplighter-beacon.service").read_text()
        line = next(line for line in service.splitlines() if line.startswith("CapabilityBoundingSet="))
        rights = ",".join("+" + word[4:].lower() for word in line.partition("=")[2].split())
        self.takes_requests()
        for folder in (self.dir, self.root, self.out):
            folder.chmod(0o755)
        self.lay()
        for program in (SCRIPT, COMMAND):
            shutil.copy(program, self.bin)
        (self.root / "conf").write_text(f"COMPUTE_ID={COMPUTE}\nDESTINATION={self.out}\n")
        options = next(line for line in unit.splitlines() if line.startswith("Options=")).partition("=")[2]
        given = {"ROOT": self.root, "OPTIONS": options, "CAPABILITIES": rights, "BEACON": self.bin / SCRIPT.name, "COMMAND": self.bin / COMMAND.name,
                 "PYTHON": PYTHON, "LAMPLIGHTER_BEACON_ROOT": self.root, "PATH": self.env["PATH"], "USERS": users, "MOUNTS": mounts}
        words = [f"{name}={value}" for name, value in given.items()]
        done = subprocess.run([*become, "env", "-i", *words, "sh", "-c", MOUNTED], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("came through", done.stdout)
        self.assertIn("you asked at", done.stdout)
        document = json.loads(next(self.out.rglob("anna-1.json")).read_text())
        self.assertAlmostEqual(moment(document["hold"]["until"]).timestamp(), time.time() + 4 * HOUR, delta=600)
        self.assertNotIn("6553", json.dumps(document["hold"]))


if __name__ == "__main__":
    import unittest
    unittest.main()
