"""Kernels of the newest Jupyter."""
from jupyter import JupyterPlace
from silent import DEBUG, SUBSHELL, USAGE, Stack
from support import until


class Newest(Stack, JupyterPlace):
    NOISE = (DEBUG, USAGE, SUBSHELL)
    UNCOUNTED = True  # to be asked is no activity there

    def test_a_cell_that_a_debugger_holds_at_a_breakpoint_is_work(self):
        self.server()
        kernel, code = self.kernel(), "one = 1\ntwo = 2\nthree = 3"
        self.run_in(kernel, "0")

        def debug(command, **arguments):
            told = self.control(kernel, "debug_request", {"type": "request", "seq": 1, "command": command, "arguments": arguments})
            self.assertTrue(told.get("success"), told)
            return told.get("body") or {}
        debug("initialize", clientID="page", adapterID="", pathFormat="path", linesStartAt1=True, columnsStartAt1=True)
        debug("attach")
        path = debug("dumpCell", code=code)["sourcePath"]
        debug("setBreakpoints", breakpoints=[{"line": 2}], source={"path": path}, sourceModified=False)
        debug("configurationDone")
        self.run_in(kernel, code)
        until(lambda: debug("debugInfo").get("stoppedThreads"), "it stands at the breakpoint", 300)
        for _ in range(2):
            self.assertEqual(self.look()["jupyter"]["detail"], "1 of 1 kernel busy")
        # Whether a thread runs on that a debugger lets go of is the debugger's: with debugpy it mostly does.
        self.ask("DELETE", f"api/kernels/{kernel}")
        self.seen(lambda said: said["state"] == "quiet", "its kernel has gone")
