"""Kernels in no server's list, and those of servers that do not answer."""
import json
import os
import subprocess

from jupyter import JupyterPlace
from silent import SILENT
from support import until


class OfNoServer(JupyterPlace):
    """Kernels in no server's list: those of VS Code, papermill, nbclient, jupyter-scheduler, Voila, Kernel Gateway."""

    def alone(self, *words, file="kernel-v3a1.json"):
        self.kernel_file = self.dir / file
        one = self.start(self.VENV / "bin" / "python", "-m", "ipykernel_launcher", *(words or (f"--f={self.kernel_file}",)))
        until(self.kernel_file.exists, "its connection file", 300)
        return one

    def works_and_rests(self):
        self.seen(lambda said: said["state"] == "quiet" and said["detail"] == "1 kernel idle, 1 of no server", "a kernel of no server")
        done = self.dir / "done"
        self.run_in(self.kernel_file, f"import asyncio, os\nwhile not os.path.exists({str(done)!r}): await asyncio.sleep(0.1)")
        for _ in range(3):
            seen = self.look()
            self.assertEqual((seen["jupyter"]["state"], seen["jupyter"]["detail"]), ("active", "1 of 1 kernel busy"))
        done.touch()
        self.assertEqual(self.tell("", "ended", str(self.kernel_file)), "ok")
        self.assertEqual(self.look()["jupyter"]["state"], "quiet")

    def test_over_tcp_as_vs_code_starts_them(self):
        self.assertEqual(self.look()["jupyter"]["state"], "absent")
        self.alone()
        self.works_and_rests()

    def test_over_sockets_of_files(self):
        make = "import sys, jupyter_client; jupyter_client.write_connection_file(sys.argv[1], transport='ipc', ip=sys.argv[2])"
        self.start(self.VENV / "bin" / "python", "-c", make, self.dir / "kernel-ipc.json", self.dir / "sockets").wait(300)
        self.alone("-f", self.dir / "kernel-ipc.json", file="kernel-ipc.json")
        self.works_and_rests()

    def test_what_ran_between_two_looks_is_activity_and_being_asked_is_none(self):
        self.alone()
        self.seen(lambda said: said["state"] == "quiet", "a kernel of no server")
        self.run_in(self.kernel_file, "1")
        self.tell("", "ended", str(self.kernel_file))
        self.age(300)
        seen = self.look()
        self.assertEqual((seen["jupyter"]["state"], seen["jupyter"]["lastActive"]), ("quiet", seen.document["at"]))
        ran = seen["jupyter"]["lastActive"]
        for _ in range(3):
            self.assertEqual(self.look()["jupyter"]["lastActive"], ran)

    def test_one_that_cannot_be_asked_is_unknown_unless_its_owner_says_otherwise(self):
        one = self.alone()
        self.seen(lambda said: said["state"] == "quiet", "a kernel of no server")
        written = self.kernel_file.read_text()
        self.kernel_file.unlink()
        for _ in range(2):
            seen = self.look()
            self.assertEqual((seen["jupyter"]["state"], seen["jupyter"]["detail"]), ("unknown", "1 kernel cannot be asked"))
        seen = self.look(UNASKABLE_KERNELS="ignore")
        self.assertEqual((seen["jupyter"]["state"], seen["jupyter"]["detail"]), ("quiet", "1 kernel idle, 1 of no server"))
        # Another's key: it does not answer, which is what a kernel at work does.
        self.kernel_file.write_text(json.dumps({**json.loads(written), "key": "another"}))
        self.assertEqual(self.look()["jupyter"]["state"], "active")
        # A port at which it does not listen is not connected to.
        self.kernel_file.write_text(json.dumps({**json.loads(written), "shell_port": json.loads(written)["hb_port"] + 1}))
        self.assertNotIn(self.look()["jupyter"]["state"], ("quiet", "absent"))
        self.kernel_file.write_text(json.dumps({**json.loads(written), "curve_publickey": "x", "curve_secretkey": "y"}))
        self.assertEqual(self.look()["jupyter"]["detail"], "a kernel speaks in a way that is not known here")
        one.kill()
        one.wait()
        self.kernel_file.write_text(written)
        self.assertEqual(self.look()["jupyter"]["state"], "absent")

    def test_a_notebook_that_a_program_runs(self):
        os.mkfifo(self.dir / "pipe")
        cells = ["1", SILENT["waits for a pipe"].replace("{dir}", str(self.dir)), "2"]
        cells = [{"cell_type": "code", "id": f"c{at}", "source": code, "metadata": {}, "outputs": [], "execution_count": None}
                 for at, code in enumerate(cells)]
        (self.dir / "one.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        # It gives its kernel a minute by itself; a computer may have much else to do.
        one = self.start(self.VENV / "bin" / "jupyter", "execute", "--startup_timeout=600", self.dir / "one.ipynb")
        self.seen(lambda said: said["detail"] == "1 of 1 kernel busy", "the notebook runs")
        for _ in range(3):
            self.assertEqual(self.look()["jupyter"]["state"], "active")
        reader = os.open(self.dir / "pipe", os.O_WRONLY)  # waits until the cell reads
        self.assertEqual(self.look()["jupyter"]["state"], "active")
        os.close(reader)
        self.assertEqual(one.wait(300), 0)
        self.seen(lambda said: said["state"] == "absent", "its kernel is gone")

    def test_a_server_with_a_password_needs_a_token_beside_it_and_its_kernels_are_asked_all_the_same(self):
        make = "from jupyter_server.auth import passwd; print(passwd('a-password', 'sha1'))"
        hashed = subprocess.run([str(self.VENV / "bin" / "python"), "-c", make], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        password = f"--PasswordIdentityProvider.hashed_password={hashed}"
        server = self.server(more=[password])
        self.seen(lambda said: said["state"] == "quiet", "with a token beside it")
        server.terminate()
        server.wait(300)
        self.TOKEN = ""
        server = self.server(more=[password])
        seen = self.look()
        self.assertEqual((seen["jupyter"]["state"], seen["jupyter"]["detail"]), ("unknown", "a server answered 403"))
        self.alone()
        self.run_in(self.kernel_file, SILENT["sleeps"])
        self.assertEqual(self.look()["jupyter"]["detail"], "1 of 1 kernel busy")
