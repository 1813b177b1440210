"""azure-ai-ml, the SDK that data scientists use."""

import logging
import time

from azure.ai.ml import MLClient
from azure.core.exceptions import ResourceNotFoundError
from azure.identity import ManagedIdentityCredential

from simulator import GROUP, INSTANCES, SUBSCRIPTION, WORKSPACE, SimulatorTest

logging.getLogger("azure").setLevel(logging.CRITICAL)


class MachineLearningSdk(SimulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The cloud comes from the simulator's own metadata, as in a sovereign cloud.
        cls.client = MLClient(
            ManagedIdentityCredential(), SUBSCRIPTION, GROUP, WORKSPACE, cloud="LocalSim",
            enable_telemetry=False, show_progress=False)

    def state(self, name):
        return self.client.compute.get(name).state

    def test_computes_are_listed_over_pages(self):
        found = {compute.name: compute for compute in self.client.compute.list()}
        self.assertEqual(set(found), {instance["name"] for instance in INSTANCES})
        self.assertEqual(found["ci-on"].type, "computeinstance")
        self.assertEqual(found["cluster"].type, "amlcompute")
        instances = {compute.name for compute in self.client.compute.list(compute_type="ComputeInstance")}
        self.assertEqual(instances, set(found) - {"cluster"})

    def test_an_instance_is_read_in_full(self):
        one = self.client.compute.get("ci-native")
        self.assertEqual((one.state, one.size.upper()), ("Stopped", "STANDARD_E4S_V3"))
        self.assertEqual(one.idle_time_before_shutdown, "PT60M")
        self.assertEqual(one.schedules.compute_start_stop[0].action.lower(), "stop")
        self.assertEqual(self.client.compute.get("ci-on").tags["owner"], "ana@example.org")
        with self.assertRaises(ResourceNotFoundError):
            self.client.compute.get("nobody")

    def test_stop_then_start_are_waited_for(self):
        self.assertEqual(self.state("ci-on"), "Running")
        poller = self.client.compute.begin_stop("ci-on")
        poller.result(timeout=600)
        self.assertEqual((poller.status(), self.state("ci-on")), ("Succeeded", "Stopped"))
        poller = self.client.compute.begin_start("ci-on")
        poller.result(timeout=600)
        self.assertEqual((poller.status(), self.state("ci-on")), ("Succeeded", "Running"))

    def test_the_workspace_is_read(self):
        workspace = self.client.workspaces.get(WORKSPACE)
        self.assertEqual((workspace.name, workspace.location), (WORKSPACE, "westeurope"))
        self.assertEqual(workspace.tags["lamp-schedule"], "Mon-Fri 08:00-19:00 Europe/Lisbon")

    def test_a_running_job_is_listed_with_its_compute(self):
        end = time.monotonic() + 60
        while not (jobs := list(self.client.jobs.list())):
            self.assertLess(time.monotonic(), end, "the job of 10:05 never began")
        job, = jobs
        self.assertEqual((job.status, job.compute), ("Running", "ci-full"))
