"""What holds for every stack with a page: a person works in a notebook, in a real browser."""
import json
import os
import shutil
import subprocess

from jupyter import HERE
from support import until

NODE = HERE.parent / "node_modules"
# Widgets and a bar that the page draws, then a wait without a word.
CELL = """
import ipywidgets
from tqdm.notebook import tqdm
display(ipywidgets.IntSlider())
for _ in tqdm(range(5)): pass
open({began!r}, "w").close()
import os
if not os.path.exists({done!r}): open({pipe!r}).read()
"""


class Page:
    PATH = "lab/tree/"  # where the page of a notebook is

    def notebook(self, name, code):
        cell = {"cell_type": "code", "id": "one", "source": code, "metadata": {}, "outputs": [], "execution_count": None}
        spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        (self.home / name).write_text(json.dumps({"cells": [cell], "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))
        self.ask("POST", "api/sessions", {"path": name, "name": name, "type": "notebook", "kernel": {"name": "python3"}})
        return f"http://127.0.0.1:{self.told['port']}{self.told['base_url']}{self.PATH}{name}?token={self.TOKEN}"

    def browse(self, url):
        log = open(self.dir / "browser.log", "wb")
        self.addCleanup(log.close)
        self.browser = self.start("node", HERE / "browser.cjs", url, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  env={"NODE_PATH": str(NODE), "CHROMIUM": os.environ.get("CHROMIUM") or shutil.which("chromium"),
                                       "PATH": os.environ["PATH"]}, stderr=log)
        self.heard("there")

    def heard(self, word):
        self.assertEqual(self.browser.stdout.readline().strip(), word, (self.dir / "browser.log").read_text()[-2000:])

    def do(self, *words):
        self.browser.stdin.write(" ".join(words) + "\n")
        self.browser.stdin.flush()
        self.heard("done")

    def runs(self, began):
        """The first key may come before the page listens."""
        for _ in range(4):
            self.do("run")
            try:
                return until(began.exists, "the cell runs", 60)
            except AssertionError:
                continue
        raise AssertionError("the cell does not run")

    def works(self):
        for _ in range(2):
            seen = self.look()["jupyter"]
            self.assertEqual(seen["state"], "active", seen)

    def test_a_cell_is_work_whatever_its_page_does(self):
        self.server()
        began, pipe, done = (self.dir / name for name in ("began", "pipe", "done"))
        os.mkfifo(pipe)
        one = self.notebook("one.ipynb", CELL.format(began=str(began), pipe=str(pipe), done=str(done)))
        two = self.notebook("two.ipynb", "1")
        kernel = next(each["kernel"]["id"] for each in self.ask("GET", "api/sessions") if each["path"] == "one.ipynb")
        self.browse(one)
        self.runs(began)
        self.works()
        called = self.said(kernel)["execution_state"]
        for url in (one, two):  # the page is loaded again, and another is opened
            self.do("open", url)
            self.works()
            called = "idle" if self.said(kernel)["execution_state"] == "idle" else called
        if self.FAULT:
            self.assertEqual(called, "idle")  # of a cell that runs: the fault was there to be met
        done.touch()
        os.close(os.open(pipe, os.O_WRONLY))
        self.seen(lambda said: said["state"] == "quiet", "the cell has ended")
        for _ in range(2):
            self.assertEqual(self.look()["jupyter"]["state"], "quiet")
