"""Settings, and the installer."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from support import ACCOUNT, BEACON, COMMAND, COMPUTE, CONTAINER, FOUNDRY_BLOBS, WORKBENCH, Place, module

SAS = "https://account.blob.core.windows.net/beacons?sv=1&sig=a-secret"


class Settings(Place):
    def refused(self, said, *arguments, **settings):
        ran = self.run_script("--check", *arguments, **settings)
        self.assertEqual(ran.code, 2, (settings, ran.said))
        self.assertIn(said, ran.err)
        self.assertNotIn("secret", ran.said)
        self.assertNotIn("Traceback", ran.said)

    def config(self, text):
        path = self.dir / "conf"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return "--config", path

    def test_what_is_right(self):
        for destination in (SAS, "https://account.blob.core.windows.net/beacons", "https://account.blob.core.windows.net/beacons/a/b/",
                            "http://127.0.0.1:10000/devstoreaccount1/beacons", str(self.out)):
            ran = self.run_script("--check", DESTINATION=destination, PERIOD="60", CLIENT_ID="11112222-3333-4444-5555-666677778888",
                                  COMPUTE_ID=COMPUTE.upper())
            self.assertEqual((ran.code, ran.said), (0, ""), destination)

    def test_the_file_and_the_environment_over_it(self):
        file = self.config(f"# settings\n\n COMPUTE_ID = {COMPUTE}\nDESTINATION='{self.out}'\nPERIOD=\"120\"\n")
        ran = self.run_script(*file, COMPUTE_ID=None, DESTINATION=None)
        self.assertEqual((ran.code, ran.document["everySeconds"]), (0, 120), ran.said)
        ran = self.run_script(*file, COMPUTE_ID=None, DESTINATION=None, PERIOD="600")
        self.assertEqual(ran.document["everySeconds"], 600)

    def test_compute(self):
        for value in (None, "anna-1", COMPUTE + "/", COMPUTE + "/x", COMPUTE.replace("computes", "jobs"), COMPUTE.replace("RG-One", ".."),
                      COMPUTE.replace("RG-One", "RG."), COMPUTE.replace("Anna-1", "../x"), "/subscriptions/x" + COMPUTE[51:], COMPUTE + "\n"):
            self.refused("COMPUTE_ID", COMPUTE_ID=value)

    def test_a_machine_of_foundry(self):
        for value in (WORKBENCH, WORKBENCH.upper(), CONTAINER, CONTAINER.lower()):
            ran = self.run_script("--check", COMPUTE_ID=value)
            self.assertEqual((ran.code, ran.said), (0, ""), value)
        for value in (ACCOUNT, f"{ACCOUNT}/projects/Vision", WORKBENCH + "/", WORKBENCH + "/x", WORKBENCH.replace("Vision", "-"), WORKBENCH.replace("Vision", "v."),
                      WORKBENCH.replace("WB_Anna-1", "../x"), WORKBENCH.replace("AIF.Team", ".."), WORKBENCH.replace("workbenches", "computes"),
                      CONTAINER.replace("computes", "workbenches"), CONTAINER.replace("Box-1", ""), CONTAINER.replace("CognitiveServices", "MachineLearningServices"),
                      COMPUTE.replace("MachineLearningServices", "CognitiveServices")):
            self.refused("nor of a workbench of Foundry", COMPUTE_ID=value)

    def test_its_document_is_where_lamplighter_looks_for_it(self):
        for compute, blob in FOUNDRY_BLOBS.items():
            ran = self.run_script(COMPUTE_ID=compute)
            self.assertEqual(ran.code, 0, ran.said)
            self.assertEqual(json.loads((self.out / blob).read_text())["compute"], compute)
        self.assertEqual(len([path for path in self.out.rglob("*") if path.is_file()]), 2)

    def test_destination(self):
        file = self.dir / "file"
        file.touch()
        for value, said in ((None, "is not set"), ("beacons", "neither"), ("ftp://a/b", "neither"), ("https:///b", "neither"),
                            ("http://account.blob.core.windows.net/beacons?sig=a-secret", "must be https"),
                            ("https://account.blob.core.windows.net", "no container"), ("https://account.blob.core.windows.net/?sig=a-secret", "no container"),
                            ("https://u:secret@account.blob.core.windows.net/b", "user name"), ("https://account.blob.core.windows.net/b#secret", "fragment"),
                            ("https://account.blob.core.windows.net/b?se=secret", "not a SAS"), ("https://a:port/b?sig=secret", "not a URL"),
                            ("https://a/b?sig=sec ret", "characters"), (str(self.dir / "nowhere"), "not a folder"), (str(file), "not a folder")):
            self.refused(said, DESTINATION=value)

    def test_period_and_client(self):
        for value in ("5m", "0", "59", "901", "-300", "300.0", "١٢٠"):
            self.refused("PERIOD", PERIOD=value)
        self.refused("UNASKABLE_KERNELS is unknown or ignore", UNASKABLE_KERNELS="no")
        for value in ("anna", "11112222-3333-4444-5555-66667777888", "11112222333344445555666677778888"):
            self.refused("CLIENT_ID", CLIENT_ID=value)

    def test_files(self):
        self.refused("is not there", "--config", self.dir / "nowhere")
        self.refused("line 2: expected one of", *self.config("PERIOD=300\nDESTINATION " + SAS))
        self.refused("line 1: expected one of", *self.config("PERIODE=a-secret"))
        self.refused("line 2: PERIOD is there twice", *self.config("PERIOD=300\nPERIOD=300"))
        self.refused("not UTF-8", *self.config(b"PERIOD=\xff"))
        self.refused("cannot be read", "--config", self.dir)

    def test_a_document_says_nothing_a_program_could_smuggle(self):
        script = module()
        self.assertEqual(script.bare("/home/anna/x y\n<z>"), "x_y__z_")
        self.assertEqual(len(script.bare("x" * 100)), 15)

    def test_what_a_shell_at_its_prompt_is(self):
        script = module()
        for argv, waits in ((["bash"], True), (["-bash"], True), (["/bin/bash", "-l"], True), (["bash", "--init-file", "/x/y.sh"], True), (["zsh", "-i"], True),
                            (["bash", "-O", "extglob"], True), (["bash", "train.sh"], False), (["sh", "-c", "x"], False), (["bash", "-lc", "x"], False),
                            (["bash", "--norc", "train.sh"], False), (["fish", "-C", "x"], True)):
            one = script.Process()
            one.comm, one.state, one.argv = argv[0].rsplit("/", 1)[-1].lstrip("-"), "S", argv
            self.assertEqual(script.waits(one), waits, argv)
        one.comm, one.argv = "python3", ["python3"]
        self.assertFalse(script.waits(one))

    def test_what_a_jupyter_server_is(self):
        serves = module().serves_jupyter
        for line, wanted in (("/usr/bin/python3 /opt/bin/jupyter-lab --port=8888", True), ("jupyter lab", True), ("python -m jupyterlab", True),
                             ("python -m notebook", True), ("python3 -m jupyter server", True), ("jupyterhub-singleuser", True),
                             ("jupyter lab list", False), ("jupyter-server list", False), ("jupyter nbconvert --execute x", False),
                             ("vim notebook", False), ("sudo -u anna jupyter lab", False), ("tini -- jupyter lab", False), ("python -u -X dev -m jupyterlab", True), ("python -m ipykernel_launcher -f x", False), ("python server.py lab", False), ("", False)):
            self.assertEqual(bool(serves(line.split())), wanted, line)


def left_in(folder):
    """Each file there, by when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in sorted(folder.glob("*"))}


class Install(unittest.TestCase):
    def setUp(self):
        self.dir = Path(tempfile.mkdtemp(prefix="beacon-"))
        self.addCleanup(shutil.rmtree, self.dir)
        self.root, self.out = self.dir / "root", self.dir / "out"
        self.out.mkdir()
        self.conf = self.root / "etc" / "lamplighter-beacon.conf"

    def install(self, *arguments, code=0, **environment):
        done = subprocess.run(["sh", str(BEACON / "install.sh"), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env={"PATH": os.environ["PATH"], "DESTDIR": str(self.root), **environment})
        self.assertEqual(done.returncode, code, done.stdout)
        self.assertNotIn("a-secret", done.stdout)
        return done.stdout

    def files(self):
        return {str(path.relative_to(self.root)): path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def test_install_twice_change_and_remove(self):
        self.install("--compute-id", COMPUTE, DESTINATION=SAS)
        first = self.files()
        self.assertEqual(sorted(first), [
            "etc/lamplighter-beacon.conf", "etc/systemd/system/lamplighter-beacon.path", "etc/systemd/system/lamplighter-beacon.service",
            "etc/systemd/system/lamplighter-beacon.timer", "etc/systemd/system/run-lamplighter-keep.mount", "usr/local/bin/lamplighter",
            "usr/local/sbin/lamplighter-beacon", "usr/local/share/doc/lamplighter-beacon/README.md"])
        self.assertEqual(self.conf.stat().st_mode & 0o777, 0o600)
        for program in ("sbin/lamplighter-beacon", "bin/lamplighter"):
            self.assertEqual((self.root / "usr/local" / program).stat().st_mode & 0o777, 0o755)
        self.install("--compute-id", COMPUTE, "--destination", SAS)
        self.assertEqual(self.files(), first)
        self.install()  # up to date, settings kept
        self.assertEqual(self.files(), first)
        self.install("--destination", str(self.out), "--period", "120", "--client-id", "11112222-3333-4444-5555-666677778888",
                     "--unaskable-kernels", "ignore")
        self.assertEqual(self.conf.read_text(), f"COMPUTE_ID={COMPUTE}\nDESTINATION={self.out}\nCLIENT_ID=11112222-3333-4444-5555-666677778888\nPERIOD=120\n"
                                                "UNASKABLE_KERNELS=ignore\n")
        units = self.root / "etc" / "systemd" / "system"
        self.assertIn(str(self.out), (units / "lamplighter-beacon.service.d" / "folder.conf").read_text())
        self.assertIn("OnUnitActiveSec=120s", (units / "lamplighter-beacon.timer.d" / "period.conf").read_text())
        self.install("--destination", SAS)
        self.assertFalse((units / "lamplighter-beacon.service.d").exists())
        self.install("--uninstall")
        self.assertEqual(self.files(), {})
        self.install("--uninstall")

    def test_wrong_settings_change_nothing(self):
        self.assertIn("COMPUTE_ID", self.install("--compute-id", "anna", "--destination", SAS, code=1))
        self.assertEqual(self.files(), {})
        self.install("--compute-id", COMPUTE, "--destination", SAS)
        first = self.files()
        self.assertIn("PERIOD", self.install("--period", "5m", code=1))
        self.assertEqual(self.files(), first)

    def test_another_program_of_that_name_stays(self):
        other = self.root / "usr/local/bin/lamplighter"
        other.parent.mkdir(parents=True)
        other.write_bytes(b"\x7fELF\0\xffthe program of Lamplighter itself")
        for arguments in (["--compute-id", COMPUTE, "--destination", SAS], []):
            self.assertIn("is another program and stays; the command of this instance is lamplighter-instance", self.install(*arguments))
            self.assertTrue(other.read_bytes().startswith(b"\x7fELF"))
            self.assertEqual((other.parent / "lamplighter-instance").read_bytes(), COMMAND.read_bytes())
        self.install("--uninstall")
        self.assertEqual(list(self.files()), ["usr/local/bin/lamplighter"])

    def test_wrong_options(self):
        self.assertIn("unknown option", self.install("--computeid", COMPUTE, code=1))
        self.assertIn("needs a value", self.install("--compute-id", code=1))
        self.assertIn("not beside this script", self.install("--from", str(self.out), "--compute-id", COMPUTE, "--destination", SAS, code=1))
        self.assertIn("--uninstall", self.install("--help"))

    def test_what_is_installed_runs(self):
        self.install("--compute-id", COMPUTE, "--destination", str(self.out))
        run, real = self.dir / "run", Path("/run/lamplighter")
        before = left_in(real)
        # It looks at the real tree of this computer, and leaves nothing there.
        done = subprocess.run(["/usr/bin/python3", "-I", str(self.root / "usr/local/sbin/lamplighter-beacon"), "--config", str(self.conf),
                               "--state", str(self.dir / "state")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env={"PATH": os.environ["PATH"], "LAMPLIGHTER_BEACON_RUN": str(run)})
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(len(list(self.out.rglob("anna-1.json"))), 1)
        self.assertEqual((list(left_in(run)), left_in(real)), (["status.json"], before))

    def test_systemd_and_shellcheck_find_nothing(self):
        units = [str(BEACON / f"lamplighter-beacon.{kind}") for kind in ("service", "timer", "path")] + [str(BEACON / "run-lamplighter-keep.mount")]
        for command in (["systemd-analyze", "verify", *units], ["shellcheck", str(BEACON / "install.sh")]):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual((done.returncode, done.stdout), (0, ""), command)
