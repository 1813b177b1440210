"""Servers that play the services that notices go to, and a world in which an owner is to be told."""

import contextlib
import dataclasses
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.request

# A sweep of the week before, so that there is something to tell of it.
SUNDAY = "2026-11-22T12:00:00Z"
EVENING = "2026-11-23T18:45:00Z"
SECRETS = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]
OBJECT_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
# What somebody may write into a tag: links, mentions and marks of every format, and a character that hides others.
HOSTILE = "[click](https://evil.example) <at>all</at> <!channel> <b>&lt; *x* `y` \u202e"
OWNERS = {"ci-ana": "ana_li@example.org", "ci-bo": HOSTILE, "ci-guid": OBJECT_ID, "ci-nobody": None}
# Ana's too, and nobody can read its schedule.
BROKEN = "ci-broken"


@dataclasses.dataclass
class Heard:
    """One request."""

    path: str
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


class Services(http.server.ThreadingHTTPServer):
    """Takes everything, as all of the services would where they had nothing to complain of."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.heard = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def of(self, path):
        return [heard for heard in self.heard if heard.path.startswith(path)]


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append(Heard(self.path, headers, body))
        mail = self.path.startswith("/emails")
        answer = b'{"id": "00000000-0000-0000-0000-000000000000", "status": "Running"}' if mail else b"ok"
        self.send_response(202 if mail or self.path.startswith("/teams") else 200)
        self.send_header("Content-Type", "application/json" if mail else "text/plain")
        if mail:
            self.send_header("Operation-Location", f"{self.server.url}/emails/operations/0?api-version=2025-09-01")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self):
        answer = b'{"id": "00000000-0000-0000-0000-000000000000", "status": "Succeeded"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def fleet():
    """Instances whose schedule ends in a quarter of an hour, and one whose schedule cannot be read."""
    def instance(name, owner, schedule="Mon-Fri 08:00-19:00 UTC"):
        tags = {"lamp-schedule": schedule, "lamp-notice": "15m"}
        return {
            "name": name, "vmSize": "Standard_DS3_v2", "tags": tags | ({"owner": owner} if owner else {}), "state": "Running",
            "lastOperation": {"operationName": "Start", "operationTime": "2026-11-20T08:00:00Z",
                              "operationStatus": "Succeeded", "operationTrigger": "User"},
        }
    instances = [instance(name, owner) for name, owner in OWNERS.items()]
    instances.append(instance(BROKEN, OWNERS["ci-ana"], "Mon-Fry <b>08:00</b>-19:00"))
    workspaces = [{"name": "w", "location": "westeurope", "instances": instances}]
    return {
        "subscriptions": [{"id": "3f0a6c1e-5b1d-4c53-9d0e-7f3f2f5f0a01", "name": "Data Science",
                           "resourceGroups": [{"name": "rg", "workspaces": workspaces}]}],
        "prices": [{"armSkuName": "Standard_DS3_v2", "region": "westeurope", "linux": "0.36"}],
    }


class Told(unittest.TestCase):
    """One sweep on Monday evening, over every channel; what the services heard is in `services`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="lamplighter-notices-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        (folder / "fleet.json").write_text(json.dumps(fleet()))
        cls.services = Services()
        cls.addClassCleanup(cls.services.server_close)
        cls.addClassCleanup(cls.services.shutdown)
        with simulator(folder) as url:
            settings = cls.settings(url, folder)
            before = {name: value for name, value in settings.items() if not name.startswith("NOTICE_")}
            sweep(before, SUNDAY)
            clock = urllib.request.Request(f"{url}/simulator/clock", json.dumps({"now": EVENING}).encode(),
                                           {"Content-Type": "application/json"})
            with urllib.request.urlopen(clock, timeout=10):
                cls.printed = sweep(settings, EVENING)

    @classmethod
    def settings(cls, url, folder):
        to = cls.services.url
        return {
            "ARM_ENDPOINT": url, "PRICES_ENDPOINT": url, "METRICS_ENDPOINT": url + "/metrics-host/{region}",
            "IDENTITY_ENDPOINT": f"{url}/msi/token", "IDENTITY_HEADER": "any", "LEDGER": str(folder / "ledger"), "ACT_IN": "all",
            "NOTICE_TEAMS_WEBHOOK": f"{to}/teams", "NOTICE_TEAMS_AUTH": "identity", "NOTICE_SLACK_WEBHOOK": f"{to}/slack",
            "NOTICE_WEBHOOK": f"{to}/webhook", "NOTICE_WEBHOOK_SECRET": " ".join(SECRETS), "NOTICE_AZURE_WEBHOOK": f"{to}/azure",
            "NOTICE_EVENTGRID": f"{to}/api/events", "NOTICE_EMAIL": to, "NOTICE_EMAIL_FROM": "notices@example.org",
        }


@contextlib.contextmanager
def simulator(folder):
    """Its URL, as long as it is needed."""
    process = subprocess.Popen(
        [os.environ["LAMPLIGHTER"], "simulator", "--port", "0", "--fleet", folder / "fleet.json", "--start", SUNDAY,
         "--manual-clock"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield json.loads(process.stdout.readline())["listening"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def sweep(settings, at):
    done = subprocess.run([os.environ["LAMPLIGHTER"], "sweep", "--json", "--at", at], env=settings, capture_output=True,
                          text=True, check=False)
    return done.stdout + done.stderr
