"""infra/container: manifests that Kubernetes takes, with settings that the program reads, and an image without rights.

How the Azure CLI reads the job of Container Apps, and how both run, is in tests/clients/test_container.py.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import kubernetes_validate
import yaml

from common import INFRA, PROGRAM, ROOT, lamplighter
from markdown import blocks
from test_checkov import CHECKOV

CONTAINER = INFRA / "container"
MANIFESTS = list(yaml.safe_load_all((CONTAINER / "cronjob.yaml").read_text()))
JOB = yaml.safe_load((CONTAINER / "job.yaml").read_text())
DOCKERFILE = (CONTAINER / "Dockerfile").read_text()
PLACEHOLDER = re.compile(r"<([a-z ]+)>")
DIGEST = r"@sha256:[0-9a-f]{64}\b"


def cron_job():
    [found] = [one for one in MANIFESTS if one["kind"] == "CronJob"]
    return found


def pod():
    return cron_job()["spec"]["jobTemplate"]["spec"]["template"]


def containers():
    """The one container of each manifest."""
    [of_pod], [of_job] = pod()["spec"]["containers"], JOB["properties"]["template"]["containers"]
    return {"cronjob.yaml": of_pod, "job.yaml": of_job}


class Manifests(unittest.TestCase):
    def test_kubernetes_takes_each_to_the_letter(self):
        self.assertEqual([one["kind"] for one in MANIFESTS], ["Namespace", "ServiceAccount", "CronJob"])
        # The oldest and the newest that are asked for: timeZone is there since 1.27.
        for version in ("1.31", "1.37"):
            for one in MANIFESTS:
                kubernetes_validate.validate(one, version, strict=True)
        broken = json.loads(json.dumps(cron_job()))
        broken["spec"]["concurencyPolicy"] = "Forbid"
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(broken, "1.37", strict=True)

    def test_one_sweep_at_a_time_that_the_next_one_does_not_wait_for(self):
        told = {one["name"]: one for one in json.loads(lamplighter("settings", "--json").stdout)}
        self.assertEqual(told["SWEEP_DEADLINE"]["default"], "4m")
        spec, configuration = cron_job()["spec"], JOB["properties"]["configuration"]
        self.assertEqual(spec["concurrencyPolicy"], "Forbid")
        self.assertGreater(spec["jobTemplate"]["spec"]["activeDeadlineSeconds"], 240)
        self.assertEqual((spec["jobTemplate"]["spec"]["backoffLimit"], pod()["spec"]["restartPolicy"]), (0, "Never"))
        # Container Apps have no such policy: a run must be over before the next begins.
        self.assertLess(240, configuration["replicaTimeout"])
        self.assertLess(configuration["replicaTimeout"], 300)
        self.assertEqual(configuration["replicaRetryLimit"], 0)
        trigger = configuration["scheduleTriggerConfig"]
        self.assertEqual((trigger["parallelism"], trigger["replicaCompletionCount"]), (1, 1))
        # The cadence that the program is told is the one that starts it.
        for name, cron in (("cronjob.yaml", spec["schedule"]), ("job.yaml", trigger["cronExpression"])):
            given = {one["name"]: one["value"] for one in containers()[name]["env"]}
            self.assertEqual(given["SWEEP_SCHEDULE"], f"0 {cron}", name)

    def test_settings_are_known_and_taken_and_the_command_is_one(self):
        told = {one["name"] for one in json.loads(lamplighter("settings", "--json").stdout)}
        shown = lamplighter("sweep", "--help").stdout
        for name, container in containers().items():
            given = {one["name"]: one["value"] for one in container["env"]}
            self.assertLessEqual(set(given), told, name)
            # It observes until somebody says where to act.
            self.assertEqual(given["ACT_IN"], "", name)
            filled = {key: PLACEHOLDER.sub("abc", value) for key, value in given.items()}
            checked = lamplighter("settings", "--json", **filled)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            command, *options = container["args"]
            self.assertEqual(command, "sweep")
            for option in options:
                self.assertIn(f" {option}", shown)
        self.assertIn("AZURE_CLIENT_ID", {one["name"] for one in containers()["job.yaml"]["env"]})

    def test_the_pod_is_the_one_that_workload_identity_is_given_to(self):
        [account] = [one for one in MANIFESTS if one["kind"] == "ServiceAccount"]
        self.assertEqual(pod()["spec"]["serviceAccountName"], account["metadata"]["name"])
        self.assertEqual(pod()["metadata"]["labels"]["azure.workload.identity/use"], "true")
        self.assertIn("azure.workload.identity/client-id", account["metadata"]["annotations"])
        subject = f"system:serviceaccount:{account['metadata']['namespace']}:{account['metadata']['name']}"
        self.assertIn(subject, (ROOT / "docs" / "container.md").read_text())

    def test_every_placeholder_is_explained(self):
        page = (ROOT / "docs" / "container.md").read_text()
        names = set()
        for name in ("cronjob.yaml", "job.yaml"):
            names |= set(PLACEHOLDER.findall((CONTAINER / name).read_text()))
        self.assertGreater(len(names), 6)
        for name in names:
            self.assertIn(f"`<{name}>`", page)

    def test_checkov_finds_nothing(self):
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [sys.executable, CHECKOV, "--skip-download", "--directory", CONTAINER, "--framework", "dockerfile", "kubernetes",
                 # What runs once and ends is not asked for its health.
                 "--skip-check", "CKV_DOCKER_2", "--output", "json"],
                capture_output=True, text=True, timeout=300, check=False, env={"PATH": "/usr/bin:/bin", "HOME": home})
        found = {one["check_type"]: one for one in json.loads(done.stdout)}
        self.assertEqual(set(found), {"dockerfile", "kubernetes"})
        for kind, one in found.items():
            self.assertEqual((one["summary"]["failed"], one["summary"]["parsing_errors"]), (0, 0), one["results"]["failed_checks"])
            self.assertGreater(one["summary"]["passed"], 30, kind)


class Image(unittest.TestCase):
    def test_both_bases_are_pinned_and_the_compiler_is_the_sources(self):
        bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
        self.assertEqual(len(bases), 2)
        for base in bases:
            self.assertRegex(base, DIGEST)
        rust = re.search(r'^channel = "(.+)"', (ROOT / "rust-toolchain.toml").read_text(), re.M).group(1)
        self.assertIn(f"/rust:{rust}-alpine", bases[0])
        self.assertIn("/distroless/static-", bases[1])

    def test_it_runs_as_the_pod_does_without_rights_and_sweeps(self):
        user = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.M).groups()
        security = pod()["spec"]["securityContext"]
        self.assertEqual(user, (str(security["runAsUser"]), str(security["runAsGroup"])))
        self.assertNotEqual(user[0], "0")
        [entry], [command] = (re.findall(rf"^{word} (\[.*\])$", DOCKERFILE, re.M) for word in ("ENTRYPOINT", "CMD"))
        self.assertRegex(DOCKERFILE, re.escape(json.loads(entry)[0]) + r"\n")
        for name, container in containers().items():
            self.assertEqual(container["args"], json.loads(command), name)
            self.assertNotIn("command", container, "the image has its own")

    def test_what_is_copied_into_the_build_is_all_that_it_needs(self):
        """Every file that the compiler read for one of the crates, as it notes them, is one that .dockerignore lets in."""
        lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
        let_in = [line[1:] for line in lines if line.startswith("!")]
        self.assertEqual(lines[0], "*")
        # Not the list beside the program: cargo makes that only where the program itself was asked for, and no test.
        notes = (Path(PROGRAM).parent / "deps").glob("lamplighter*.d")
        words = {word for note in notes for word in note.read_text().split() if not word.endswith(":")}
        # Older notes may name files that are gone.
        built_from = [word for word in words if not os.path.isabs(word) and (ROOT / word).is_file()]
        self.assertGreater(len(built_from), 100)
        for name in map(os.path.normpath, built_from):
            self.assertTrue(any(name == one or name.startswith(one + "/") for one in let_in), name)
        # And what cargo looks for before it compiles anything.
        manifest = (ROOT / "Cargo.toml").read_text()
        self.assertIn("[[bench]]", manifest)
        self.assertLessEqual({"Cargo.toml", "Cargo.lock", "benches", "crates"}, set(let_in))


class Page(unittest.TestCase):
    def test_the_page_shows_the_files_that_are_there(self):
        page = (ROOT / "docs" / "container.md").read_text()
        for name in ("Dockerfile", "cronjob.yaml", "job.yaml"):
            self.assertIn(f"infra/container/{name}", page)
        commands = "\n".join(block.text for block in blocks("sh azure") if block.page == "docs/container.md")
        for words in ("az acr build", "az identity federated-credential create", "az containerapp job create", "kubectl apply"):
            self.assertIn(words, commands)


if __name__ == "__main__":
    unittest.main()
