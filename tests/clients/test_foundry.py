"""Microsoft Foundry by Microsoft's clients: azure-mgmt-cognitiveservices as the Azure CLI has it (2026-05-15-preview) and
the newest (2026-09-15-preview), and the generic azure-mgmt-resource, which reads any version and starts nothing; what it
has no call for is posted by azure-core's pipeline and followed by azure-mgmt-core's poller."""

import json
import logging
import pathlib
import subprocess
import sys

from azure.core import PipelineClient
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import Pipeline
from azure.core.pipeline.policies import RequestIdPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.polling import LROPoller
from azure.core.rest import HttpRequest
from azure.identity import ManagedIdentityCredential
from azure.mgmt.core.polling.arm_polling import ARMPolling
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.resource import ResourceManagementClient

from simulator import HERE, SimulatorTest

logging.getLogger("azure").setLevel(logging.CRITICAL)

FLEET = json.loads((HERE / "../../crates/simulator/src/fleets/foundry_fleet.json").read_text())
SUBSCRIPTION = FLEET["subscriptions"][0]["id"]
GROUP = FLEET["subscriptions"][0]["resourceGroups"][0]["name"]
ACCOUNTS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.CognitiveServices/accounts"
WORKBENCHES = f"{ACCOUNTS}/aif-research/projects/agents/workbenches"
NEWEST = pathlib.Path(HERE).parent / ".cache" / "clients-newest" / "bin" / "python"
OLDER = ("2026-03-15-preview", "2026-05-15-preview", "2026-07-15-preview")
SINCE = "2026-09-15-preview"
TAGS = {"lamp-schedule": "stop daily 20:00 Europe/Lisbon"}


class Foundry(SimulatorTest):
    fleet = "foundry"


class Cognitive(Foundry):
    """Each of these has a simulator of its own: what they do lasts."""

    def seen_by(self, python):
        done = subprocess.run([python, HERE / "newest" / "foundry.py", self.url, SUBSCRIPTION, GROUP],
                              capture_output=True, text=True, timeout=600, cwd=HERE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        seen = json.loads(done.stdout)
        self.assertEqual(set(seen["accounts"]), {"aif-team", "aif-research"})
        self.assertEqual(seen["accounts"]["aif-research"], ["AIServices", "swedencentral", {}])
        self.assertEqual(seen["team"]["speech"]["owner"], "dora@example.org")
        research = seen["research"]
        self.assertEqual(research["agents"], ["wb-filipa", "wb-gil"])
        self.assertEqual((research["target"], research["made by"]), ("research", "filipa@example.org"))
        self.assertEqual((research["identity"], research["refused"]), ("UserAssigned", [409, "RequestConflict"]))
        self.assertEqual(seen["failed"], ["Failed", "InsufficientQuota", ["InsufficientQuota"]])
        computes = seen["computes"]
        self.assertEqual(computes["pools"], [
            ["default", "Regular", "Standard_NC24ads_A100_v4", 2], ["spot", "Spot", "Standard_NC6s_v3", 1]])
        self.assertEqual((computes["stopped"], computes["started"]), ("Stopped", "Succeeded"))
        self.assertEqual(seen["deployment"], ["gpt-oss", 2, 8])
        return research, computes


class OfTheAzureCli(Cognitive):
    def test_the_version_of_the_azure_cli_has_tags_and_its_power_in_provisioning_state(self):
        research, computes = self.seen_by(sys.executable)
        self.assertEqual((research["tags"], research["gpus"]), (TAGS, None))
        self.assertEqual(research["states"], [
            ["Succeeded", None], ["Succeeded", "Stopped", None], ["Succeeded", "Stopped", None],
            ["Succeeded", "Succeeded", None], ["Succeeded", "Succeeded", None], ["Succeeded", "Succeeded", None]])
        self.assertEqual(computes["box"], ["ContainerInstance", True, "Succeeded"])


class Newest(Cognitive):
    def test_the_newest_version_has_a_status_and_no_tags(self):
        research, computes = self.seen_by(NEWEST)
        self.assertEqual((research["tags"], research["gpus"]), (None, 2))
        self.assertEqual(research["states"], [
            ["Succeeded", "Running"], ["Succeeded", "Succeeded", "Stopped"], ["Succeeded", "Succeeded", "Stopped"],
            ["Succeeded", "Succeeded", "Running"], ["Succeeded", "Succeeded", "Running"],
            ["Succeeded", "Succeeded", "Running"]])
        self.assertEqual(computes["box"], ["ContainerInstance", False, "Succeeded"])


class Generic(Foundry):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        credential, scopes = ManagedIdentityCredential(), [f"{cls.url}/.default"]
        cls.client = ResourceManagementClient(
            credential, SUBSCRIPTION, base_url=cls.url, credential_scopes=scopes, retry_total=0)
        cls.addClassCleanup(cls.client.close)
        cls.pipeline = Pipeline(
            RequestsTransport(), [RequestIdPolicy(), ARMChallengeAuthenticationPolicy(credential, *scopes)])
        cls.arm = PipelineClient(cls.url, pipeline=cls.pipeline)
        cls.addClassCleanup(cls.arm.close)

    def get(self, version):
        return self.client.resources.get_by_id(f"{WORKBENCHES}/wb-filipa", version)

    def power(self, action, version):
        """Posts an action and waits for its end."""
        request = HttpRequest("POST", f"{self.url}{WORKBENCHES}/wb-filipa/{action}?api-version={version}")
        begun = self.pipeline.run(request)
        begun.http_response.raise_for_status()
        poller = LROPoller(self.arm, begun, lambda _: None, ARMPolling(timeout=1))
        poller.result(timeout=600)
        return begun.http_response.status_code, poller.status()

    def test_a_workbench_is_read_in_every_version_stopped_and_started(self):
        for version in OLDER:
            one = self.get(version)
            self.assertEqual((one.tags, one.location), (TAGS, "swedencentral"), version)
            self.assertEqual(one.properties["provisioningState"], "Succeeded")
            self.assertNotIn("status", one.properties)
        one = self.get(SINCE)
        self.assertEqual((one.tags, one.location, one.properties["status"]), (None, None, "Running"))
        for action, version, older, status in (
                ("stop", SINCE, "Stopped", "Stopped"), ("start", OLDER[0], "Succeeded", "Running"),
                ("restart", OLDER[2], "Succeeded", "Running")):
            self.assertEqual(self.power(action, version), (202, "Succeeded"), action)
            self.assertEqual(self.get(OLDER[1]).properties["provisioningState"], older)
            self.assertEqual(self.get(SINCE).properties["status"], status)
        self.assertEqual(self.power("start", SINCE), (204, "Succeeded"))

    def test_workbenches_are_listed_over_pages_by_the_pipeline(self):
        # The generic client lists resources of a group; a workbench is none of these.
        listed = {one.type for one in self.client.resources.list_by_resource_group(GROUP)}
        self.assertEqual(listed, {"Microsoft.CognitiveServices/accounts", "Microsoft.CognitiveServices/accounts/projects"})
        link, names = f"{self.url}{ACCOUNTS}/aif-team/projects/vision/workbenches?api-version={SINCE}", []
        while link:
            page = self.arm.send_request(HttpRequest("GET", link))
            page.raise_for_status()
            names += [one["name"] for one in page.json()["value"]]
            link = page.json().get("nextLink")
        self.assertEqual(names, ["wb-anna", "wb-bruno", "wb-carla"])

    def test_another_version_is_refused_with_those_that_there_are(self):
        with self.assertRaises(HttpResponseError) as refused:
            self.get("2025-06-01")
        self.assertEqual(refused.exception.status_code, 400)
        self.assertIn(f"The supported api-versions are '{SINCE}", str(refused.exception))
