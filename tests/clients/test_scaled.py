"""What is scaled by a number, by Microsoft's clients: clusters, endpoints and deployments by azure-mgmt-machinelearningservices,
azure-ai-ml and @azure/arm-machinelearning, autoscale settings by azure-mgmt-monitor. The fleet is the built-in one of kinds."""

import datetime
import json
import logging
import os
import pathlib
import subprocess
import time

from azure.ai.ml import MLClient
from azure.core.exceptions import HttpResponseError
from azure.identity import ManagedIdentityCredential
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient
from azure.mgmt.machinelearningservices import models
from azure.mgmt.monitor import MonitorManagementClient
from azure.mgmt.monitor.models import AutoscaleSettingResourcePatch

from simulator import HERE, IDENTITY_HEADER, SimulatorTest

logging.getLogger("azure").setLevel(logging.CRITICAL)

FLEET = json.loads((HERE / "../../crates/simulator/src/fleets/kinds_fleet.json").read_text())
SUBSCRIPTION = FLEET["subscriptions"][0]["id"]
GROUP = FLEET["subscriptions"][0]["resourceGroups"][0]["name"]
WORKSPACE = FLEET["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["name"]


class Kinds(SimulatorTest):
    fleet = "kinds"

    def until(self, seen, what):
        """Waits for what the simulated time brings."""
        end = time.monotonic() + 120
        while not seen():
            self.assertLess(time.monotonic(), end, what)


class ManagementSdk(Kinds):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = MachineLearningServicesMgmtClient(
            ManagedIdentityCredential(), SUBSCRIPTION, base_url=cls.url,
            credential_scopes=[f"{cls.url}/.default"], retry_total=0)
        cls.addClassCleanup(cls.client.close)

    def capacity(self, endpoint, deployment, capacity):
        body = models.PartialMinimalTrackedResourceWithSku(sku=models.PartialSku(name="Default", capacity=capacity))
        return self.client.online_deployments.begin_update(
            GROUP, WORKSPACE, endpoint, deployment, body, polling_interval=0.1)

    def cluster(self, name):
        return self.client.compute.get(GROUP, WORKSPACE, name).properties

    def test_endpoints_and_deployments_are_listed_over_pages(self):
        found = {e.name: e for e in self.client.online_endpoints.list(GROUP, WORKSPACE)}
        self.assertEqual(set(found), {"churn", "forecast", "pilot", "edge"})
        self.assertEqual(found["churn"].properties.traffic, {"blue": 100, "green": 0})
        self.assertTrue(found["edge"].properties.compute.endswith("/computes/k8s"))
        blue, green = self.client.online_deployments.list(GROUP, WORKSPACE, "churn")
        self.assertEqual((blue.name, green.sku.name, green.sku.capacity), ("blue", "Default", 1))
        self.assertIsInstance(blue.properties, models.ManagedOnlineDeployment)
        self.assertEqual(
            (green.properties.instance_type, green.properties.provisioning_state), ("Standard_F4s_v2", "Succeeded"))
        self.assertIsNotNone(blue.system_data.last_modified_at)
        main, routed = self.client.online_deployments.list(GROUP, WORKSPACE, "edge")
        self.assertIsInstance(main.properties, models.KubernetesOnlineDeployment)
        self.assertEqual(routed.properties.scale_settings.max_instances, 3)
        sku, = self.client.online_deployments.list_skus(GROUP, WORKSPACE, "churn", "blue")
        self.assertEqual((sku.capacity.minimum, sku.capacity.maximum), (1, 50))
        batch, = self.client.batch_endpoints.list(GROUP, WORKSPACE)
        self.assertEqual(batch.name, "score-nightly")
        deployment, = self.client.batch_deployments.list(GROUP, WORKSPACE, "score-nightly")
        self.assertTrue(deployment.properties.compute.endswith("/computes/cpu-zero"))

    def test_capacity_is_changed_and_the_location_is_read_as_the_deployment(self):
        poller = self.capacity("churn", "blue", 2)
        self.assertFalse(poller.done(), "it takes a quarter of an hour")
        self.assertEqual(
            self.client.online_deployments.get(GROUP, WORKSPACE, "churn", "blue").properties.provisioning_state, "Scaling")
        changed = poller.result(timeout=600)
        self.assertEqual((changed.name, changed.sku.capacity, changed.properties.provisioning_state), ("blue", 2, "Succeeded"))
        self.assertEqual(self.capacity("churn", "blue", 2).result(timeout=600).sku.capacity, 2, "it is so already")

    def test_what_is_refused_says_so_as_azure_does(self):
        with self.assertRaises(HttpResponseError) as refused:
            self.capacity("churn", "green", 0)
        self.assertEqual(refused.exception.status_code, 400)
        self.assertIn("minimum value of instance count is 1", str(refused.exception))
        self.capacity("pilot", "first", 1).result(timeout=600)
        with self.assertRaises(HttpResponseError) as refused:
            self.capacity("pilot", "first", 2)
        self.assertEqual(refused.exception.status_code, 400)
        self.assertIn("Not enough quota available for Standard_NC6s_v3", str(refused.exception))

    def test_a_cluster_is_read_and_scaled(self):
        properties = self.cluster("cpu-warm")
        self.assertIsInstance(properties, models.AmlCompute)
        before = properties.properties
        self.assertEqual((before.scale_settings.min_node_count, before.scale_settings.max_node_count), (2, 6))
        self.assertEqual(before.scale_settings.node_idle_time_before_scale_down, datetime.timedelta(minutes=5))
        self.assertEqual(self.cluster("gpu-low").properties.vm_priority, "LowPriority")
        nodes = list(self.client.compute.list_nodes(GROUP, WORKSPACE, "cpu-warm"))
        self.assertEqual(len(nodes), before.current_node_count)
        body = models.ClusterUpdateParameters(properties=models.ScaleSettingsInformation(scale_settings=models.ScaleSettings(
            min_node_count=0, max_node_count=6, node_idle_time_before_scale_down=datetime.timedelta(minutes=5))))
        poller = self.client.compute.begin_update(GROUP, WORKSPACE, "cpu-warm", body, polling_interval=0.1)
        changed = poller.result(timeout=600)
        self.assertEqual((changed.name, changed.properties.provisioning_state), ("cpu-warm", "Succeeded"))
        self.assertEqual(changed.properties.properties.scale_settings.min_node_count, 0)
        stuck = self.cluster("cpu-stuck").properties
        self.assertEqual((stuck.allocation_state, stuck.node_state_counts.unusable_node_count), ("Resizing", 1))


class MachineLearningSdk(Kinds):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = MLClient(
            ManagedIdentityCredential(), SUBSCRIPTION, GROUP, WORKSPACE, cloud="LocalSim",
            enable_telemetry=False, show_progress=False)

    def test_every_compute_is_listed(self):
        found = {compute.name: compute for compute in self.client.compute.list()}
        self.assertLessEqual({"ci-ana", "cpu-warm", "gpu-low", "cpu-zero", "cpu-stuck"}, set(found))
        warm = found["cpu-warm"]
        self.assertEqual((warm.type, warm.min_instances, warm.max_instances), ("amlcompute", 2, 6))
        self.assertEqual((warm.tier, found["gpu-low"].tier), ("dedicated", "low_priority"))
        self.assertEqual(warm.idle_time_before_scale_down, 300)
        clusters = {compute.name for compute in self.client.compute.list(compute_type="AmlCompute")}
        self.assertEqual(clusters, {"cpu-warm", "gpu-low", "cpu-zero", "cpu-stuck"})

    def test_endpoints_and_deployments_are_read(self):
        found = {endpoint.name: endpoint for endpoint in self.client.online_endpoints.list()}
        self.assertEqual(set(found), {"churn", "forecast", "pilot", "edge"})
        self.assertEqual(found["churn"].tags["lamp-schedule"], "Mon-Fri 07:00-20:00 Europe/Lisbon")
        deployments = {one.name: one for one in self.client.online_deployments.list("churn")}
        self.assertEqual({name: one.instance_count for name, one in deployments.items()}, {"blue": 3, "green": 1})
        self.assertEqual(deployments["blue"].instance_type, "Standard_F4s_v2")
        routed = self.client.online_deployments.get("routed", "edge")
        self.assertEqual((routed.type.lower(), routed.scale_settings.max_instances), ("kubernetes", 3))
        self.assertEqual([endpoint.name for endpoint in self.client.batch_endpoints.list()], ["score-nightly"])
        self.assertEqual([one.compute.split("/")[-1] for one in self.client.batch_deployments.list("score-nightly")], ["cpu-zero"])
        self.assertEqual([endpoint.name for endpoint in self.client.serverless_endpoints.list()], ["phi"])


class MonitorSdk(Kinds):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        credential = ManagedIdentityCredential()
        scopes = {"base_url": cls.url, "credential_scopes": [f"{cls.url}/.default"], "retry_total": 0}
        cls.client = MonitorManagementClient(credential, SUBSCRIPTION, **scopes)
        cls.addClassCleanup(cls.client.close)
        cls.learning = MachineLearningServicesMgmtClient(credential, SUBSCRIPTION, **scopes)
        cls.addClassCleanup(cls.learning.close)

    def deployment(self):
        return self.learning.online_deployments.get(GROUP, WORKSPACE, "forecast", "main")

    def test_a_setting_fights_back_until_it_is_switched_off(self):
        setting, = self.client.autoscale_settings.list_by_subscription()
        self.assertEqual(setting.name, "forecast-autoscale")
        self.assertEqual(setting.target_resource_uri.lower(), self.deployment().id.lower())
        profile, = setting.profiles
        self.assertEqual((profile.capacity.minimum, profile.capacity.maximum), ("2", "5"))
        self.assertEqual(profile.rules[0].metric_trigger.metric_name, "RequestsPerMinute")
        body = models.PartialMinimalTrackedResourceWithSku(sku=models.PartialSku(name="Default", capacity=1))
        scale = self.learning.online_deployments.begin_update
        scale(GROUP, WORKSPACE, "forecast", "main", body, polling_interval=0.1).result(timeout=600)
        self.until(lambda: self.deployment().sku.capacity == 2, "autoscale did not bring it back")
        self.until(lambda: self.deployment().properties.provisioning_state == "Succeeded", "it never settled")
        off = AutoscaleSettingResourcePatch(profiles=setting.profiles, enabled=False)
        self.assertFalse(self.client.autoscale_settings.update(GROUP, setting.name, off).enabled)
        self.assertFalse(self.client.autoscale_settings.get(GROUP, setting.name).enabled)
        scale(GROUP, WORKSPACE, "forecast", "main", body, polling_interval=0.1).result(timeout=600)
        listed, = self.client.autoscale_settings.list_by_resource_group(GROUP)
        self.assertFalse(listed.enabled)
        self.assertEqual(self.deployment().sku.capacity, 1)


class JavaScriptSdk(Kinds):
    def test_computes_and_deployments_are_listed_and_scaled(self):
        given = {"url": self.url, "header": IDENTITY_HEADER, "subscription": SUBSCRIPTION, "group": GROUP,
                 "workspace": WORKSPACE}
        environment = dict(os.environ, NODE_EXTRA_CA_CERTS=self.environment["REQUESTS_CA_BUNDLE"])
        script = pathlib.Path(HERE) / "arm_machinelearning.cjs"
        done = subprocess.run(["node", script], input=json.dumps(given), text=True, capture_output=True, env=environment,
                              timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads(done.stdout)
        self.assertLessEqual({"ci-ana": "ComputeInstance", "cpu-warm": "AmlCompute"}.items(), said["computes"].items())
        self.assertEqual(said["deployments"], {"blue": 3, "green": 1})
        self.assertEqual(said["scaled"], {"name": "blue", "capacity": 2, "state": "Succeeded"})
        self.assertEqual(said["cluster"], {"name": "cpu-warm", "min": 0, "state": "Succeeded"})
        self.assertEqual(said["refused"], 400)
