"""Microsoft's clients of what is billed behind attached computes: azure-mgmt-compute, -containerservice and -synapse,
those of the Azure CLI and the newest, and @azure/arm-compute and -containerservice of npm. And azure-ai-ml's list of
computes with every kind in it."""

import json
import pathlib
import subprocess
import sys
import urllib.request

from azure.ai.ml import MLClient
from azure.identity import ManagedIdentityCredential

from simulator import GROUP, IDENTITY_HEADER, SUBSCRIPTION, WORKSPACE, SimulatorTest

HERE = pathlib.Path(__file__).parent
NEWEST = HERE.parent / ".cache" / "clients-newest" / "bin" / "python"


class Resources(SimulatorTest):
    fleet = "kinds.json"

    def seen_by(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=HERE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def seen_by_python(self, python):
        seen = self.seen_by(python, HERE / "newest" / "resources.py", self.url, SUBSCRIPTION, GROUP)
        machines, clusters, pools = seen["virtual machines"], seen["clusters"], seen["pools"]
        self.assertEqual(machines["listed"], ["vm-on", "vm-quota", "vm-room", "vm-spot"])
        self.assertEqual(machines["in group"], machines["listed"])
        self.assertEqual((machines["size"], machines["os"], machines["spot"]), ("Standard_D4s_v3", "Linux", "Spot"))
        self.assertEqual(machines["tags"], {"owner": "ana@example.org"})
        self.assertEqual(machines["expanded"], ["ProvisioningState/succeeded", "PowerState/running"])
        self.assertEqual(machines["states"]["vm-quota"], "PowerState/deallocated")
        self.assertEqual(machines["powers"], [
            "PowerState/running", "Succeeded", "PowerState/deallocated", "Succeeded", "PowerState/running"])
        status, code, message = machines["no quota"]
        self.assertEqual((status, code), (409, "OperationNotAllowed"))
        self.assertIn("exceeding approved standardDSv3Family Cores quota", message)
        self.assertEqual(machines["no room"][1], "AllocationFailed")
        self.assertEqual((clusters["listed"], clusters["tier"]), (["aks", "aks-auto"], "Standard"))
        self.assertEqual(clusters["pools"][1], ["user", "User", 1, "Standard_D8s_v3", 3])
        self.assertEqual(clusters["powers"], [
            "Running", "Succeeded", "Succeeded", "Stopped", "Succeeded", "Succeeded", "Running", "Succeeded"])
        self.assertEqual(clusters["automatic"][:2], [400, "OperationNotAllowed"])
        self.assertEqual(pools, {
            "pause": [False, 0], "scale": [3, 9], "size": "Small", "tags": {"owner": "eva@example.org"},
            "listed": ["pool"]})

    def test_python_in_the_versions_of_the_azure_cli(self):
        self.seen_by_python(sys.executable)

    def test_python_in_the_newest_versions(self):
        self.seen_by_python(NEWEST)

    def test_node(self):
        request = urllib.request.Request(
            f"{self.url}/msi/token?api-version=2019-08-01&resource=https://management.azure.com/",
            headers={"X-IDENTITY-HEADER": IDENTITY_HEADER})
        with urllib.request.urlopen(request, context=self.trust) as answer:
            token = json.load(answer)["access_token"]
        seen = self.seen_by("env", f"NODE_EXTRA_CA_CERTS={self.environment['REQUESTS_CA_BUNDLE']}",
                            "node", HERE / "resources.mjs", self.url, SUBSCRIPTION, GROUP, token)
        self.assertEqual(seen["powers"], ["PowerState/running", "PowerState/deallocated", "PowerState/running"])
        self.assertEqual(seen["listed"], ["vm-on", "vm-quota", "vm-room", "vm-spot"])
        self.assertEqual(seen["quota"], [409, "OperationNotAllowed"])
        self.assertEqual(seen["states"], [["Running", "Succeeded"], ["Stopped", "Succeeded"], ["Running", "Succeeded"]])


class EveryKind(SimulatorTest):
    fleet = "kinds.json"

    def test_azure_ai_ml_lists_every_kind_of_compute(self):
        client = MLClient(ManagedIdentityCredential(), SUBSCRIPTION, GROUP, WORKSPACE, cloud="LocalSim",
                          enable_telemetry=False, show_progress=False)
        found = {compute.name: compute for compute in client.compute.list()}
        self.assertEqual({name: compute.type for name, compute in found.items()}, {
            "ci-on": "computeinstance", "cluster": "amlcompute", "vm": "virtualmachine", "k8s": "kubernetes",
            "arc": "kubernetes", "spark": "synapsespark", "aks-old": "*** unsupported compute type ***",
            "bricks": "*** unsupported compute type ***", "hadoop": "*** unsupported compute type ***",
            "factory": "*** unsupported compute type ***", "lake": "*** unsupported compute type ***"})
        self.assertTrue(found["vm"].resource_id.endswith("/virtualMachines/vm-on"))
        self.assertEqual(found["vm"].ssh_settings.ssh_port, 22)
        self.assertEqual((found["k8s"].namespace, found["arc"].namespace), ("ml", "default"))
        self.assertTrue(found["arc"].resource_id.endswith("/Microsoft.Kubernetes/connectedClusters/arc"))
        spark = client.compute.get("spark")
        self.assertEqual((spark.node_count, spark.auto_pause_settings.auto_pause_enabled), (3, False))
        self.assertEqual(spark.scale_settings.max_node_count, 9)
        self.assertEqual(client.compute.get("ci-on").ssh_settings.ssh_port, 50000)
