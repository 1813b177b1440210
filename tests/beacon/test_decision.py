"""The whole way: real processes, the script, Azurite, and the decision that Lamplighter makes of it."""
import json
import os
import subprocess
import urllib.request
from datetime import datetime, timedelta, timezone

from support import BLOB, COMPUTE, SUBSCRIPTION, Emulated, moment, sas, until

PROGRAM = os.environ["LAMPLIGHTER"]


class Decision(Emulated):
    def simulator(self, *arguments, **tags):
        """An Azure with this one instance, on for two days; without other tags, idle after an hour."""
        started = (datetime.now(timezone.utc) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        instance = {
            "name": "Anna-1", "vmSize": "Standard_DS3_v2", "state": "Running", "tags": tags or {"lamp-idle": "60m"},
            "lastOperation": {"operationName": "Start", "operationTime": started, "operationStatus": "Succeeded", "operationTrigger": "User"},
        }
        workspace = {"name": "Team", "location": "westeurope", "instances": [instance]}
        fleet = self.dir / "fleet.json"
        fleet.write_text(json.dumps({"subscriptions": [{"id": SUBSCRIPTION, "name": "S", "resourceGroups": [
            {"name": "RG-One", "workspaces": [workspace]}]}]}))
        with open(self.dir / "simulator", "wb") as said:
            self.start(PROGRAM, "simulator", "--fleet", fleet, *arguments, stdout=said)
        line = until(lambda: (self.dir / "simulator").read_text().strip(), "the simulator listens")
        return json.loads(line)["listening"]

    def decision(self, url, container):
        return self.sweep(url, container, "--dry-run")

    def sweep(self, url, container, *arguments):
        """What is decided of the one instance."""
        environment = {
            "ARM_ENDPOINT": url, "PRICES_ENDPOINT": url, "METRICS_ENDPOINT": url, "IDENTITY_ENDPOINT": url + "/msi/token",
            "IDENTITY_HEADER": "simulator", "LEDGER": str(self.dir / "ledger"), "ACT_IN": "all", "BEACONS": f"{container}?{sas('rlcw')}",
        }
        done = subprocess.run([PROGRAM, "sweep", "--json", *arguments], env=environment, stdout=subprocess.PIPE, text=True, timeout=600)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertNotIn("sig=", done.stdout)
        return next(line for line in lines if line["event"] == "decision")

    def test_a_tmux_session_keeps_the_instance_on_and_an_hour_after_it_nothing_does(self):
        container, url = self.container(), self.simulator()
        busy, idle = 0, 1000

        def look():
            # The computer that the tests run on is busy; the one they imagine is not.
            nonlocal idle
            idle += 1000
            self.file("proc/stat", f"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\n")
            ran = self.run_script(DESTINATION=f"{container}?{sas('cw')}")
            self.assertEqual(ran.code, 0, ran.said)

        def tmux(*words):
            subprocess.run(["tmux", "-S", str(self.dir / "socket"), "-f", "/dev/null", *words], env=self.env, check=True)

        tmux("new-session", "-d", "-s", "training", "sleep 1000")

        def kept():
            look()
            found = self.decision(url, container)
            return found if found["reason"] == "at-work" else None
        found = until(kept, "the session is seen")
        self.assertIn("tmux (1 pane runs sleep)", found["evidence"])
        self.assertEqual(found["action"], "leave")
        tmux("kill-server")
        # Five times a quarter of an hour, as if it had been that much earlier.
        for _ in range(5):
            look()
            self.age(840)
        look()
        found = self.decision(url, container)
        self.assertEqual((found["action"], found["reason"]), ("stop", "idle"), found)
        self.assertIn("beacon: no session, kernel or load from", found["evidence"])
        self.assertIn("jobs: none", found["evidence"])

    def test_a_document_under_the_name_of_another_instance_is_refused(self):
        container, url = self.container(), self.simulator()
        other = COMPUTE.replace("Anna-1", "Berta-1")
        ran = self.run_script(DESTINATION=str(self.out), COMPUTE_ID=other)
        self.assertEqual(ran.code, 0, ran.said)
        text = next(self.out.rglob("berta-1.json")).read_bytes()
        name = f"{SUBSCRIPTION.lower()}/rg-one/team/anna-1.json"
        self.put(f"{container}/{name}?{sas('cw')}", text)
        found = self.decision(url, container)
        self.assertEqual((found["action"], found["reason"]), ("leave", "evidence-unknown"), found)
        self.assertIn("names another compute, and is refused", found["evidence"])

    def own_clock(self, began, **tags):
        """An Azure whose clock stands still, but for `later`."""
        return self.simulator("--manual-clock", "--start", stamp(began), **tags)

    def later(self, url, container, moment):
        """What a sweep that may act decides at another moment, Azure's clock showing the same."""
        body = json.dumps({"now": stamp(moment)}).encode()
        request = urllib.request.Request(f"{url}/simulator/clock", data=body, headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=600).close()
        return self.sweep(url, container, "--at", stamp(moment))

    def power(self, url):
        request = urllib.request.Request(f"{url}/msi/token?api-version=2019-08-01&resource=https://management.azure.com/",
                                         headers={"X-IDENTITY-HEADER": "simulator"})
        with urllib.request.urlopen(request, timeout=600) as answer:
            token = json.load(answer)["access_token"]
        request = urllib.request.Request(f"{url}{COMPUTE}?api-version=2025-09-01", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)["properties"]["properties"]["state"]

    def look_there(self, container):
        """A look of the beacon, into the container; its document as it lies there."""
        ran = self.run_script(DESTINATION=f"{container}?{sas('cwr')}")
        self.assertEqual(ran.code, 0, ran.said)
        return json.loads(self.call("GET", f"{container}/{BLOB}?{sas('r')}"))

    def keep_for_two_hours(self, container):
        """People's command as an ordinary process, which waits for the look that it has systemd begin; the hold in the document."""
        asked = self.command("keep", "2h")
        until(lambda: os.listdir(self.keep), "the request is there")
        document = self.look_there(container)
        said, trouble = asked.communicate(timeout=600)
        self.assertEqual((asked.returncode, trouble), (0, ""), said)
        self.assertIn("This instance is kept on until", said)
        return document["hold"]

    def test_keep_on_the_instance_is_what_the_next_sweep_decides_and_ends_by_itself(self):
        self.takes_requests()
        began = datetime.now(timezone.utc)
        container, url = self.container(), self.own_clock(began, **{"lamp-schedule": "never"})
        self.assertNotIn("hold", self.look_there(container))
        found = self.sweep(url, container, "--dry-run", "--at", stamp(began))
        self.assertEqual(found["action"], "stop", found)
        ends = moment(self.keep_for_two_hours(container)["until"])
        # The next sweep; and one just before the end, when the document has long been an old one.
        for minutes in (-119, -1):
            found = self.later(url, container, ends + timedelta(minutes=minutes))
            self.assertEqual((found["action"], found["reason"]), ("leave", "hold-on"), found)
            self.assertEqual(self.power(url), "Running")
        found = self.later(url, container, ends + timedelta(minutes=1))
        self.assertEqual(found["action"], "stop", found)
        self.assertNotEqual(self.power(url), "Running")

    def test_a_notice_reaches_the_instance_and_keep_calls_the_stop_off(self):
        self.takes_requests()
        now = datetime.now(timezone.utc)
        tags = {"lamp-hold": "on until " + stamp(now + timedelta(minutes=20)), "lamp-schedule": "never", "lamp-notice": "30m", "owner": "anna"}
        container, url = self.container(), self.own_clock(now, **tags)
        self.look_there(container)
        self.later(url, container, now + timedelta(minutes=1))
        self.look_there(container)
        said = self.said("status")
        self.assertIn("Anna-1", said)
        self.assertIn("lamplighter keep 2h", said)
        self.keep_for_two_hours(container)
        found = self.later(url, container, now + timedelta(minutes=60))
        self.assertEqual((found["action"], found["reason"]), ("leave", "hold-on"), found)
        self.assertEqual(self.power(url), "Running")


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
