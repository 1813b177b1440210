"""What several tests of this folder use."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
INFRA = ROOT / "infra"
# When the simulator of these tests begins; its fleet has instances that are due then.
EVENING = "2026-11-24T21:00:00Z"
PROGRAM = os.environ["LAMPLIGHTER"]
NPM = ROOT / "tests" / ".cache" / "infra" / "npm"

sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(INFRA))


def tracked(*places):
    """The files that git keeps, and those that it would keep."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *places], cwd=ROOT,
                            capture_output=True, text=True, check=True)
    return sorted(ROOT / name for name in set(listed.stdout.splitlines()) if (ROOT / name).is_file())


def template(path="azuredeploy.json"):
    """An ARM template of infra/."""
    return json.loads((INFRA / path).read_text())


def all_resources(within):
    """Every resource that a template makes, and those nested in it, with the template it stands in."""
    listed = within["resources"]
    for resource in listed.values() if isinstance(listed, dict) else listed:
        if resource.get("existing"):
            continue
        yield resource, within
        inner = resource.get("properties")
        if isinstance(inner, dict) and "template" in inner:
            yield from all_resources(inner["template"])


def resources(kind, within=None):
    """The resources of one type, nested ones too."""
    return [one for one, _ in all_resources(within or template()) if one["type"] == kind]


def environment(**more):
    """An environment for Lamplighter with no setting from outside but those given."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "LANG")}
    return kept | {name: str(value) for name, value in more.items()}


def lamplighter(*arguments, **settings):
    """Runs the program to its end."""
    return subprocess.run([PROGRAM, *map(str, arguments)], env=environment(**settings), capture_output=True, text=True,
                          timeout=600, check=False)


def ask(url, method="GET", body=None, headers=None):
    """Status and text of one HTTP call; an error status is an answer too."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=600) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Running(unittest.TestCase):
    """A test case that can start the simulator and the handler; all it started ends with each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lamplighter-infra-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *arguments, **settings):
        """Starts the program, with its standard streams in files."""
        number = len(list(self.folder.glob("*.out")))
        out, err = open(self.folder / f"{number}.out", "w+"), open(self.folder / f"{number}.err", "w+")
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], env=environment(**settings), stdout=out, stderr=err,
                                   text=True)
        self.addCleanup(out.close)
        self.addCleanup(err.close)
        self.addCleanup(self.end, process)
        process.out, process.err = self.folder / f"{number}.out", self.folder / f"{number}.err"
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait(timeout=600)

    def simulator(self, *options):
        """Its URL."""
        process = self.start("simulator", "--port", 0, *options)
        while process.poll() is None:
            first = process.out.read_text()
            if "\n" in first:
                return json.loads(first.splitlines()[0])["listening"]
        self.fail(f"the simulator ended: {process.err.read_text()}")

    def evening(self, *options):
        """The URL of a simulator with this folder's fleet, in the evening, whose minutes take a second: actions
        settle soon, and a sweep that is slow to start is still not two minutes off, which would make its clock a wrong one."""
        return self.simulator("--fleet", HERE / "fleet.json", "--start", EVENING, "--speed", 60, *options)

    @staticmethod
    def now(url):
        """What time it is in a simulator."""
        return json.loads(ask(f"{url}/simulator/clock")[1])["now"]

    def settings(self, url, ledger="ledger"):
        """What points Lamplighter at a simulator."""
        return {
            "ARM_ENDPOINT": url, "PRICES_ENDPOINT": url, "IDENTITY_ENDPOINT": f"{url}/msi/token", "IDENTITY_HEADER": "any",
            "METRICS_ENDPOINT": url + "/metrics-host/{region}", "LEDGER": self.folder / ledger, "ACT_IN": "all",
        }

    def port(self):
        """A port that was free just now, for a handler that takes its port from the environment."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.handler_port = taken.getsockname()[1]
        return self.handler_port

    def ask_handler(self, path, method="GET", body=None, headers=None):
        """Status and text from the handler, as soon as it listens."""
        until = time.monotonic() + 30
        while True:
            try:
                return ask(f"http://127.0.0.1:{self.handler_port}{path}", method, body, headers)
            except urllib.error.URLError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
