"""Every stack: servers, JupyterLab and Notebook, each in a real browser. tests/beacon/nightly/run plays them."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from jupyter import STACKS, JupyterPlace  # noqa: E402
from pages import Page  # noqa: E402
from silent import DEBUG, SUBSHELL, USAGE, Stack  # noqa: E402


class Lab36(Stack, Page, JupyterPlace):
    VENV, PROGRAM = STACKS / "lab36", "jupyter-lab"
    NOISE, UNCOUNTED, FAULT = (DEBUG, USAGE), False, True


class Notebook65(Stack, Page, JupyterPlace):
    VENV, PROGRAM, APP, FILE = STACKS / "lab36", "jupyter-notebook", "NotebookApp", "nbserver"
    PATH = "notebooks/"
    NOISE, UNCOUNTED, FAULT = (DEBUG, USAGE), False, False  # no fault to be met: its page sends nothing beside the main shell


class Lab42(Stack, Page, JupyterPlace):
    VENV, PROGRAM = STACKS / "lab42", "jupyter-lab"
    NOISE, UNCOUNTED, FAULT = (DEBUG, USAGE), False, True


class Notebook72(Stack, Page, JupyterPlace):
    VENV, PROGRAM, PATH = STACKS / "lab42", "jupyter-notebook", "notebooks/"
    NOISE, UNCOUNTED, FAULT = (DEBUG, USAGE), False, False


class Lab46(Stack, Page, JupyterPlace):
    VENV, PROGRAM = STACKS / "lab46", "jupyter-lab"
    NOISE, UNCOUNTED, FAULT = (DEBUG, USAGE, SUBSHELL), True, True


class Notebook76(Stack, Page, JupyterPlace):
    VENV, PROGRAM, PATH = STACKS / "lab46", "jupyter-notebook", "notebooks/"
    NOISE, UNCOUNTED, FAULT = (DEBUG, USAGE, SUBSHELL), True, True


if __name__ == "__main__":
    unittest.main(verbosity=2)
