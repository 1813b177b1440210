"""What the beacon's tests share: a place of their own, real processes in it, and looks at nothing but those.

The script reads /proc. A test gives it a tree whose `proc` holds links to the real entries of the test's own
processes, so that whatever else runs on this computer changes nothing, while all that is read is real.
"""
import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEACON = HERE.parent.parent / "infra" / "beacon"
SCRIPT = BEACON / "lamplighter-beacon"
COMMAND = BEACON / "lamplighter"
PYTHON = os.environ.get("BEACON_PYTHON", sys.executable)
SUBSCRIPTION = "0a1b2c3d-0000-4000-8000-00000000000A"
COMPUTE = (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/RG-One/providers/Microsoft.MachineLearningServices"
           "/workspaces/Team/computes/Anna-1")
ACCOUNT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/RG-One/providers/Microsoft.CognitiveServices/accounts/AIF.Team"
WORKBENCH = f"{ACCOUNT}/projects/Vision/workbenches/WB_Anna-1"
CONTAINER = f"{ACCOUNT}/computes/Box-1"
# The key that Microsoft publishes for every Azurite; it opens nothing else.
PUBLISHED_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
BLOB = f"{SUBSCRIPTION.lower()}/rg-one/team/anna-1.json"
# As the agent's own test names them (crates/agent/src/beacons.rs).
FOUNDRY_BLOBS = {WORKBENCH: f"{SUBSCRIPTION.lower()}/rg-one/aif.team/vision/wb_anna-1.json", CONTAINER: f"{SUBSCRIPTION.lower()}/rg-one/aif.team/-/box-1.json"}


def until(check, what, limit=300.0):
    """The first true answer of `check`, asked again and again."""
    end = time.monotonic() + limit
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit} s: {what}")
        time.sleep(0.05)


def module(path=SCRIPT):
    """The script as a module, for what is worth asking of one function."""
    name = path.name.replace("-", "_")
    spec = spec_from_loader(name, SourceFileLoader(name, str(path)))
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def moment(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def parents():
    """Every process and its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "stat").read_text(errors="replace")
            except OSError:
                continue
            found[int(entry.name)] = int(line[line.rindex(")") + 2:].split()[1])
    return found


class Run:
    """How one run of the script ended."""

    def __init__(self, done, document):
        self.code, self.out, self.err, self.document = done.returncode, done.stdout, done.stderr, document
        self.said = done.stdout + done.stderr

    def __getitem__(self, name):
        return next(one for one in self.document["sources"] if one["name"] == name)


class Place(unittest.TestCase):
    """A test with a folder, processes and a tree of its own; all gone when it ends."""

    def setUp(self):
        self.mark = uuid.uuid4().hex
        self.dir = Path(tempfile.mkdtemp(prefix="beacon-"))
        self.started = []
        self.addCleanup(self.end)
        self.root, self.out, self.state = self.dir / "root", self.dir / "out", self.dir / "state"
        self.bin, self.home = self.dir / "bin", self.dir / "home"
        self.shared, self.keep = self.root / "run" / "lamplighter", self.root / "run" / "lamplighter" / "keep"
        for folder in (self.root / "proc", self.root / "etc", self.out, self.bin, self.home):
            folder.mkdir(parents=True)
        self.env = {"PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self.home),
                    "LANG": "C.UTF-8", "BEACON_TEST": self.mark}
        self.fake = {}

    def end(self):
        for _ in range(5):  # what a dying process leaves behind is ended with the next round
            ours = self.ours()
            for pid in ours:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            for one in self.started:
                try:
                    one.wait(10)
                except subprocess.TimeoutExpired:
                    pass
            if not ours:
                break
        for one in self.started:
            for pipe in (one.stdin, one.stdout, one.stderr):
                if pipe:
                    pipe.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    # Processes.

    def start(self, *command, **more):
        one = subprocess.Popen([str(word) for word in command], env={**self.env, **more.pop("env", {})}, cwd=self.dir,
                               start_new_session=True, **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                                                          "stderr": subprocess.DEVNULL, **more})
        self.started.append(one)
        return one

    def ours(self):
        """The processes of this test: what it started, what carries its mark, and all below those."""
        table = parents()
        found = {one.pid for one in self.started if one.poll() is None}
        for pid in table:
            try:
                if f"BEACON_TEST={self.mark}".encode() in Path(f"/proc/{pid}/environ").read_bytes():
                    found.add(pid)
            except OSError:
                continue
        while True:
            more = {pid for pid, parent in table.items() if parent in found and pid not in found}
            if not more:
                found.discard(os.getpid())
                return found
            found |= more

    # Looks.

    def file(self, path, text):
        """A file of the tree in place of the real one."""
        self.fake[path] = text

    def lay(self):
        proc = self.root / "proc"
        shutil.rmtree(proc)
        (proc / "net").mkdir(parents=True)
        for name in ("1", "self", "stat"):
            (proc / name).symlink_to(f"/proc/{name}")
        # The computer that the tests run on downloads now and then; the one they imagine does not.
        (proc / "net" / "dev").write_text("Inter-|\n face |\n  eth0: 1000 1 0 0 0 0 0 0 1000 1 0 0 0 0 0 0\n")
        (proc / "sys" / "kernel" / "random").mkdir(parents=True)
        (proc / "sys" / "kernel" / "random" / "boot_id").symlink_to("/proc/sys/kernel/random/boot_id")
        for pid in self.ours():
            (proc / str(pid)).symlink_to(f"/proc/{pid}")
        for path, text in self.fake.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_symlink():
                target.unlink()
            target.write_text(text)

    def run_script(self, *arguments, **settings):
        """The script once, with these settings in its environment; no judgement."""
        self.lay()
        settings = {"COMPUTE_ID": COMPUTE, "DESTINATION": str(self.out), **settings}
        environment = {**self.env, "LAMPLIGHTER_BEACON_ROOT": str(self.root),
                       **{key: str(value) for key, value in settings.items() if value is not None}}
        del environment["BEACON_TEST"]
        config = [] if "--config" in arguments else ["--config", self.empty()]
        done = subprocess.run([PYTHON, str(SCRIPT), "--state", str(self.state), *config, *map(str, arguments)], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=600)
        written = self.out / BLOB
        return Run(done, json.loads(written.read_text()) if written.exists() else None)

    def takes_requests(self):
        """What the mount unit makes on an instance."""
        self.keep.mkdir(parents=True)
        self.keep.chmod(0o1733)

    def command(self, *words, **more):
        """People's command in this tree, as a process."""
        environment = {**self.env, "LAMPLIGHTER_BEACON_ROOT": str(self.root), **more.pop("env", {})}
        del environment["BEACON_TEST"]
        return subprocess.Popen([PYTHON, "-I", str(COMMAND), *map(str, words)], env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def said(self, *words, code=0, **more):
        """What that command says, and how it must end."""
        one = self.command(*words, **more)
        out, err = one.communicate(timeout=600)
        self.assertEqual(one.returncode, code, out + err)
        self.assertNotIn("Traceback", err)
        return out + err

    def status(self):
        return json.loads((self.shared / "status.json").read_text())

    def empty(self):
        path = self.dir / "empty.conf"
        path.touch()
        return str(path)

    def look(self, **settings):
        """A look that must go well, into the folder."""
        ran = self.run_script(**settings)
        self.assertEqual(ran.code, 0, ran.said)
        self.keeps_to_the_form(ran.document)
        return ran

    def look_until(self, name, state, **settings):
        """A look that finds this source in this state."""
        last = []

        def check():
            last[:] = [self.look(**settings)]
            return last[0] if last[0][name]["state"] == state else None
        try:
            return until(check, f"{name} {state}")
        except AssertionError as error:
            raise AssertionError(f"{error}; the last look: {last[0][name]}") from None

    def keeps_to_the_form(self, document):
        """What every document must be, whatever was seen."""
        self.assertEqual([name for name in document if name != "hold"], ["version", "compute", "at", "everySeconds", "since", "sources"])
        if "hold" in document:
            self.assertEqual(list(document["hold"]), ["until", "at"])
            self.assertTrue(moment(document["hold"]["at"]) <= moment(document["at"]) < moment(document["hold"]["until"]), document["hold"])
            self.assertLessEqual(moment(document["hold"]["until"]) - moment(document["at"]), timedelta(hours=24))
        self.assertEqual((document["version"], document["compute"]), (1, COMPUTE))
        self.assertLessEqual(moment(document["since"]), moment(document["at"]))
        self.assertEqual([one["name"] for one in document["sources"]],
                         ["ssh", "terminal", "tmux", "jupyter", "vscode", "cpu", "gpu", "network"])
        for one in document["sources"]:
            self.assertIn(one["state"], ("active", "quiet", "absent", "unknown"), one)
            if one["state"] in ("active", "unknown"):
                self.assertEqual(one["lastActive"], document["at"], one)
            if one["lastActive"] is not None:
                self.assertTrue(moment(document["since"]) <= moment(one["lastActive"]) <= moment(document["at"]), one)
            if one["state"] == "unknown":
                self.assertTrue(one["detail"], one)
            self.assertEqual("peaks" in one, one["name"] in ("cpu", "gpu", "network") and (one["state"] == "quiet" or "peaks" in one))
            values, times = [peak["value"] for peak in one.get("peaks", [])], [peak["at"] for peak in one.get("peaks", [])]
            self.assertEqual(values, sorted(set(values), reverse=True), one)
            self.assertEqual(times, sorted(times), one)
            if one["state"] == "quiet" and "peaks" in one:
                self.assertEqual(times[-1], document["at"], one)
        text = json.dumps(document)
        self.assertLessEqual(len(text), 64 * 1024)
        self.assertNotIn(self.mark, text)
        self.assertNotIn(str(self.dir), text)

    def remembered(self):
        return json.loads((self.state / "state.json").read_text())

    def age(self, seconds):
        """As if the looks so far had been that much earlier: no test waits for real minutes."""
        def earlier(text):
            return (moment(text) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
        state = self.remembered()
        state["at"], state["since"], state["clock"] = earlier(state["at"]), earlier(state["since"]), state["clock"] - seconds
        for one in state["sources"].values():
            one["lastActive"] = one["lastActive"] and earlier(one["lastActive"])
            for peak in one["peaks"]:
                peak["at"] = earlier(peak["at"])
            if isinstance(one["base"], dict) and "clock" in one["base"]:
                one["base"]["clock"] -= seconds
        (self.state / "state.json").write_text(json.dumps(state))

    def program(self, name, text):
        """A program of the test's own, found before the real one."""
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)
        return path


class Stub:
    """A server on a free port of this computer that remembers what it was asked and answers as it is told."""

    def __init__(self, case, answer):
        self.asked = []
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                stub.asked.append({"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body})
                status, headers, text = answer(len(stub.asked), self)
                data = text.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                with contextlib.suppress(ConnectionError):  # who asked may not have waited
                    self.end_headers()
                    self.wfile.write(data)

            do_GET = do_PUT = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)


class Emulated(Place):
    """A place with Microsoft's own emulator of blob storage."""

    def container(self):
        """The URL of a new container in an Azurite that ends with the test."""
        program = os.environ.get("AZURITE") or str(HERE.parent / "node_modules" / ".bin" / "azurite-blob")
        self.env["PATH"] += ":" + os.path.dirname(os.path.realpath(program)) + ":" + os.environ.get("PATH", "")
        with open(self.dir / "said", "wb") as said:
            self.start(program, "--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck", "--silent", "--disableTelemetry", stdout=said)

        def address():
            lines = [line for line in (self.dir / "said").read_text().splitlines() if "successfully listens on " in line]
            return lines and lines[0].split("successfully listens on ")[1].strip()
        container = until(address, "Azurite listens", 60) + "/devstoreaccount1/beacons"
        self.call("PUT", f"{container}?restype=container&{sas('rwdlac')}")
        return container

    def put(self, url, data):
        headers = {"x-ms-version": "2021-12-02", "x-ms-blob-type": "BlockBlob"}
        urllib.request.urlopen(urllib.request.Request(url, method="PUT", data=data, headers=headers), timeout=600).close()

    def call(self, method, url):
        request = urllib.request.Request(url, method=method, data=b"" if method == "PUT" else None, headers={"x-ms-version": "2021-12-02"})
        with urllib.request.urlopen(request, timeout=600) as answer:
            return answer.read()


def sas(permissions):
    """A SAS for the whole of Azurite's public account."""
    expiry, version = "2100-01-01T00:00:00Z", "2020-12-06"
    signed = "\n".join(["devstoreaccount1", permissions, "b", "sco", "", expiry, "", "https,http", version, "", ""])
    signature = base64.b64encode(hmac.new(base64.b64decode(PUBLISHED_KEY), signed.encode(), hashlib.sha256).digest()).decode()
    return urllib.parse.urlencode({"sv": version, "ss": "b", "srt": "sco", "sp": permissions, "se": expiry, "spr": "https,http", "sig": signature})
