"""infra/preflight.sh: with each single thing broken, it names that thing and nothing else."""

import re
import unittest
import uuid

import arm
from common import INFRA
from scripted import OTHER, SUBSCRIPTION, Scripted, granted, healthy, types

PERMISSIONS = "*/Microsoft.Authorization/permissions?*"
WEB = "*/Microsoft.Web/locations/westeurope/usages?*"


class Preflight(Scripted):
    def lines(self, *options, code):
        """State and label of each line, and everything printed."""
        out, _ = self.script("preflight", "--location", "westeurope", "--package", self.package, *options, code=code)
        found = [re.fullmatch(r"(ok|missing|unknown)\s+(.{13})  (\S.*)", line) for line in out.splitlines()]
        self.assertTrue(all(found), out)
        return [(one.group(1), one.group(2).strip()) for one in found], out

    def broken(self, *options, code=1, **changed):
        self.give(healthy() | changed)
        found, out = self.lines(*options, code=code)
        return {label: state for state, label in found if state != "ok"}, out

    def test_where_nothing_is_missing_every_line_is_ok(self):
        found, _ = self.lines("--with", "azd", code=0)
        self.assertEqual({state for state, _ in found}, {"ok"})
        self.assertEqual([label for _, label in found], [
            "Azure CLI", "azd", "azd signed in", "python3", "package", "signed in", "subscription", "may deploy", "may grant", "role name", "providers",
            "region", "runtime", "quota storage", "quota web"])
        for call in self.calls():
            self.assertNotRegex(call, r"\b(create|register|delete|set)\b")

    def test_each_thing_that_is_missing_is_named_alone(self):
        account, rest = healthy()["account"], healthy()["rest"]
        full = {"value": [{"name": {"value": "FC1"}, "currentValue": 250, "limit": 250}]}
        for label, said, changed in (
            ("Azure CLI", "az upgrade", {"version": "2.59.9"}),
            ("azd", "azd update", {"azd": "1.25.6"}),
            ("azd signed in", "azd auth login", {"azd_signed_in": False}),
            ("subscription", "is Disabled", {"account": account | {"state": "Disabled"}}),
            ("may grant", "User Access Administrator", {"rest": rest | {
                PERMISSIONS: granted("*", but=["Microsoft.Authorization/*/Write", "Microsoft.Authorization/*/Delete"])}}),
            ("may deploy", "Contributor", {"rest": rest | {PERMISSIONS: granted("Microsoft.Authorization/*")}}),
            ("may deploy", "not allowed: Microsoft.Web/sites/write)", {"rest": rest | {
                PERMISSIONS: granted("*", but=["microsoft.web/*"])}}),
            ("region", "these do: northeurope", {"flex": ["northeurope"]}),
            ("runtime", "infra/modules/app.bicep", {"runtimes": [{"name": "custom", "version": "2.0"}]}),
            ("quota storage", "250 of 250", {"storage_usage": {"name": {"value": "A"}, "currentValue": 250, "limit": 250}}),
            ("quota web", "FC1 (250 of 250)", {"rest": rest | {WEB: full}}),
        ):
            with self.subTest(label, changed=changed):
                broken, out = self.broken("--with", "azd", **changed)
                self.assertEqual(broken, {label: "missing"}, out)
                self.assertIn(said, out)

    def test_without_a_sign_in_it_says_how_and_asks_nothing_else(self):
        broken, out = self.broken(signed_in=False)
        self.assertEqual(broken, {"signed in": "missing"})
        self.assertIn("az login", out)
        self.assertEqual(len(self.calls()), 2)
        # azd signs in by itself, and does not need the Azure CLI.
        self.assertEqual(self.broken("--with", "azd", code=0, signed_in=False)[0], {"signed in": "unknown"})

    def test_two_roles_together_may_do_what_neither_may_alone(self):
        contributor = granted("*", but=["Microsoft.Authorization/*/Write"])["value"]
        granting = granted("Microsoft.Authorization/*")["value"]
        found, _ = self.broken(code=0, rest=healthy()["rest"] | {PERMISSIONS: {"value": contributor + granting}})
        self.assertEqual(found, {})

    def test_what_cannot_be_found_out_is_unknown_and_stops_nothing(self):
        failing = ("rest", "provider list", "functionapp list-flexconsumption-locations", "storage account show-usage")
        broken, _ = self.broken(code=0, failures={command: ["(AuthorizationFailed) no"] * 2 for command in failing})
        self.assertEqual(broken, {label: "unknown" for label in ("rights", "providers", "region", "quota storage", "quota web")})
        for runtimes in ([], [{"name": "custom", "version": ""}]):
            broken, out = self.broken(code=0, runtimes=runtimes)
            self.assertEqual(broken, {"runtime": "unknown"})
            self.assertIn("custom 1.0", out)

    def test_a_missing_provider_is_named_with_the_command_that_registers_it(self):
        providers = healthy()["providers"] | {"Microsoft.App": "NotRegistered", "Microsoft.Insights": "Registering"}
        broken, out = self.broken("--subscription", SUBSCRIPTION, providers=providers)
        self.assertEqual(broken, {"providers": "missing"})
        commands = re.findall(r"az provider register .*", out)
        self.assertEqual(len(commands), 2)
        for command in commands:
            self.assertEqual(self.run_bash("-c", command).returncode, 0)
        self.lines(code=0)
        self.give(healthy() | {"providers": providers})
        self.lines("--register", code=0)
        self.assertEqual(self.state()["providers"]["Microsoft.App"], "Registered")

    def test_providers_and_rights_cover_what_the_template_creates(self):
        text = (INFRA / "preflight.sh").read_text()
        providers = set(re.search(r"^providers='([^']+)'", text, re.M).group(1).split())
        # What is made only where it is asked for is asked about then.
        further = set(re.findall(r" notice\w+:(Microsoft\.\w+)", (INFRA / "deploy.sh").read_text()))
        always = {kind.split("/")[0] for kind in types()} - further
        self.assertEqual((len(further), further & providers), (2, set()))
        self.assertLessEqual(always, providers)
        self.assertIn("Microsoft.App", providers)
        rights = re.search(r"^to_deploy='([^']+)'", text, re.M).group(1).split() + re.search(r"^to_grant='([^']+)'", text, re.M).group(1).split()
        namespaces = {right.split("/")[0] for right in rights}
        self.assertLessEqual(always, namespaces)
        for right in rights:
            self.assertIn(right.removesuffix("/write").removeprefix("Microsoft.Resources/subscriptions/"),
                          {kind.removeprefix("Microsoft.Resources/") for kind in types()} | {"Microsoft.Resources/deployments"}, right)

    def test_channels_ask_for_their_providers_and_nobody_else_does(self):
        providers = healthy()["providers"] | {"Microsoft.Communication": "NotRegistered", "Microsoft.EventGrid": "NotRegistered"}
        self.assertEqual(self.broken(code=0, providers=providers)[0], {})
        path = self.folder / "mail.bicepparam"
        path.write_text("param location = 'westeurope'\nparam noticeEmail = true\n")
        for given, named in ((["noticeEmail=true"], {"Communication"}), (["noticeEventGrid=true", "--parameters", "noticeEmail=true"],
                             {"Communication", "EventGrid"}), ([path], {"Communication"}), (["noticeEmail=false"], None)):
            with self.subTest(given):
                self.give(healthy() | {"providers": providers})
                place = () if given == [path] else ("--location", "westeurope")
                out, _ = self.script("deploy", *place, "--package", self.package, "--parameters", *given, code=1 if named else 0)
                self.assertEqual(set(re.findall(r"az provider register --namespace Microsoft\.(\w+)", out)), named or set())
        self.give(healthy() | {"providers": providers})
        self.script("deploy", "--location", "westeurope", "--package", self.package, "--parameters", "noticeEmail=true", "--register", code=0)
        self.assertEqual(self.state()["providers"]["Microsoft.Communication"], "Registered")

    def test_each_governed_subscription_is_looked_at(self):
        rest = {f"/subscriptions/{OTHER}/*/permissions?*": granted("*/read"), **healthy()["rest"]}
        governs = ["--governs", f"{SUBSCRIPTION},{OTHER}"]
        found, out = self.broken(*governs, rest=rest)
        self.assertEqual(found, {"may grant": "missing"})
        self.assertIn(f"in {OTHER}: the role Owner there", out)
        self.assertEqual(self.broken(*governs, code=0)[0], {})
        self.assertEqual(self.broken(*governs, code=0, machine_learning={OTHER: "NotRegistered"})[0], {"providers": "unknown"})

    def test_a_name_of_the_role_that_is_taken_is_seen_before(self):
        name = f"Lamplighter operator ({SUBSCRIPTION})"
        found, out = self.broken(role_definitions=[{"roleName": name, "name": "another"}])
        self.assertEqual(found, {"role name": "missing"})
        self.assertIn("roleName=<another>", out)
        own = str(uuid.uuid5(arm.NAMESPACE, f"/subscriptions/{SUBSCRIPTION}-lamplighter-operator"))
        self.assertEqual(self.broken(code=0, role_definitions=[{"roleName": name, "name": own}])[0], {})
        self.assertEqual(self.broken("--role-name", "Night watch", code=0, role_definitions=[{"roleName": name, "name": "x"}])[0], {})

    def test_deploy_says_what_it_governs(self):
        path = self.folder / "governs.bicepparam"
        path.write_text(f"param location = 'westeurope'\nparam subscriptionIds = [\n  '{SUBSCRIPTION}'\n  // and\n  '{OTHER}'\n]\n")
        for given in (path, f'subscriptionIds=["{SUBSCRIPTION}", "{OTHER}"]'):
            self.give(healthy() | {"rest": {f"/subscriptions/{OTHER}/*/permissions?*": granted("*/read"), **healthy()["rest"]}})
            out, _ = self.script("deploy", "--location", "westeurope", "--package", self.package, "--parameters", given, code=1)
            self.assertIn(f"in {OTHER}: the role Owner", out)

    def test_what_builds_the_package_is_tried(self):
        (self.folder / "bare").mkdir(exist_ok=True)
        kept = self.environment
        self.addCleanup(setattr, self, "environment", kept)
        for program, body, label in (("python3", "case $* in *ensurepip*) exit 1 ;; esac; exec /usr/bin/python3 \"$@\"", "python3 venv"),
                                     ("python3", "case $* in *version_info*) exit 1 ;; esac; exec /usr/bin/python3 \"$@\"", "python3")):
            shim = self.folder / "bare" / program
            shim.write_text(f"#!/bin/bash\n{body}\n")
            shim.chmod(0o755)
            self.environment = kept | {"PATH": f"{self.folder / 'bare'}:{kept['PATH']}"}
            out, _ = self.script("preflight", "--location", "westeurope", code=1)
            self.assertEqual(re.findall(r"^missing   (.{13})", out, re.M), [label.ljust(13)], out)

    def test_an_older_cli_is_told_the_other_way(self):
        found, out = self.broken(code=0, version="2.86.0")
        self.assertEqual(found, {})
        self.assertIn("without the poll", out)

    def test_wrong_usage(self):
        for arguments in ([], ["--location"], ["--location", "x", "--with", "pulumi"], ["--location", "x", "--nothing"]):
            _, said = self.script("preflight", *arguments, code=2)
            self.assertIn("--help", said)
        self.assertEqual(self.calls(), [])

    def test_a_dry_run_prints_what_it_would_ask_and_asks_nothing(self):
        out, _ = self.script("preflight", "--location", "westeurope", "--with", "azd", "--dry-run")
        self.assertEqual(self.calls(), [])
        self.assertEqual(self.run_bash("-c", "set -eu\n" + out).returncode, 0)
        printed = self.calls()
        self.give(healthy())
        self.lines("--with", "azd", code=0)
        real = self.calls()
        same = [call for call in printed if "account show" not in call]
        self.assertEqual(same, [call for call in real if "account show" not in call])


if __name__ == "__main__":
    unittest.main()
