"""The newest JupyterLab, as a person uses it."""
from jupyter import JupyterPlace
from pages import Page


class NewestLab(Page, JupyterPlace):
    PROGRAM = "jupyter-lab"
    FAULT = True  # its widgets send messages on a subshell
