#!/usr/bin/env bash
# ipykernel 7.4.0 with jupyter_client 8.9.1 (PyPI), Python 3.11: what a finished cell's thread prints belongs to whatever
# message the kernel handled last on its shell channel, a mere kernel_info_request included.
#
# A cell starts a thread that goes on printing, and ends. Its text comes as `stream` messages whose parent is the cell's
# execute_request, so a notebook shows it below the cell. Then anybody asks the kernel for its info, as a page that is
# loaded again or a monitor does: from then on the parent of the same thread's text is that question. A notebook that did
# not ask it shows nothing any more. ipykernel 6.31.0 keeps the cell's request as the parent.
# Seen: 7.4.0: before execute_request, after kernel_info_request; 6.31.0: before execute_request, after execute_request.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/run.py" <<'PYTHON'
import sys
from jupyter_client.manager import start_new_kernel

CELL = """
import threading, time
def talk():
    for n in range(1200):
        print("tick", n, flush=True)
        time.sleep(0.05)
threading.Thread(target=talk, daemon=True).start()
"""
manager, client = start_new_kernel(kernel_name="python3")

def parent_of_text():
    """Of the last of ten texts, so that none is meant that was under way before."""
    seen = None
    for _ in range(10):
        while True:
            message = client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "stream":
                seen = message["parent_header"]["msg_type"]
                break
    return seen

try:
    client.execute_interactive(CELL, timeout=60, output_hook=lambda _: None)
    before = parent_of_text()
    asked = client.kernel_info()
    while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != asked:
        pass
    after = parent_of_text()
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
print(f"{sys.argv[1]}: before {before}, after {after}")
assert (before, after) == ("execute_request", sys.argv[2])
PYTHON
for row in "7.4.0 kernel_info_request" "6.31.0 execute_request"; do
    read -r version wanted <<<"$row"
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install --quiet --disable-pip-version-check "ipykernel==$version" "jupyter_client==8.9.1"
    JUPYTER_PREFER_ENV_PATH=1 IPYTHONDIR="$folder/ipython" "$folder/$version/bin/python" "$folder/run.py" "$version" "$wanted"
done
echo "as described"
