"""infra/remove.sh, as a person runs it."""

import json
import unittest

from common import INFRA
from scripted import OTHER, SUBSCRIPTION, Scripted


class Remove(Scripted):
    def setUp(self):
        super().setUp()
        self.script("deploy", "--location", "westeurope", "--package", self.package, "--skip-preflight")
        group = "/providers/Microsoft.Management/managementGroups/mg"
        scopes = [f"/subscriptions/{SUBSCRIPTION}", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-lamplighter", f"/subscriptions/{OTHER}", group]
        self.change(assignments=[{"id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/a", "principalId": "principal-1"} for scope in scopes],
                    roles=[f"Lamplighter operator ({one})" for one in (SUBSCRIPTION, OTHER, "mg")])

    def remove(self, *arguments, **options):
        return self.script("remove", "--ledger", self.folder / "ledger", "--management-group", "mg", *arguments, **options)

    def left(self):
        state = self.state()
        return [state[name] for name in ("assignments", "roles", "groups", "deployments")]

    def test_everything_goes_and_a_second_time_is_no_error(self):
        self.remove("--yes")
        self.assertEqual(self.left(), [[], [], [], {}])
        calls = self.calls()
        order = [next(i for i, call in enumerate(calls) if call.startswith(f"az {part}")) for part in (
            "storage blob download-batch", "role assignment delete", "role definition delete", "group delete", "deployment sub delete")]
        self.assertEqual(order, sorted(order))
        _, said = self.remove("--yes")
        self.assertIn("There is no lamplighter here", said)

    def test_it_asks_for_the_name_of_the_group(self):
        before = self.left()
        for answer in ("", "yes\n", "lamplighter\n"):
            _, said = self.remove(code=1, given=answer)
            self.assertIn("the resource group rg-lamplighter with everything in it", said)
        self.assertEqual(self.left(), before)
        self.remove(given="rg-lamplighter\n")
        self.assertEqual(self.left(), [[], [], [], {}])

    def among_foreign_ones(self, tags):
        """What somebody's own project, of the same environment name, has: in front of everything in every list."""
        foreign = {"resourceGroup": "rg-shop", "tags": tags}
        own = {"groups": {"name": "rg-shop"}, "sites": {"name": "func-shop"}, "storage": {"name": "stshop"}, "identities": {"principalId": "principal-9"}}
        state = self.state()
        self.change(**{kind: [foreign | one, *state[kind]] for kind, one in own.items()})
        return {kind: [foreign | one] for kind, one in own.items()}

    def test_a_foreign_project_of_the_same_environment_stays(self):
        for tags in ({"azd-env-name": "lamplighter"}, {"azd-env-name": "lamplighter", "application": "shop"}, None):
            with self.subTest(tags):
                foreign = self.among_foreign_ones(tags)
                self.remove("--yes")
                state = self.state()
                self.assertEqual({kind: state[kind] for kind in foreign}, foreign)
                self.assertFalse([call for call in self.calls() if "stshop" in call or "principal-9" in call])
                self.change(groups=[], sites=[], storage=[], identities=[])
                self.setUp()

    def test_where_more_than_one_matches_nothing_is_removed(self):
        self.among_foreign_ones({"azd-env-name": "lamplighter", "application": "lamplighter"})
        before = self.left()
        _, said = self.remove("--yes", code=1)
        self.assertIn("rg-shop rg-lamplighter", said)
        printed, _ = self.remove("--dry-run", "--without-ledger")
        self.assertEqual(self.run_bash("-c", "set -euo pipefail\n" + printed).returncode, 1)
        self.assertEqual(self.left(), before)

    def test_the_rights_of_an_identity_that_is_gone_are_taken_away(self):
        deployments = self.state()["deployments"]
        for given, records in ([], deployments), (["--principal", "principal-1"], {}):
            with self.subTest(given):
                self.setUp()
                self.change(groups=[], identities=[], storage=[], sites=[], deployments=records)
                if given:
                    _, said = self.remove("--yes", code=1)
                    self.assertIn("--principal", said)
                self.remove(*given, given="lamplighter\n")
                self.assertEqual(self.left(), [[], [], [], {}])

    def test_a_ledger_that_cannot_be_saved_stops_it(self):
        before = self.left()
        self.change(failures={"storage blob download-batch": ["You do not have the required permissions"]})
        _, said = self.remove("--yes", code=1)
        self.assertIn("Storage Blob Data Reader on stabc", said)
        self.assertEqual(self.left(), before)
        self.remove("--yes", "--without-ledger")

    def test_a_role_that_another_installation_has_stays(self):
        state = self.state()
        another = f"/subscriptions/{OTHER}/providers/Microsoft.Authorization/roleAssignments/b"
        self.change(assignments=[*state["assignments"], {"id": another, "principalId": "principal-2"}])
        _, said = self.remove("--yes", code=1)
        self.assertIn(f"The role of /subscriptions/{OTHER} stays", said)
        self.assertEqual(self.left(), [[{"id": another, "principalId": "principal-2"}], [f"Lamplighter operator ({OTHER})"], [], {}])

    def test_a_role_of_another_name_goes(self):
        deployments = self.state()["deployments"]
        deployments["lamplighter"]["properties"]["parameters"]["roleName"]["value"] = "Night watch"
        for given in ([], ["--role-name", "Night watch"]):
            self.change(deployments={} if given else deployments, roles=[f"Night watch ({one})" for one in (SUBSCRIPTION, OTHER, "mg")])
            self.remove("--yes", *given)
            self.assertEqual(self.state()["roles"], [])

    def test_a_dry_run_is_a_script_of_what_it_would_do(self):
        before = self.state()
        printed, _ = self.script("remove", "--management-group", "mg", "--without-ledger", "--dry-run")
        self.assertEqual(self.state()["groups"], before["groups"])
        self.change()
        done = self.run_bash("-c", "set -euo pipefail\n" + printed)
        self.assertEqual(done.returncode, 0, printed + done.stderr)
        self.assertEqual(self.left(), [[], [], [], {}])

    def test_the_roles_of_kinds_go_too_with_what_is_granted_on_single_resources(self):
        [operator, *_] = self.state()["roles"]
        machine = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-ml/providers/Microsoft.Compute/virtualMachines/gpu"
        kinds = [json.loads(file.read_text())["name"] for file in sorted((INFRA / "role").glob("*.json"))]
        self.assertEqual(len(kinds), 6)
        kinds = [*(name for name in kinds if name != "Lamplighter operator"), "Lamplighter autoscale reader",
                 "Lamplighter auto-shutdown reader", "Lamplighter Foundry operation reader"]
        self.change(assignments=[{"id": f"{machine}/providers/Microsoft.Authorization/roleAssignments/a", "principalId": "principal-1"}],
                    roles=[operator, *(f"{name} ({SUBSCRIPTION})" for name in kinds), "Lamplighter cluster operator (another)"])
        self.remove("--yes")
        self.assertEqual(self.left()[:2], [[], ["Lamplighter cluster operator (another)"]])

    def test_wrong_usage(self):
        for arguments in (["--ledger"], ["--nothing"], ["--name", "a b"]):
            self.script("remove", *arguments, code=2)


if __name__ == "__main__":
    unittest.main()
