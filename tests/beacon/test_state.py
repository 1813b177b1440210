"""What is remembered from look to look, and when it is not."""
import fcntl
import json
import os
import subprocess

from support import COMPUTE, PYTHON, SCRIPT, Place, module, moment


class State(Place):
    def setUp(self):
        super().setUp()
        # A source that fails, and one that can be told what to say.
        self.file("proc/stat", "cpu  0 0 0 0 0 0 0 0\n")

    def ticks(self, busy, idle):
        self.file("proc/stat", f"cpu  {busy} 0 0 {idle} 0 0 0 0\n")

    def test_since_stays_while_there_is_no_gap(self):
        self.ticks(0, 0)
        first = self.look().document
        self.assertEqual(first["since"], first["at"])
        self.ticks(90, 10)
        for _ in range(3):
            self.age(890)  # just below three periods of 300 s
            seen = self.look()
        lasted = (moment(seen.document["at"]) - moment(seen.document["since"])).total_seconds()
        self.assertGreaterEqual(lasted, 3 * 890)

    def after_a_failure(self, change):
        """A look with a failure in it, when that was, `change`, and the look after it."""
        self.file("proc/net/dev", "x\nx\nbroken\n")
        self.assertEqual(self.look()["network"]["state"], "unknown")
        del self.fake["proc/net/dev"]
        self.age(100)
        failed = self.remembered()["since"]
        settings = change() or {}
        ran = self.run_script(**settings)
        self.assertEqual(ran.code, 0, ran.said)
        return failed, ran

    def anew(self, change):
        """The next look must know of nothing before itself."""
        _, ran = self.after_a_failure(change)
        self.assertEqual(ran.document["since"], ran.document["at"])
        self.assertIsNone(ran["network"]["lastActive"])
        self.assertEqual([peak["at"] for peak in ran["cpu"]["peaks"]], [ran.document["at"]])

    def test_without_any_change_it_is_kept(self):
        failed, ran = self.after_a_failure(lambda: None)
        self.assertEqual((ran.document["since"], ran["network"]["lastActive"]), (failed, failed))

    def test_a_gap_begins_anew(self):
        self.anew(lambda: self.age(850))

    def test_a_gap_counts_by_the_shorter_period(self):
        self.anew(lambda: self.age(850) or {"PERIOD": 900})

    def test_a_reboot_begins_anew(self):
        self.anew(lambda: self.file("proc/sys/kernel/random/boot_id", "00000000-1111-2222-3333-444444444444\n"))

    def test_a_clock_set_back_begins_anew(self):
        self.anew(lambda: self.age(-1000))

    def test_another_instance_begins_anew(self):
        def change():
            told = self.remembered()
            told["compute"] = told["compute"].replace("anna", "otto")
            (self.state / "state.json").write_text(json.dumps(told))
        self.anew(change)

    def test_a_broken_state_begins_anew(self):
        def change():
            path = self.state / "state.json"
            path.write_text(path.read_text()[:-40])
        self.anew(change)

    def test_whatever_a_state_file_holds_it_is_carried_on_whole_or_not_at_all(self):
        self.ticks(0, 0)
        self.look()
        script, told = module(), self.remembered()
        config = {"PERIOD": 300, "COMPUTE_ID": COMPUTE}

        def since(state):
            return script.carried(state, config, int(moment(told["at"]).timestamp()) + 100, told["boot"], told["clock"] + 100)["since"]
        began = int(moment(told["since"]).timestamp())
        self.assertEqual(since(told), began)
        cpu = told["sources"]["cpu"]
        broken = [None, [], "x", 3, {}, {**told, "since": None}, {**told, "at": "now"}, {**told, "clock": "late"}, {**told, "everySeconds": None},
                  {**told, "sources": None}, {**told, "sources": {"cpu": 3}}, {**told, "sources": {"cpu": {**cpu, "lastActive": "yesterday"}}},
                  {**told, "sources": {"cpu": {**cpu, "peaks": [{"at": "yesterday", "value": 1}]}}},
                  {**told, "sources": {"cpu": {**cpu, "peaks": [{"at": told["at"], "value": "much"}]}}}]
        broken += [{name: value for name, value in told.items() if name != left} for left in told if left != "hold"]
        for state in broken:
            self.assertEqual(since(state), began + 100, state)

    def test_unknown_sticks_as_the_moment_of_the_failed_look(self):
        self.file("proc/net/dev", "x\nx\nbroken\n")
        failed = self.look()["network"]["lastActive"]
        del self.fake["proc/net/dev"]
        self.age(250)
        seen = self.look()["network"]
        self.assertEqual(seen["state"], "quiet")
        self.assertEqual((moment(failed) - moment(seen["lastActive"])).total_seconds(), 250)

    def test_processes_that_are_hidden_are_unknown_not_quiet(self):
        real = self.lay
        self.lay = lambda: (real(), (self.root / "proc" / "1").unlink())
        seen = self.look()
        for name in ("ssh", "terminal", "tmux", "jupyter", "vscode"):
            self.assertEqual((seen[name]["state"], seen[name]["detail"]), ("unknown", "the processes of others are hidden"))
        self.assertEqual(seen["cpu"]["state"], "quiet")

    def test_a_state_that_cannot_be_kept_claims_nothing_but_now(self):
        self.look()
        self.age(600)
        (self.state / "state.json").rename(self.dir / "kept")
        (self.state / "state.json").mkdir()
        (self.state / "state.json" / "in the way").touch()
        ran = self.run_script()
        self.assertEqual(ran.code, 1)
        self.assertIn("state could not be kept", ran.err)
        self.assertEqual(ran.document["since"], ran.document["at"])
        self.keeps_to_the_form(ran.document)

    def test_what_was_kept_stands_for_one_moment_when_the_new_state_cannot_be(self):
        script = module()
        peaks = [{"at": "2026-11-23T09:00:00Z", "value": 50.0}, {"at": "2026-11-23T10:00:00Z", "value": 2.0}]
        told = script.alone({"at": "2026-11-23T10:00:00Z", "since": "2026-11-23T08:00:00Z", "sources": [
            {"name": "ssh", "state": "quiet", "lastActive": "2026-11-23T09:00:00Z"},
            {"name": "tmux", "state": "active", "lastActive": "2026-11-23T10:00:00Z"},
            {"name": "cpu", "state": "quiet", "lastActive": None, "peaks": peaks}]})
        self.assertEqual(told["since"], "2026-11-23T10:00:00Z")
        self.assertEqual([one["lastActive"] for one in told["sources"]], [None, "2026-11-23T10:00:00Z", None])
        self.assertEqual(told["sources"][2]["peaks"], peaks[1:])

    def test_what_is_remembered_is_for_root_alone(self):
        self.look()
        self.assertEqual((self.state / "state.json").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.state.stat().st_mode & 0o777, 0o700)
        self.assertEqual(sorted(path.name for path in self.state.iterdir()), ["lock", "state.json"])

    def test_two_looks_at_once_do_not_mix(self):
        self.look()
        environment = {**self.env, "LAMPLIGHTER_BEACON_ROOT": str(self.root), "DESTINATION": str(self.out)}
        environment["COMPUTE_ID"] = COMPUTE
        both = [subprocess.Popen([PYTHON, str(SCRIPT), "--state", str(self.state), "--config", self.empty()], env=environment,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
        for one in both:
            out, err = one.communicate(timeout=600)
            self.assertEqual((one.returncode, err), (0, b""), out)
        self.keeps_to_the_form(self.look().document)

    def test_a_second_look_waits_for_the_first_and_not_for_ever(self):
        self.look()
        script, slept = module(), []
        with open(self.state / "lock", "w") as held:
            def sleep(seconds):
                slept.append(seconds)
                if len(slept) == 3:
                    fcntl.flock(held, fcntl.LOCK_UN)
            script.time = type("Clock", (), {"sleep": staticmethod(sleep), "monotonic": staticmethod(lambda: len(slept))})
            fcntl.flock(held, fcntl.LOCK_EX)
            os.close(script.locked(str(self.state)))
            self.assertEqual(len(slept), 3)
            fcntl.flock(held, fcntl.LOCK_EX)
            with self.assertRaisesRegex(script.Refused, "under way for a minute"):
                script.locked(str(self.state))

    def test_a_hanging_source_is_unknown_and_the_program_ends(self):
        os.mkfifo(self.dir / "pipe")
        real = self.lay

        def lay():
            real()
            (self.root / "proc" / "stat").unlink()
            (self.root / "proc" / "stat").symlink_to(self.dir / "pipe")
        self.lay = lay
        seen = self.look()
        self.assertEqual((seen["cpu"]["state"], seen["cpu"]["detail"]), ("unknown", "it took longer than 10 s"))
        self.assertEqual(seen["network"]["state"], "quiet")
