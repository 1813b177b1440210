"""Runs a line of code in a kernel, as a notebook does: kernel_client.py CONNECTION_FILE CODE. Run by the Python that has Jupyter."""
import sys

from jupyter_client import BlockingKernelClient

client = BlockingKernelClient(connection_file=sys.argv[1])
client.load_connection_file()
client.start_channels()
client.wait_for_ready(timeout=60)
client.execute(sys.argv[2])
print("sent", flush=True)
sys.stdin.read()  # until the test ends
