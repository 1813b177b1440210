"""Kernels of a Jupyter server before 2.15, to which every message of a kernel is activity."""
from jupyter import OLD, JupyterPlace
from silent import DEBUG, USAGE, Stack


class Server214(Stack, JupyterPlace):
    VENV = OLD
    NOISE = (DEBUG, USAGE)
    UNCOUNTED = False
    KINDS = ("sleeps", "awaits", "asks its user", "computes")  # the nightly plays all of them
