"""The Azure CLI, as a person types it, with a cloud registered by the simulator's address."""

import json
import os
import pathlib
import subprocess
import sys
import time

from simulator import GROUP, INSTANCES, SUBSCRIPTION, WORKSPACE, SimulatorTest

PROVIDER = "Microsoft.MachineLearningServices"
API = "2025-12-01"


class AzureCli(SimulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.environment = {
            **os.environ,
            "AZURE_CONFIG_DIR": str(cls.folder / "azure"),
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "AZURE_CORE_NO_COLOR": "true",
            "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
            "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
            "AZURE_EXTENSION_DIR": str(cls.folder / "extensions"),
        }
        # Where it is set, the CLI asks it instead of the cloud that was registered.
        del cls.environment["ARM_CLOUD_METADATA_URL"]
        cls.workspace = (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
                         f"/providers/{PROVIDER}/workspaces/{WORKSPACE}")
        cls.az("cloud", "register", "-n", "LocalSim", "--endpoint-resource-manager", cls.url)
        cls.az("cloud", "set", "-n", "LocalSim")
        cls.accounts = cls.az("login", "--identity")

    @classmethod
    def az(cls, *arguments, fails=False):
        """Runs `az` and returns what it printed as JSON; or, if it must fail, its error."""
        command = [pathlib.Path(sys.executable).parent / "python", "-m", "azure.cli", *arguments, "--output", "json"]
        done = subprocess.run(command, env=cls.environment, capture_output=True, text=True, timeout=600)
        shown = f"az {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        if fails:
            assert done.returncode != 0, f"should have failed: {shown}"
            return done.stderr
        assert done.returncode == 0, f"exit {done.returncode}: {shown}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def compute(self, name):
        return self.az("rest", "--method", "get",
                       "--url", f"{self.workspace}/computes/{name}?api-version={API}")

    def wait_for(self, name, state):
        end = time.monotonic() + 60
        while (shown := self.compute(name)["properties"]["properties"]["state"]) != state:
            self.assertLess(time.monotonic(), end, f"{name} is still {shown}, not {state}")

    def test_the_identity_signs_in_to_its_subscription(self):
        account, = self.accounts
        self.assertEqual((account["id"], account["name"]), (SUBSCRIPTION, "Research"))
        self.assertEqual(account["environmentName"], "LocalSim")
        self.assertEqual(account["user"]["type"], "servicePrincipal")
        shown = self.az("account", "show")
        self.assertEqual(shown["id"], SUBSCRIPTION)

    def test_resources_are_listed(self):
        all_of_them = self.az("resource", "list")
        workspaces = [r for r in all_of_them if r["type"].lower() == f"{PROVIDER}/workspaces".lower()]
        self.assertEqual({w["name"] for w in workspaces}, {"ml-clients", "ml-empty", "ml-third"})
        typed = self.az("resource", "list", "--resource-type", f"{PROVIDER}/workspaces",
                        "--resource-group", GROUP)
        self.assertEqual({w["name"] for w in typed}, {"ml-clients", "ml-empty", "ml-third"})
        group, = self.az("group", "list")
        self.assertEqual((group["name"], group["tags"]), (GROUP, {"cost-centre": "0815"}))
        one = self.az("resource", "show", "--ids", self.workspace, "--api-version", API)
        self.assertEqual(one["tags"]["lamp-schedule"], "Mon-Fri 08:00-19:00 Europe/Lisbon")

    def test_lists_are_filtered_by_tag_and_a_group_is_asked_for(self):
        tagged = self.az("resource", "list", "--tag", "lamp-schedule=Mon-Fri 08:00-19:00 Europe/Lisbon")
        self.assertEqual([r["name"] for r in tagged], [WORKSPACE])
        self.assertEqual(self.az("resource", "list", "--tag", "lamp-schedule=never"), [])
        self.assertEqual([g["name"] for g in self.az("group", "list", "--tag", "cost-centre=0815")], [GROUP])
        self.assertEqual(self.az("group", "list", "--tag", "cost-centre=1"), [])
        self.assertEqual(self.az("group", "exists", "--name", GROUP), True)
        self.assertEqual(self.az("group", "exists", "--name", "nowhere"), False)

    def test_metrics_take_the_timespan_as_it_is_written(self):
        shown = self.az("monitor", "metrics", "list", "--resource", self.workspace,
                        "--metrics", "CpuUtilizationPercentage", "--start-time", "2026-11-24T09:00:00",
                        "--end-time", "2026-11-24T09:30:00", "--interval", "PT1M")
        self.assertEqual(shown["timespan"], "2026-11-24T09:00:00Z/2026-11-24T09:30:00Z")

    def test_rest_reads_pages_and_acts(self):
        url, names = f"{self.workspace}/computes?api-version={API}", set()
        while url:
            page = self.az("rest", "--method", "get", "--url", url)
            names.update(compute["name"] for compute in page["value"])
            url = page.get("nextLink")
        self.assertEqual(names, {instance["name"] for instance in INSTANCES})
        self.assertEqual(self.compute("ci-off")["properties"]["properties"]["state"], "Stopped")
        self.az("rest", "--method", "post", "--url", f"{self.workspace}/computes/ci-off/start?api-version={API}")
        self.wait_for("ci-off", "Running")
        error = self.az("rest", "--method", "get", "--url", f"{self.workspace}/computes/nobody?api-version={API}",
                        fails=True)
        self.assertIn("NotFound", error)

    def test_a_resource_graph_query_finds_the_workspaces(self):
        body = {"query": f"resources | where type =~ '{PROVIDER.lower()}/workspaces'",
                "subscriptions": [SUBSCRIPTION]}
        found = self.az("rest", "--method", "post", "--body", json.dumps(body),
                        "--url", "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01")
        self.assertEqual(found["totalRecords"], 3)

    def test_invoke_action_stops_and_waits(self):
        self.wait_for("ci-on", "Running")
        self.az("resource", "invoke-action", "--action", "stop",
                "--ids", f"{self.workspace}/computes/ci-on", "--api-version", API)
        # The CLI itself waits for the operation.
        self.assertEqual(self.compute("ci-on")["properties"]["properties"]["state"], "Stopped")
        error = self.az("resource", "invoke-action", "--action", "stop",
                        "--ids", f"{self.workspace}/computes/ci-full", "--api-version", API, fails=True)
        self.assertIn("disk is full", error)
