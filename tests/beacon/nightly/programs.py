"""What runs kernels beside a Jupyter server's own list. tests/beacon/nightly/run plays it."""
import json
import os
import subprocess
import sys
import threading
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from jupyter import STACKS, JupyterPlace, port  # noqa: E402
from support import until  # noqa: E402


class Programs(JupyterPlace):
    VENV = STACKS / "lab46"

    def notebook(self):
        """One whose cell waits for a pipe."""
        os.mkfifo(self.dir / "pipe")
        cell = {"cell_type": "code", "id": "one", "source": f"open({str(self.dir / 'pipe')!r}).read()", "metadata": {}, "outputs": [],
                "execution_count": None}
        spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        (self.home / "one.ipynb").write_text(json.dumps({"cells": [cell], "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))
        return self.home / "one.ipynb"

    def works_until_the_pipe_ends(self, rests="absent"):
        self.seen(lambda said: said["state"] == "active", "the notebook runs")
        reader = os.open(self.dir / "pipe", os.O_WRONLY)  # waits until the cell reads
        for _ in range(3):
            self.assertEqual(self.look()["jupyter"]["state"], "active")
        os.close(reader)
        self.seen(lambda said: said["state"] == rests, "it has ended")

    def test_papermill(self):
        self.start(self.VENV / "bin" / "papermill", self.notebook(), self.dir / "out.ipynb")
        self.works_until_the_pipe_ends()

    def test_nbconvert(self):
        self.start(self.VENV / "bin" / "jupyter-nbconvert", "--to", "notebook", "--execute", self.notebook())
        self.works_until_the_pipe_ends()

    def test_voila(self):
        number = port()
        self.start(self.VENV / "bin" / "voila", self.notebook(), "--no-browser", f"--port={number}", env={"PATH": f"{self.VENV}/bin:/usr/bin:/bin"})

        def visit():
            until(lambda: self.opened(f"http://127.0.0.1:{number}/"), "Voila answers", 120)
        visitor = threading.Thread(target=visit, daemon=True)
        visitor.start()
        self.works_until_the_pipe_ends("quiet")  # the page stays open, and its kernel
        visitor.join(60)

    def opened(self, url):
        try:
            with urllib.request.urlopen(url, timeout=300) as answer:
                return answer.read()
        except OSError:
            return None

    def test_kernel_gateway(self):
        number = port()
        self.start(self.VENV / "bin" / "jupyter-kernelgateway", f"--KernelGatewayApp.port={number}", "--KernelGatewayApp.ip=127.0.0.1")
        self.told = {"port": number, "base_url": "/"}
        until(lambda: self.opened(f"http://127.0.0.1:{number}/api"), "the gateway answers", 60)
        kernel = self.kernel()
        self.seen(lambda said: said["detail"] == "1 kernel idle, 1 of no server", "a kernel at rest")
        self.run_in(kernel, f"import os; open({str(self.dir / 'pipe')!r}).read()" if os.mkfifo(self.dir / "pipe") is None else "")
        self.works_until_the_pipe_ends("quiet")

    def test_jupyter_scheduler(self):
        self.notebook()
        self.server("/", more=["--ServerApp.jpserver_extensions={'jupyter_scheduler': True}"])
        where = self.ask("GET", "scheduler/runtime_environments")[0]["name"]
        self.ask("POST", "scheduler/jobs", {"name": "one", "input_uri": "one.ipynb", "runtime_environment_name": where, "output_formats": ["ipynb"]})
        self.works_until_the_pipe_ends("quiet")


if __name__ == "__main__":
    unittest.main(verbosity=2)
