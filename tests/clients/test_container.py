"""The manifests of infra/container as their platforms read and run them: the Azure CLI takes the job of Container Apps, and the
program sweeps twice in a row, each time a new process, with what stands there and what the platform adds."""

import base64
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import tarfile
import tempfile
import time
import unittest
import urllib.request

import yaml
from azure.cli.command_modules.acr._archive_utils import _pack_source_code
from azure.cli.command_modules.containerapp._decorator_utils import create_deserializer, load_yaml_file, process_loaded_yaml

from simulator import HERE, make_certificate

MODELS = "azure.cli.command_modules.containerapp._sdk_models"
CONTAINER = HERE.parent.parent / "infra" / "container"
TENANT = "11111111-2222-4333-8444-555555555555"
INSTANCES = ("ci-ana", "ci-rui")
CLIENT = "99999999-8888-7777-6666-555555555555"


def cron_job():
    """The container, and its service account."""
    documents = {one["kind"]: one for one in yaml.safe_load_all((CONTAINER / "cronjob.yaml").read_text())}
    [container] = documents["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    return container, documents["ServiceAccount"]["metadata"]


def job():
    return yaml.safe_load((CONTAINER / "job.yaml").read_text())


class AsTheCliReadsIt(unittest.TestCase):
    def test_what_it_uploads_is_enough_for_cargo_and_no_more(self):
        root, dockerfile = HERE.parent.parent, "infra/container/Dockerfile"
        with tempfile.TemporaryDirectory() as folder:
            clone, packed, context = (pathlib.Path(folder, name) for name in ("clone", "packed.tar.gz", "context"))
            for name in subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.splitlines():
                if (root / name).is_file():
                    (clone / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(root / name, clone / name)
            _pack_source_code(str(clone), str(packed), str(clone / dockerfile), dockerfile)
            with tarfile.open(packed) as made:
                made.extractall(context, filter="data")
            files = {str(path.relative_to(context)) for path in context.rglob("*") if path.is_file()}
            top = {name.split("/")[0] for name in files}
            self.assertEqual(top, {"Cargo.lock", "Cargo.toml", "benches", "crates", "docs", "function", "host.json", "infra", "src"})
            roles = {f"infra/role/{kind}.json" for kind in ("lamplighter", "cluster", "deployment", "vm", "aks", "foundry")}
            self.assertEqual({name for name in files if name.startswith("infra/")}, {*roles, dockerfile})
            # Every target that a manifest names has its file.
            told = subprocess.run(["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"], cwd=context,
                                  capture_output=True, text=True, check=False)
            self.assertEqual(told.returncode, 0, told.stderr)
            for package in json.loads(told.stdout)["packages"]:
                for target in package["targets"]:
                    self.assertTrue(pathlib.Path(target["src_path"]).is_file(), target["src_path"])

    def test_the_azure_cli_knows_every_word_of_the_job(self):
        loaded = process_loaded_yaml(load_yaml_file(str(CONTAINER / "job.yaml")))
        read = create_deserializer(MODELS)("ContainerAppsJob", loaded)
        # What it does not know it leaves out, without a word.
        self.assertEqual(read.serialize(), {key: value for key, value in job().items() if key not in ("type", "name")})
        loaded["properties"]["configuration"]["replicaTimout"] = 290
        again = create_deserializer(MODELS)("ContainerAppsJob", loaded)
        self.assertNotIn("replicaTimout", again.serialize()["properties"]["configuration"])
        self.assertEqual((read.configuration.trigger_type, read.identity.type), ("Schedule", "UserAssigned"))


class Sweeps(unittest.TestCase):
    """Against a simulator with the clock of this computer, which a manifest's sweep goes by."""

    def start(self):
        """Both instances run, and nobody wants them to."""
        instances = [{"name": name, "vmSize": "Standard_DS3_v2", "state": "Running", "tags": {"lamp-schedule": "never"}}
                     for name in INSTANCES]
        workspace = {"name": "ml", "location": "westeurope", "instances": instances}
        fleet = {"subscriptions": [{"id": "7d0c3b52-41f7-4a3e-9c55-2f1b6a0e9d11", "name": "Research", "resourceGroups": [
            {"name": "rg", "workspaces": [workspace]}]}]}
        (self.folder / "fleet.json").write_text(json.dumps(fleet))
        cert, key = make_certificate(self.folder, ca=False)
        log = open(self.folder / "simulator.log", "w")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            [os.environ["LAMPLIGHTER"], "simulator", "--port", "0", "--fleet", self.folder / "fleet.json", "--start", "now",
             "--stop-takes", "30", "--tls-cert", cert, "--tls-key", key], stdout=subprocess.PIPE, stderr=log, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.url = json.loads(process.stdout.readline())["listening"]
        self.cert = cert

    def sweep(self, container, added):
        """One run of the container: its own command and settings, and what its platform adds."""
        given = {one["name"]: one["value"] for one in container["env"]}
        given |= {"LEDGER": self.ledger, "ACT_IN": "all", "ARM_ENDPOINT": self.url, "SSL_CERT_FILE": str(self.cert), **added}
        done = subprocess.run([os.environ["LAMPLIGHTER"], *container["args"]], env=given, cwd=self.empty, capture_output=True,
                              text=True, timeout=600, check=False)
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(list(self.empty.iterdir()), [], "a container cannot write where it begins")
        return next(line for line in lines if line["event"] == "sweep")

    def twice(self, container, added):
        folder = tempfile.TemporaryDirectory(prefix="lamplighter-container-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.start()
        self.ledger = str(self.folder / "ledger")
        self.empty = self.folder / "empty"
        self.empty.mkdir()
        first = self.sweep(container, added())
        # Until the stops are over; far less than what would make the program doubt its clock.
        self.ask("clock", {"advanceSeconds": 60})
        second = self.sweep(container, added())
        self.assertEqual((first["stops"], first["failed"]), (len(INSTANCES), 0))
        # The second knows from the ledger what the first has done.
        self.assertEqual((second["stops"], second["settled"], second["failed"]), (0, len(INSTANCES), 0))
        self.assertEqual(second["off_by_lamplighter"], len(INSTANCES))
        calls = self.calls()
        stops = [count for (method, route), count in calls.items() if method == "POST" and route.endswith("/stop")]
        self.assertEqual(stops, [len(INSTANCES)])
        return calls

    def calls(self):
        return {(one["method"], one["route"]): one["count"] for one in self.ask("calls")["routes"]}

    def ask(self, what, body=None):
        # The program has checked the certificate; OpenSSL takes none that vouches for itself and is no authority's.
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/simulator/{what}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, context=trust) as answer:
            return json.load(answer)

    def test_of_kubernetes_with_workload_identity(self):
        container, account = cron_job()

        def webhook():
            """What Azure's workload identity puts into a pod."""
            claims = {"iss": "https://oidc.example.org/", "aud": ["api://AzureADTokenExchange"], "exp": int(time.time()) + 3600,
                      "sub": f"system:serviceaccount:{account['namespace']}:{account['name']}"}
            parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in ({"alg": "RS256"}, claims)]
            token = self.folder / "azure-identity-token"
            token.write_text(".".join([*parts, "c2ln"]))
            return {"AZURE_CLIENT_ID": CLIENT, "AZURE_TENANT_ID": TENANT, "AZURE_FEDERATED_TOKEN_FILE": str(token),
                    "AZURE_AUTHORITY_HOST": f"{self.url}/"}

        calls = self.twice(container, webhook)
        self.assertIn(("POST", "/{tenant}/oauth2/v2.0/token"), calls)
        self.assertNotIn(("GET", "/msi/token"), calls)

    def test_of_container_apps_with_a_managed_identity(self):
        [container] = job()["properties"]["template"]["containers"]
        names = {one["name"] for one in container["env"]}
        self.assertIn("AZURE_CLIENT_ID", names)

        def platform():
            return {"AZURE_CLIENT_ID": CLIENT, "IDENTITY_ENDPOINT": f"{self.url}/msi/token", "IDENTITY_HEADER": "any"}

        calls = self.twice(container, platform)
        self.assertIn(("GET", "/msi/token"), calls)


if __name__ == "__main__":
    unittest.main()
