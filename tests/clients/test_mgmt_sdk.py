"""azure-mgmt-machinelearningservices, the generated SDK for Azure Machine Learning's control plane."""

import logging
import time

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ManagedIdentityCredential
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient

from simulator import GROUP, INSTANCES, SUBSCRIPTION, WORKSPACE, SimulatorTest

logging.getLogger("azure").setLevel(logging.CRITICAL)


class ManagementSdk(SimulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = MachineLearningServicesMgmtClient(
            ManagedIdentityCredential(), SUBSCRIPTION, base_url=cls.url,
            credential_scopes=[f"{cls.url}/.default"], retry_total=0)
        cls.addClassCleanup(cls.client.close)

    def state(self, name):
        return self.client.compute.get(GROUP, WORKSPACE, name).properties.properties.state

    def test_workspaces_are_listed_over_pages(self):
        found = {w.name: w for w in self.client.workspaces.list_by_subscription()}
        self.assertEqual(set(found), {"ml-clients", "ml-empty", "ml-third"})
        one = self.client.workspaces.get(GROUP, WORKSPACE)
        self.assertEqual(one.location, "westeurope")
        self.assertEqual(one.tags["lamp-schedule"], "Mon-Fri 08:00-19:00 Europe/Lisbon")
        self.assertEqual(one.id, found[WORKSPACE].id)

    def test_computes_are_listed_over_pages(self):
        before = self.calls().get(("GET", "W/computes"), 0)
        found = {c.name: c for c in self.client.compute.list(GROUP, WORKSPACE)}
        self.assertEqual(set(found), {instance["name"] for instance in INSTANCES})
        self.assertEqual(self.calls()[("GET", "W/computes")] - before, 3, "five computes, two a page")
        self.assertEqual(list(self.client.compute.list(GROUP, "ml-empty")), [])
        self.assertEqual(found["cluster"].properties.compute_type, "AmlCompute")

    def test_an_instance_is_read_in_full(self):
        one = self.client.compute.get(GROUP, WORKSPACE, "ci-native")
        self.assertEqual(one.properties.compute_type, "ComputeInstance")
        self.assertEqual(one.properties.provisioning_state, "Succeeded")
        inner = one.properties.properties
        self.assertEqual(inner.state, "Stopped")
        self.assertEqual(inner.vm_size.upper(), "STANDARD_E4S_V3")
        self.assertIn(inner.last_operation.operation_name, ("Create", "Stop"))
        self.assertIsNotNone(inner.last_operation.operation_time)
        schedule = inner.schedules.compute_start_stop[0]
        self.assertEqual((schedule.action, schedule.trigger_type, schedule.status), ("Stop", "Cron", "Enabled"))
        owner = self.client.compute.get(GROUP, WORKSPACE, "ci-on")
        self.assertEqual(owner.tags["owner"], "ana@example.org")
        self.assertEqual(owner.properties.properties.created_by.user_name, "ana@example.org")

    def test_stop_then_start_are_waited_for(self):
        self.assertEqual(self.state("ci-on"), "Running")
        poller = self.client.compute.begin_stop(GROUP, WORKSPACE, "ci-on", polling_interval=0.1)
        self.assertFalse(poller.done(), "a stop takes its time")
        poller.result(timeout=600)
        self.assertEqual((poller.status(), self.state("ci-on")), ("Succeeded", "Stopped"))
        operation = self.client.compute.get(GROUP, WORKSPACE, "ci-on").properties.properties.last_operation
        self.assertEqual((operation.operation_name, operation.operation_status), ("Stop", "Succeeded"))
        poller = self.client.compute.begin_start(GROUP, WORKSPACE, "ci-on", polling_interval=0.1)
        poller.result(timeout=600)
        self.assertEqual((poller.status(), self.state("ci-on")), ("Succeeded", "Running"))

    def test_what_is_refused_says_so_as_azure_does(self):
        with self.assertRaises(ResourceNotFoundError):
            self.client.compute.get(GROUP, WORKSPACE, "nobody")
        with self.assertRaises(HttpResponseError) as refused:
            self.client.compute.begin_stop(GROUP, WORKSPACE, "ci-full", polling_interval=0.1).result(timeout=600)
        self.assertEqual(refused.exception.status_code, 400)
        self.assertIn("disk is full", str(refused.exception))

    def test_sizes_carry_a_price(self):
        sizes = {size.name: size for size in self.client.virtual_machine_sizes.list("westeurope").value}
        prices = sizes["Standard_DS3_v2"].estimated_vm_prices
        self.assertEqual((prices.billing_currency, prices.unit_of_measure), ("USD", "OneHour"))
        self.assertTrue(any(value.os_type == "Linux" and value.retail_price > 0 for value in prices.values))

    def test_a_running_job_is_listed_with_its_compute(self):
        end = time.monotonic() + 60
        while not (jobs := list(self.client.jobs.list(GROUP, WORKSPACE))):
            self.assertLess(time.monotonic(), end, "the job of 10:05 never began")
        job, = jobs
        self.assertEqual((job.properties.status, job.properties.job_type), ("Running", "Command"))
        compute = self.client.compute.get(GROUP, WORKSPACE, "ci-full")
        self.assertEqual(job.properties.compute_id.lower(), compute.id.lower())
        self.assertEqual(list(self.client.jobs.list(GROUP, "ml-empty")), [])
