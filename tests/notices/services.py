"""A world in which owners are to be told, and one sweep that tells them over every channel; the services are fakes.py's."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

from fakes import Services

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
        cls.addClassCleanup(cls.services.close)
        with simulator(folder, SUNDAY) as url:
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
def simulator(folder, start=EVENING):
    """Its URL, as long as it is needed."""
    process = subprocess.Popen(
        [os.environ["LAMPLIGHTER"], "simulator", "--port", "0", "--fleet", folder / "fleet.json", "--start", start,
         "--manual-clock"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield json.loads(process.stdout.readline())["listening"]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def sweep(settings, at=EVENING):
    done = subprocess.run([os.environ["LAMPLIGHTER"], "sweep", "--json", "--at", at], env=settings, capture_output=True,
                          text=True, check=False)
    return done.stdout + done.stderr
