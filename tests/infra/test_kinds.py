"""The roles of other kinds than the instance: made and granted only where they are asked for, each in its place, and each right in
one role only."""

import json
import unittest

from common import INFRA, Running, ask, lamplighter, template
from test_expanded import HERE, OTHER, expand, of
from test_role import calls

import arm
import bicep_to_arm

# What the simulator's fleet `kinds` has.
OF_WORKSPACES = ("cluster", "deployment", "vm", "aks")
KINDS = (*OF_WORKSPACES, "workbench")
# The file of a kind's role, where it does not bear its name.
FILES = {"workbench": "foundry"}
GROUP = f"/subscriptions/{HERE}/resourceGroups/rg-ml"
WORKSPACE = f"/subscriptions/{OTHER}/resourceGroups/rg-two/providers/Microsoft.MachineLearningServices/workspaces/ml-two"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/gpu"
AKS = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-ml"
ACCOUNT = f"/subscriptions/{OTHER}/resourceGroups/rg-foundry/providers/Microsoft.CognitiveServices/accounts/aif-team"
PLACES = {"clusterScopes": [GROUP, WORKSPACE], "deploymentScopes": [WORKSPACE], "vmIds": [VM], "aksIds": [AKS],
          "foundryScopes": [GROUP, ACCOUNT]}
AUTOSCALE = "Microsoft.Insights/autoscalesettings/read"
SHUTDOWN = "Microsoft.DevTestLab/schedules/read"
OPERATIONS = "Microsoft.CognitiveServices/locations/computeOperations/read"
DEFINITION, ASSIGNMENT = "Microsoft.Authorization/roleDefinitions", "Microsoft.Authorization/roleAssignments"
# What changes something; all else reads.
ACTS = {
    "cluster": {"Microsoft.MachineLearningServices/workspaces/computes/write"},
    "deployment": {"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/write"},
    "vm": {"Microsoft.Compute/virtualMachines/start/action", "Microsoft.Compute/virtualMachines/deallocate/action"},
    "aks": {"Microsoft.ContainerService/managedClusters/start/action", "Microsoft.ContainerService/managedClusters/stop/action"},
    "workbench": {f"Microsoft.CognitiveServices/accounts/{machines}/{verb}/action" for machines in ("projects/workbenches", "computes")
                  for verb in ("start", "stop")},
}


def file(kind):
    return INFRA / "role" / f"{FILES.get(kind, kind)}.json"


def role(kind):
    return json.loads(file(kind).read_text())


def actions(kind):
    [permission] = role(kind)["permissions"]
    return permission["actions"]


def usual():
    """The actions of the role that instances need."""
    return actions("lamplighter")


def needed(kind):
    """Each right that a kind's calls need, by the program itself."""
    return {right["action"]: right for right in json.loads(lamplighter("settings", "--rights", kind, "--json").stdout)}


def lacking(granted):
    """The kinds whose calls could not all be made with these actions beside the role of instances."""
    return {kind for kind in ("instance", *KINDS) if set(needed(kind)) - set(granted) - set(usual())}


class Roles(unittest.TestCase):
    def test_the_program_prints_the_files(self):
        for kind in KINDS:
            self.assertEqual(lamplighter("settings", "--role", kind).stdout, file(kind).read_text(), kind)
        instance = lamplighter("settings", "--role", "Instance").stdout
        self.assertEqual(instance, (INFRA / "role" / "lamplighter.json").read_text())
        wrong = lamplighter("settings", "--role", "lamp")
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("expected one of instance, cluster, deployment, vm, aks, workbench", wrong.stderr)

    def test_a_role_names_every_action_in_full_and_no_more_than_its_kind_calls(self):
        for kind in KINDS:
            self.assertEqual(set(role(kind)), {"name", "description", "permissions"})
            [permission] = role(kind)["permissions"]
            self.assertEqual([permission[name] for name in ("notActions", "dataActions", "notDataActions")], [[], [], []])
            self.assertEqual(sorted(permission["actions"]), sorted(set(needed(kind)) - set(usual())), kind)
            self.assertEqual({one for one in permission["actions"] if not one.endswith("/read")}, ACTS[kind])
            self.assertNotIn("*", "".join(permission["actions"]))
        self.assertEqual(len({role(kind)["name"] for kind in (*KINDS, "lamplighter")}), 6)

    def test_a_role_says_what_it_could_do_beyond_the_calls(self):
        for kind, words in (("cluster", "overwrites those that are there, compute instances among them"),
                            ("deployment", "replaces their model"), ("vm", "Whoever works on the machine"), ("aks", "the pods of everybody"),
                            ("workbench", "follow the paths of the calls and are not confirmed")):
            self.assertIn(words, role(kind)["description"])
            self.assertLessEqual(len(role(kind)["description"]), 2048, "as much as Azure takes")

    def test_each_right_that_is_taken_out_is_missed_by_its_kind_and_by_no_other(self):
        everything = {kind: set(actions(kind)) for kind in KINDS}
        self.assertEqual(lacking(set().union(*everything.values())), set())
        for kind in KINDS:
            for left_out in sorted(everything[kind]):
                with self.subTest(kind=kind, left_out=left_out):
                    # Virtual machines, AKS clusters and Foundry each have a right of this name, on resources of their own.
                    others = {other for other in KINDS if other != kind and left_out in everything[other]}
                    self.assertLessEqual(others, {"vm", "aks", "workbench"})
                    granted = set().union(*everything.values()) - {left_out}
                    self.assertEqual(lacking(granted) - others, {kind})

    def test_every_call_of_a_kind_is_named(self):
        for kind in KINDS:
            for right in needed(kind).values():
                self.assertTrue(right["calls"] and right["why"], right["action"])


class Opted(unittest.TestCase):
    def grants(self, azure):
        """Role and place of each grant beyond those of a deployment with defaults."""
        usual = of(expand(subscriptionIds=[HERE, OTHER])[0], ASSIGNMENT)
        definitions = of(azure, DEFINITION)
        made = set()
        for where, grant in of(azure, ASSIGNMENT).items():
            if where not in usual:
                name = definitions[grant["properties"]["roleDefinitionId"]]["properties"]["roleName"]
                made.add((name.rsplit(" (", 1)[0], where.split("/providers/Microsoft.Authorization/")[0]))
        return made

    def test_nothing_by_default(self):
        for given in ({}, PLACES, {"kinds": "instance", **PLACES}):
            azure, _ = expand(**given)
            [operator] = of(azure, DEFINITION).values()
            self.assertTrue(operator["properties"]["roleName"].startswith("Lamplighter operator ("))
            self.assertEqual(len(of(azure, ASSIGNMENT)), 4)
            self.assertEqual(one_settings(azure)["KINDS"], "instance")

    def test_each_kind_gets_its_role_where_it_is_named_and_no_other(self):
        autoscale = {("Lamplighter autoscale reader", f"/subscriptions/{one}") for one in (HERE, OTHER)}
        shutdown = {("Lamplighter auto-shutdown reader", f"/subscriptions/{one}") for one in (HERE, OTHER)}
        operations = {("Lamplighter Foundry operation reader", f"/subscriptions/{one}") for one in (HERE, OTHER)}
        for kind, wanted in (
            ("cluster", {("Lamplighter cluster operator", GROUP), ("Lamplighter cluster operator", WORKSPACE)}),
            ("deployment", {("Lamplighter deployment operator", WORKSPACE), *autoscale}),
            ("vm", {("Lamplighter vm operator", VM), *shutdown}), ("aks", {("Lamplighter aks operator", AKS)}),
            ("workbench", {("Lamplighter workbench operator", GROUP), ("Lamplighter workbench operator", ACCOUNT), *operations}),
        ):
            with self.subTest(kind):
                azure, _ = expand(kinds=f"instance,{kind}", subscriptionIds=[HERE, OTHER], **PLACES)
                self.assertEqual(self.grants(azure), wanted)
                more = {made["properties"]["roleName"].rsplit(" (", 1)[0] for made in of(azure, DEFINITION).values()}
                self.assertEqual(more, {"Lamplighter operator", *(name for name, _ in wanted)})
                self.assertEqual(one_settings(azure)["KINDS"], f"instance,{kind}")

    def test_all_of_them_and_the_program_takes_the_setting(self):
        azure, outputs = expand(kinds="Instance, Cluster, deployment,vm, aks, WorkBench", subscriptionIds=[HERE, OTHER], **PLACES)
        self.assertEqual(len(self.grants(azure)), 13)
        for where, grant in of(azure, ASSIGNMENT).items():
            self.assertEqual(grant["properties"]["principalId"], outputs["LAMPLIGHTER_PRINCIPAL_ID"], where)
        for made in of(azure, DEFINITION).values():
            self.assertEqual(len(made["properties"]["assignableScopes"]), 1)
        result = lamplighter("settings", "--json", KINDS=one_settings(azure)["KINDS"])
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_definition_is_the_file(self):
        azure, _ = expand(kinds="cluster,deployment,vm,aks,workbench", **PLACES | {"clusterScopes": [], "deploymentScopes": []})
        made = {one["properties"]["roleName"].rsplit(" (", 1)[0]: one["properties"] for one in of(azure, DEFINITION).values()}
        for kind in KINDS:
            self.assertEqual(made[role(kind)["name"]]["permissions"], role(kind)["permissions"], kind)
            self.assertEqual(made[role(kind)["name"]]["description"], role(kind)["description"], kind)
        [reader] = made["Lamplighter autoscale reader"]["permissions"]
        self.assertEqual(reader["actions"], [AUTOSCALE])
        self.assertIn(AUTOSCALE, actions("deployment"))
        [reader] = made["Lamplighter auto-shutdown reader"]["permissions"]
        self.assertEqual(reader["actions"], [SHUTDOWN])
        self.assertIn(SHUTDOWN, actions("vm"))
        [reader] = made["Lamplighter Foundry operation reader"]["permissions"]
        self.assertEqual(reader["actions"], [OPERATIONS])
        self.assertIn(OPERATIONS, actions("workbench"))

    def test_what_a_whole_subscription_is_asked_for_is_granted_on_it(self):
        """A call of a path without a resource group is refused to whoever has the right on a workspace only."""
        for kind in KINDS:
            whole = {action for action, right in needed(kind).items() if action not in usual()
                     and any("{group}" not in call["path"] for call in right["calls"])}
            self.assertEqual(whole, {"deployment": {AUTOSCALE}, "vm": {SHUTDOWN}, "workbench": {OPERATIONS}}.get(kind, set()), kind)

    def test_what_is_named_twice_is_granted_once(self):
        azure, _ = expand(kinds="vm", vmIds=[VM, VM])
        self.assertEqual(len([where for where in of(azure, ASSIGNMENT) if where.startswith(VM)]), 1)

    def test_what_lies_in_an_account_is_refused_and_not_taken_for_all_of_it(self):
        for wrong in (f"{ACCOUNT}/projects/vision", f"{ACCOUNT}/projects/vision/workbenches/wb", f"{ACCOUNT}/computes/box"):
            with self.subTest(wrong), self.assertRaisesRegex(arm.Wrong, "maxLength"):
                expand(kinds="workbench", subscriptionIds=[HERE, OTHER], foundryScopes=[wrong])
        # Nothing is asked of it where the kind is not enabled.
        expand(foundryScopes=[f"{ACCOUNT}/projects/vision"])

    def test_a_kind_without_a_place_has_a_role_that_nobody_holds(self):
        azure, _ = expand(kinds="aks")
        self.assertEqual(len(of(azure, DEFINITION)), 2)
        self.assertEqual(len(of(azure, ASSIGNMENT)), 4)

    def test_the_default_is_that_of_the_program(self):
        known = {one["name"]: one for one in json.loads(lamplighter("settings", "--json").stdout)}
        self.assertEqual(template()["parameters"]["kinds"]["defaultValue"], known["KINDS"]["default"])

    def test_no_action_stands_in_the_bicep_but_those_of_a_whole_subscription(self):
        text = (INFRA / "role" / "kinds.bicep").read_text()
        for kind in KINDS:
            self.assertIn(f"loadJsonContent('{file(kind).name}')", text)
        self.assertEqual([line.strip() for line in text.splitlines() if line.strip().startswith("'Microsoft.")],
                         [f"'{AUTOSCALE}'", f"'{SHUTDOWN}'", f"'{OPERATIONS}'"])
        self.assertNotIn("/action", text + (INFRA / "role" / "grant.bicep").read_text())
        self.assertTrue(bicep_to_arm.compile_file(INFRA / "role" / "grant.bicep")["resources"])


class Doctor(Running):
    """The doctor, under roles that the simulator enforces, on a fleet with every kind that workspaces have."""

    MAY_SEE = "Microsoft.Authorization/permissions/read"

    def found(self, kinds, granted):
        """The checks of the rights of kinds, by their names; and what Azure was asked."""
        file = self.folder / f"role-{len(list(self.folder.glob('role-*')))}.json"
        file.write_text(json.dumps({"permissions": [{"actions": sorted(granted)}]}))
        url = self.simulator("--fleet", "kinds", "--role", file)
        settings = self.settings(url) | ({"KINDS": kinds} if kinds else {})
        result = lamplighter("doctor", "--json", "--at", self.now(url), **settings)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
        of_kinds = {name: check for name, check in checks.items() if name.startswith("right ") and name.endswith(")")}
        others = {name for name, check in checks.items() if check["status"] == "failed" and name not in of_kinds}
        self.assertEqual(others, set(), "whatever is wrong with a kind, nothing else is")
        return of_kinds, calls(url)

    @staticmethod
    def name(action, kind):
        return f"right {action.removeprefix('Microsoft.MachineLearningServices/')} ({kind})"

    def so(self, checks, status):
        return {name for name, check in checks.items() if check["status"] == status}

    def test_with_all_roles_every_right_is_found_and_nothing_is_done(self):
        granted = set(usual()).union(*(actions(kind) for kind in OF_WORKSPACES))
        checks, made = self.found(f"instance,{','.join(OF_WORKSPACES)}", granted)
        wanted = {self.name(action, kind) for kind in OF_WORKSPACES for action in needed(kind)}
        self.assertEqual(self.so(checks, "ok"), wanted)
        self.assertEqual(self.acts(made), {}, "Azure shows what may be done, so nothing is tried")

    def test_without_the_list_of_permissions_what_cannot_exist_is_tried(self):
        granted = set(usual()).union(actions("cluster"), actions("deployment"))
        checks, made = self.found("instance,cluster,deployment", granted)
        wanted = {self.name(action, kind) for kind in ("cluster", "deployment") for action in needed(kind)}
        self.assertEqual(self.so(checks, "ok"), wanted)
        acts = self.acts(made)
        self.assertEqual({call[0] for call in acts}, {"PATCH", "POST"})
        for call, statuses in acts.items():
            self.assertLessEqual(set(statuses), {"400", "404"}, call)

    @staticmethod
    def acts(made):
        """The calls that change something where they succeed."""
        return {call: statuses for call, statuses in made.items() if call[0] in ("PATCH", "PUT", "DELETE") or
                call[0] == "POST" and call[1].rsplit("/", 1)[-1] in ("start", "stop", "deallocate", "updateidleshutdownsetting")}

    def test_instances_alone_ask_for_nothing_more(self):
        checks, made = self.found("instance", usual())
        self.assertEqual(checks, {})
        more, asked = self.found("", usual())
        self.assertEqual((more, made), ({}, asked))

    def test_each_right_that_is_missing_is_named_with_its_kind_and_no_other(self):
        everything = {kind: set(actions(kind)) for kind in OF_WORKSPACES}
        for kind in OF_WORKSPACES:
            for left_out in sorted(everything[kind]):
                with self.subTest(kind=kind, left_out=left_out):
                    granted = set(usual()).union(*(everything[other] for other in OF_WORKSPACES if other != kind)) | everything[kind]
                    enabled = [one for one in OF_WORKSPACES if one == kind or left_out not in everything[one]]
                    checks, _ = self.found(f"instance,{','.join(enabled)}", granted - {left_out})
                    self.assertEqual(self.so(checks, "failed"), {self.name(left_out, kind)})
                    told = checks[self.name(left_out, kind)]
                    self.assertIn(f"lacks {left_out}", told["seen"])
                    self.assertIn(f"the kind {kind}, which KINDS names, needs it", told["seen"])
                    self.assertIn(f"infra/role/{kind}.json", told["toDo"])
                    untried = {self.name(action, kind) for action in ACTS[kind]} if left_out == self.MAY_SEE else set()
                    self.assertEqual(self.so(checks, "not-tried"), untried)

    def test_where_nobody_acts_a_right_to_act_is_a_warning(self):
        granted = set(usual()).union(*(actions(kind) for kind in OF_WORKSPACES)) - ACTS["cluster"]
        file = self.folder / "role.json"
        file.write_text(json.dumps({"permissions": [{"actions": sorted(granted)}]}))
        url = self.simulator("--fleet", "kinds", "--role", file)
        settings = self.settings(url) | {"ACT_IN": ""}
        result = lamplighter("doctor", "--json", "--at", self.now(url), KINDS="instance,cluster", **settings)
        [action] = ACTS["cluster"]
        [told] = [check for check in json.loads(result.stdout)["checks"] if check["name"] == self.name(action, "cluster")]
        self.assertEqual((told["status"], result.returncode), ("warning", 0), result.stdout)
        self.assertIn("nothing is done there yet (ACT_IN)", told["seen"])

    def test_without_a_token_the_rights_of_kinds_are_not_tried(self):
        settings = self.settings("http://127.0.0.1:1")
        result = lamplighter("doctor", "--json", KINDS="vm", **settings)
        self.assertEqual(result.returncode, 1, result.stderr)
        checks = {check["name"]: check["status"] for check in json.loads(result.stdout)["checks"]}
        self.assertEqual({checks[self.name(action, "vm")] for action in needed("vm")}, {"not-tried"})


def one_settings(azure):
    [config] = [made["properties"] for made in of(azure, "Microsoft.Web/sites/config").values() if made["name"].endswith("/appsettings")]
    return config


if __name__ == "__main__":
    unittest.main()
