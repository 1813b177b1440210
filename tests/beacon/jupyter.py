"""A real Jupyter server in a place of its own, and a client of its kernels."""
import json
import os
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from support import Place, until

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache"
NEWEST = Path(os.environ.get("BEACON_VENV") or CACHE / "beacon-venv")
OLD = CACHE / "beacon-old-venv"
STACKS = CACHE / "beacon-stacks"  # of the nightly


def port():
    """One that is free: servers before 2.15 cannot tell which one the system gave them."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class JupyterPlace(Place):
    TOKEN = "a-token-nobody-may-see"
    VENV = NEWEST
    PROGRAM, APP, FILE = "jupyter-server", "ServerApp", "jpserver"  # what is started, the name of its settings, the file it leaves

    def setUp(self):
        super().setUp()
        self.runtime = self.home / ".local" / "share" / "jupyter" / "runtime"
        self.clients = {}
        # A kernel's profile and a server's settings are this test's own.
        self.env.update(IPYTHONDIR=str(self.home), JUPYTER_CONFIG_DIR=str(self.home / "config"), JUPYTER_PLATFORM_DIRS="0")

    def server(self, base="/team/anna/", program=None, more=()):
        old = self.APP == "NotebookApp"
        token = self.APP if old or not self.identity() else "IdentityProvider"
        one = self.start(*(program or (self.VENV / "bin" / self.PROGRAM,)), "--no-browser", "--ip=127.0.0.1", f"--port={port()}",
                         f"--{token}.token={self.TOKEN}", "--allow-root", f"--{self.APP}.base_url={base}",
                         f"--{self.APP}.{'notebook' if old else 'root'}_dir={self.home}", *more)
        self.file = self.runtime / f"{self.FILE}-{one.pid}.json"
        until(lambda: self.file.exists() and self.file.read_text().strip().endswith("}"), "the server's file", 300)
        self.told = json.loads(self.file.read_text())
        until(self.answers, "the server answers", 300)
        return one

    def identity(self):
        """Whether this server has a provider of identities, which holds the token since 2.0."""
        return next(self.VENV.glob("lib/python3*/site-packages/jupyter_server/auth/identity.py"), None) is not None

    def answers(self):
        try:
            return self.ask("GET", "api/status")
        except urllib.error.HTTPError:
            return True
        except OSError:
            return None

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.told['port']}{self.told['base_url']}{path}", method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": f"token {self.TOKEN}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=600) as answer:
            text = answer.read()
            return json.loads(text) if text else True

    def kernel(self):
        return self.ask("POST", "api/kernels", {"name": "python3"})["id"]

    def said(self, kernel):
        return self.ask("GET", f"api/kernels/{kernel}?no_track_activity=1")

    # A client as a notebook is one; it stays.

    def tell(self, name, *words):
        if name not in self.clients:
            self.clients[name] = self.start(self.VENV / "bin" / "python", HERE / "kernel_client.py", stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True)
        client = self.clients[name]
        client.stdin.write(json.dumps(words) + "\n")
        client.stdin.flush()
        line = client.stdout.readline()
        self.assertTrue(line, f"the client ended: {words}")
        return json.loads(line)

    def path(self, kernel):
        return str(self.runtime / f"kernel-{kernel}.json") if "/" not in str(kernel) else str(kernel)

    def run_in(self, kernel, code, name=""):
        return self.tell(name, "run", self.path(kernel), code)

    def control(self, kernel, kind, content=None, name=""):
        return self.tell(name, "control", self.path(kernel), kind, content or {})

    # Looks.

    def seen(self, wanted=lambda one: True, what="an answer", **settings):
        """A look that Jupyter answered and that is as `wanted`. A slow computer may take a few looks: no answer in time is none."""
        last = []

        def check():
            last[:] = [self.look(**settings)]
            one = last[0]["jupyter"]
            return last[0] if one["state"] != "unknown" and wanted(one) else None
        try:
            return until(check, what, 300)
        except AssertionError as error:
            raise AssertionError(f"{error}; the last look: {last[0]['jupyter']}") from None

    def settled(self, kernel):
        """A look at an idle kernel to which nothing happened meanwhile, and when the server saw it active last."""
        def check():
            self.age(800)
            before = self.said(kernel)
            ran = self.look()
            same = before["execution_state"] == "idle" and before == self.said(kernel)
            return (ran, before["last_activity"]) if same and ran["jupyter"]["state"] == "quiet" else None
        return until(check, "a look at an idle kernel", 300)
