"""The custom role: what it grants is what the client asks for, in both directions."""

import datetime
import functools
import json
import re
import unittest

from common import HERE, INFRA, Running, ask, lamplighter, resources, template

ROLE = INFRA / "role" / "lamplighter.json"
PROVIDER = "providers/microsoft.machinelearningservices"
# Calls that no right is asked for: prices and tokens, and Resource Graph, which shows what other rights let be seen.
FREE = {("GET", "/api/retail/prices"), ("GET", "/msi/token"), ("POST", "/providers/microsoft.resourcegraph/resources")}
# The right of a call that is made only where the price list fails (tests/sweep/prices.rs); the sweeps below do not.
ELSEWHERE = {"Microsoft.MachineLearningServices/locations/vmSizes/read"}

# What the doctor asks at the app's first start though the role may not, see docs/doctor.md: a refusal says enough.
DOCTORS = {("GET", "/subscriptions/{}/providers/{}"), ("GET", "{}/providers/microsoft.authorization/permissions")}


def whole(route):
    """A route in lower case with its names left open. The simulator shortens the long ones, the program does not."""
    route = re.sub(r"\{\w+\}", "{}", route.lower())
    if route.startswith("locations/"):
        return f"/subscriptions/{{}}/{PROVIDER}/{route}"
    if route.split("/")[0] == "w":
        return f"/subscriptions/{{}}/resourcegroups/{{}}/{PROVIDER}/workspaces/{{}}{route[1:]}"
    return route


@functools.cache
def needs():
    """Each call of the program, with the right that it says the call needs."""
    rights = json.loads(lamplighter("settings", "--rights", "--json").stdout)
    return {(call["method"], whole(call["path"])): right["action"] for right in rights for call in right["calls"]}


def calls(url):
    """What a simulator was asked, with the statuses that it answered."""
    routes = json.loads(ask(f"{url}/simulator/calls")[1])["routes"]
    return {(one["method"], whole(one["route"])): one["statuses"] for one in routes}


def actions():
    [permission] = json.loads(ROLE.read_text())["permissions"]
    return permission["actions"]


class Role(unittest.TestCase):
    def test_it_grants_what_the_client_calls_and_nothing_else(self):
        self.assertEqual(sorted(actions()), sorted(set(needs().values())))

    def test_the_program_prints_the_file(self):
        self.assertEqual(lamplighter("settings", "--role").stdout, ROLE.read_text())

    def test_it_names_every_action_in_full_and_touches_no_data(self):
        role = json.loads(ROLE.read_text())
        self.assertEqual(set(role), {"name", "description", "permissions"})
        [permission] = role["permissions"]
        self.assertEqual([permission[name] for name in ("notActions", "dataActions", "notDataActions")], [[], [], []])
        for action in actions():
            self.assertNotIn("*", action)
            self.assertRegex(action, r"/(read|start/action|stop/action|updateIdleShutdownSetting/action)$")

    def test_both_modules_take_it_from_the_file(self):
        for module in ("subscription", "management-group"):
            text = (INFRA / "role" / f"{module}.bicep").read_text()
            self.assertIn("loadJsonContent('lamplighter.json')", text)
            self.assertIn("permissions: definition.permissions", text)
            self.assertNotIn("/action", text)
            self.assertIn("param roleName string = 'Lamplighter operator'\n", text)
        inner = template()["resources"]["roles"]["properties"]["template"]
        self.assertEqual(inner["variables"]["$fxv#0"], json.loads(ROLE.read_text()))
        self.assertEqual(json.loads(ROLE.read_text())["name"], inner["parameters"]["roleName"]["defaultValue"])
        self.assertEqual(template()["parameters"]["roleName"], inner["parameters"]["roleName"] | {
            "metadata": template()["parameters"]["roleName"]["metadata"]})

    def test_only_the_role_and_built_in_ones_of_data_are_assigned(self):
        roles = set()
        for assignment in resources("Microsoft.Authorization/roleAssignments"):
            roles.add(assignment["properties"]["roleDefinitionId"])
        built_in = {f"variables('{name}')" for name in
                    ("blobDataOwner", "queueDataContributor", "blobDataContributor", "monitoringMetricsPublisher",
                     # What is there only where it is asked for.
                     "queueMessageSender", "emailOwner", "eventGridDataSender", "keyVaultSecretsUser")}
        # Those of kinds are compared with their files in test_kinds.py.
        readers = ("'lamplighter-autoscale'", "'lamplighter-shutdown'", "'lamplighter-foundry-operations'")
        of_kinds = {"[variables('role')]", *(role for role in roles if any(reader in role for reader in readers))}
        self.assertEqual(len(of_kinds & roles), 4)
        self.assertEqual({role for role in roles - of_kinds if "lamplighter-operator" not in role},
                         {f"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', {name})]" for name in built_in})


class RoleInUse(Running):
    """The simulator answers 403 to what the role does not grant."""

    def sweep(self, role):
        """A simulator's calls after a sweep in the evening that waits for its actions, under a role."""
        url = self.evening("--role", role)
        settings = self.settings(url, f"ledger-{role.stem}")
        result = lamplighter("sweep", "--json", "--wait", "--at", self.now(url), **settings)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        return calls(url)

    def role_without(self, *left_out):
        role = json.loads(ROLE.read_text())
        [permission] = role["permissions"]
        permission["actions"] = [action for action in permission["actions"] if action not in left_out]
        path = self.folder / f"without-{len(list(self.folder.glob('without-*')))}.json"
        path.write_text(json.dumps(role))
        return path

    def test_a_sweep_meets_no_403_and_each_action_left_out_makes_one(self):
        made = self.sweep(ROLE)
        self.assertEqual({call for call, statuses in made.items() if "403" in statuses}, set())
        self.assertEqual(set(made) - set(needs()) - FREE, set(), "calls without a right")
        used = {needs()[call] for call in made if call in needs()}
        self.assertEqual(set(actions()) - used - ELSEWHERE, set(), "rights that no call used")
        for action in sorted(used):
            with self.subTest(left_out=action):
                refused = {call for call, statuses in self.sweep(self.role_without(action)).items() if "403" in statuses}
                self.assertTrue(refused)
                self.assertEqual({needs()[call] for call in refused}, {action})

    def test_the_pass_over_one_workspace_that_a_message_names_meets_no_403(self):
        """A message so old that the workspace's and its group's tags are read anew."""
        url = self.simulator("--fleet", HERE / "fleet.json", "--role", ROLE)
        now = datetime.datetime.now(datetime.timezone.utc)
        subscription = json.loads((HERE / "fleet.json").read_text())["subscriptions"][0]
        group = subscription["resourceGroups"][0]
        message = {
            "lamplighter": 1, "round": "r", "at": (now - datetime.timedelta(minutes=5)).isoformat(), "instances": 1,
            "limit": {"stops": 20}, "policy": {}, "workspace": f"/subscriptions/{subscription['id']}/resourceGroups/{group['name']}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{group['workspaces'][0]['name']}",
        }
        self.start("serve", **self.settings(url), FUNCTIONS_CUSTOMHANDLER_PORT=self.port())
        status, body = self.ask_handler("/workspace", "POST", {"Data": {"message": json.dumps(json.dumps(message))}, "Metadata": {}})
        self.assertEqual(status, 200, body)
        made = calls(url)
        read = {("GET", whole(route)) for route in ("W", "/subscriptions/{s}/resourceGroups/{g}", "W/computes")}
        self.assertLessEqual(read, set(made))
        refused = {call for call, statuses in made.items() if "403" in statuses}
        self.assertLessEqual(refused, DOCTORS)
        self.assertEqual(set(made) - set(needs()) - FREE - DOCTORS, set(), "calls without a right")

    def test_a_week_of_the_demos_fleet_meets_no_403(self):
        url = self.simulator("--fleet", "demo", "--manual-clock", "--start", "2026-11-23T00:00:00Z", "--role", ROLE)
        settings = self.settings(url)
        made = {"stops": 0, "starts": 0}
        for _ in range(28):
            now = json.loads(ask(f"{url}/simulator/clock")[1])["now"]
            result = lamplighter("sweep", "--json", "--at", now, **settings)
            summary = json.loads(result.stdout.splitlines()[-1])
            for name in made:
                made[name] += summary[name]
            self.assertEqual(ask(f"{url}/simulator/clock", "POST", {"advanceSeconds": 6 * 3600})[0] // 100, 2)
        self.assertGreater(made["stops"], 50)
        self.assertGreater(made["starts"], 0)
        # What is attached is another kind's, and its role is not given: the inventory tries once a day, and says so.
        attached = {("GET", "managedclusters/{}"), ("GET", "virtualmachines/{}")}
        self.assertEqual({call for call, statuses in calls(url).items() if "403" in statuses}, attached)


if __name__ == "__main__":
    unittest.main()
