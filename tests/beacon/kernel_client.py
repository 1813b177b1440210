"""A client of kernels, as a notebook's page is one. Run by the Python that has Jupyter; it stays until its input ends.

Each line of input is a JSON list, answered by one line: ["run", FILE, CODE] when the code has begun, ["control", FILE, TYPE, CONTENT]
with the reply's content, ["ended", FILE] when the code that was run last has ended,
["heard", FILE] with what was published since: kind of message, kind of what it follows.
"""
import json
import sys
import time
from queue import Empty

from jupyter_client import BlockingKernelClient

clients, cells = {}, {}


def client(path):
    if path not in clients:
        clients[path] = one = BlockingKernelClient(connection_file=path)
        one.load_connection_file()
        one.start_channels()
        for _ in range(20):
            try:
                one.wait_for_ready(timeout=600)
                break
            except RuntimeError:  # on a busy computer a heart that misses a beat counts as dead
                time.sleep(1)
    return clients[path]


def run(path, code):
    one = client(path)
    cells[path] = one.execute(code, allow_stdin=True)
    while True:
        told = one.get_iopub_msg(timeout=600)
        if told["parent_header"].get("msg_id") == cells[path] and told["msg_type"] == "execute_input":
            return "began"


def control(path, kind, content):
    one = client(path)
    asked = one.session.msg(kind, content)
    one.control_channel.send(asked)
    while True:
        told = one.get_control_msg(timeout=600)
        if told["parent_header"].get("msg_id") == asked["header"]["msg_id"]:
            return told["content"]


def ended(path):
    while True:
        told = clients[path].get_shell_msg(timeout=600)
        if told["parent_header"].get("msg_id") == cells[path]:
            return told["content"].get("status")


def heard(path):
    found = []
    while True:
        try:
            told = clients[path].get_iopub_msg(timeout=0.5)
        except Empty:
            return found
        found.append((told["msg_type"], told["parent_header"].get("msg_type")))


for line in sys.stdin:
    word, *rest = json.loads(line)
    print(json.dumps({"run": run, "control": control, "ended": ended, "heard": heard}[word](*rest)), flush=True)
