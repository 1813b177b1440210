"""Kernels of the newest Jupyter."""
from jupyter import JupyterPlace
from silent import DEBUG, SUBSHELL, USAGE, Stack


class Newest(Stack, JupyterPlace):
    NOISE = (DEBUG, USAGE, SUBSHELL)
    UNCOUNTED = True  # to be asked is no activity there
