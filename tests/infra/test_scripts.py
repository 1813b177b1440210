"""infra/deploy.sh and upgrade.sh, as a person runs them; and the form of every script."""

import json
import re
import subprocess
import unittest

from common import INFRA, ROOT
from scripted import SUBSCRIPTION, Deploying, granted, healthy

NEW_ROLE = "(RoleDefinitionDoesNotExist) The specified role definition with ID '0' does not exist."


class Deploy(Deploying):
    def test_the_first_time(self):
        _, said = self.deploy("--location", "westeurope", "--parameters", "defaultZone=Europe/Lisbon", looks=True)
        state = self.state()
        self.assertEqual(list(state["deployments"]), ["lamplighter"])
        self.assertEqual(state["package"], len(b"the package"))
        self.assertEqual(self.settings()["DEFAULT_ZONE"], "Europe/Lisbon")
        self.assertNotIn("ACT_IN", self.settings())
        self.assertIn("it stops nothing", said)
        calls = self.calls()
        self.assertLess(next(i for i, call in enumerate(calls) if "permissions" in call),
                        next(i for i, call in enumerate(calls) if "sub create" in call))

    def test_again_changes_nothing_and_keeps_what_it_was_given(self):
        self.deploy("--location", "westeurope", "--parameters", "defaultZone=Europe/Lisbon", "--parameters", "actIn=all",
                    "--parameters", 'settings={"OWNER_TAG": "team"}', "--parameters", 'alertEmails=["a@example.org"]')
        before = self.state()
        self.deploy()
        self.assertEqual(self.state()["deployments"], before["deployments"])
        self.assertEqual(self.state()["app_settings"], before["app_settings"])
        self.deploy("--parameters", "currency=EUR", script="upgrade")
        self.assertEqual(self.settings(), {one["name"]: one["value"] for one in before["app_settings"]} | {"CURRENCY": "EUR"})
        self.deploy("--reset-parameters", "--parameters", 'settings={"OWNER_TAG": "team"}')
        self.assertEqual((self.settings()["DEFAULT_ZONE"], self.settings()["CURRENCY"]), ("UTC", "USD"))

    def test_it_stays_where_it_is(self):
        self.deploy("--location", "westeurope")
        _, said = self.deploy("--location", "northeurope", code=1)
        self.assertIn("westeurope already", said)
        # A deployment that was once recorded elsewhere stays there, and its resources in their region.
        deployments = self.state()["deployments"]
        deployments["lamplighter"]["location"] = "swedencentral"
        self.change(deployments=deployments)
        self.deploy("--location", "westeurope")
        call, = (call for call in self.calls() if "sub create" in call)
        self.assertIn("--location swedencentral ", call)
        self.assertIn(" location=westeurope ", call)

    def test_two_installations_stand_side_by_side(self):
        self.deploy("--location", "westeurope", "--name", "lamp-a", "--parameters", "currency=EUR")
        self.deploy("--location", "northeurope", "--name", "lamp-b")
        deployments = self.state()["deployments"]
        self.assertEqual([one["properties"]["parameters"]["currency"]["value"] for one in deployments.values()], ["EUR", "USD"])

    def test_where_something_is_missing_nothing_is_created(self):
        self.change(rest=healthy()["rest"] | {"*/Microsoft.Authorization/permissions?*": granted("*/read")})
        out, _ = self.deploy("--location", "westeurope", code=1, looks=True)
        self.assertIn("missing   may deploy", out)
        self.assertEqual(self.changing(), [])
        self.assertEqual(self.state()["deployments"], {})
        self.deploy("--location", "westeurope")

    def test_missing_providers_are_registered_where_it_is_told_to(self):
        self.change(providers=healthy()["providers"] | {"Microsoft.App": "NotRegistered"})
        self.deploy("--location", "westeurope", code=1, looks=True)
        self.assertEqual(self.state()["deployments"], {})
        self.deploy("--location", "westeurope", "--register", looks=True)
        self.assertEqual(self.state()["providers"]["Microsoft.App"], "Registered")

    def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(self):
        self.change(failures={"deployment sub create": [NEW_ROLE, "(PrincipalNotFound) no"]})
        self.deploy("--location", "westeurope")
        self.assertEqual(self.slept(), ["60", "60"])
        self.change(failures={"deployment sub create": [NEW_ROLE] * 3})
        self.deploy(code=1)
        self.change(failures={"deployment sub create": ["(QuotaExceeded) no"]})
        _, said = self.deploy(code=1)
        self.assertIn("QuotaExceeded", said)
        self.assertEqual(len(self.slept()), 4)

    def test_a_deployment_that_failed_halfway_is_taken_up_again(self):
        self.change(deployments={"lamplighter": {"location": "westeurope", "properties": {
            "parameters": {"location": {"type": "String", "value": "westeurope"}}, "outputs": None}}})
        self.deploy("--parameters", "currency=EUR")
        self.assertEqual(self.settings()["CURRENCY"], "EUR")
        # One that fails on what is there already has no outputs, and what was set by hand is kept all the same.
        deployments = self.state()["deployments"]
        deployments["lamplighter"]["properties"]["outputs"] = None
        self.change(deployments=deployments)
        self.by_hand(ACT_IN="all")
        self.deploy()
        self.assertEqual((self.settings()["CURRENCY"], self.settings()["ACT_IN"]), ("EUR", "all"))

    def test_what_azd_deployed_is_not_overwritten(self):
        self.change(sites=[{"name": "func-lamplighter-abc", "tags": {"azd-env-name": "lamplighter", "application": "lamplighter"}}])
        _, said = self.deploy("--location", "westeurope", code=1)
        self.assertIn("--with azd", said)
        self.assertEqual(self.changing(), [])
        self.deploy("--location", "westeurope", "--reset-parameters")

    def test_a_foreign_project_of_the_same_environment_is_none_of_its_business(self):
        foreign = {"name": "func-shop", "resourceGroup": "rg-shop", "tags": {"azd-env-name": "lamplighter"}}
        self.change(sites=[foreign])
        self.deploy("--location", "westeurope")
        self.by_hand(EXCLUDE="ml-prod")
        _, said = self.deploy(code=1)
        self.assertIn("EXCLUDE", said)
        listing, = (call for call in self.calls() if "appsettings list" in call)
        self.assertIn("func-lamplighter-abc", listing)

    def test_paths_are_those_of_the_caller(self):
        (self.folder / "mine.json").write_text(json.dumps({"parameters": {"currency": {"value": "EUR"}}}))
        self.script("deploy", "--location", "westeurope", "--package", "package.zip", "--parameters", "mine.json", "--skip-preflight", cwd=self.folder)
        self.assertEqual(self.settings()["CURRENCY"], "EUR")
        self.script("deploy", "--package", "package.zip", "--parameters", INFRA / "example.bicepparam", "--skip-preflight", cwd=self.folder)
        call = [call for call in self.calls() if "sub create" in call][-1]
        self.assertIn("--template-file infra/main.bicep --parameters /", call)
        self.assertNotIn("environmentName=", call)

    def test_wrong_usage(self):
        for arguments in (["--location"], ["--nothing"], ["--name", "a/b"], ["--name", "x" * 21], ["--with", "pulumi"], [],
                          ["--location", "westeurope", "--parameters", "environmentName=x"],
                          ["--location", "westeurope", "--with", "azd"]):
            self.deploy(*arguments, code=2)
        self.script("deploy", "--location", "westeurope", "--package", "not-there.zip", code=1)
        self.script("upgrade", "--package", self.package, code=1)
        self.assertEqual(self.changing(), [])
        self.deploy("--location", "westeurope", "--parameters", "noSuchParameter=1", code=1)

    def test_a_dry_run_is_a_script_of_what_it_would_do(self):
        for script, given in (("deploy", ["--location", "westeurope", "--parameters", "alertEmails=[\"o'hara@example.org\"]"]),
                              ("upgrade", ["--parameters", "actIn=all", "--subscription", SUBSCRIPTION])):
            with self.subTest(script):
                before = self.state()
                self.change()
                printed, _ = self.deploy(*given, "--dry-run", script=script, looks=True)
                self.assertEqual(self.calls(), [])
                self.deploy(*given, script=script, looks=True)
                real, made = self.changing(), self.state()
                self.give(before)
                done = self.run_bash("-c", "set -euo pipefail\n" + printed)
                self.assertEqual(done.returncode, 0, printed + done.stderr)
                temporary = re.compile(r"/tmp\S+")
                strip = [temporary.sub("TMP", call) for call in self.changing() if "query location" not in call and "location.value" not in call]
                self.assertEqual(strip, [temporary.sub("TMP", call) for call in real])
                self.assertEqual(self.state()["deployments"], made["deployments"])


class Form(unittest.TestCase):
    def test_shellcheck_finds_nothing(self):
        scripts = sorted(INFRA.glob("*.sh"))
        self.assertGreater(len(scripts), 5)
        done = subprocess.run(["shellcheck", "--external-sources", *scripts], cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_help_tells_every_option(self):
        for script in ("preflight", "deploy", "upload", "remove"):
            path = INFRA / f"{script}.sh"
            done = subprocess.run(["bash", path, "--help"], capture_output=True, text=True, check=True)
            known = set(re.findall(r"^    (--[a-z-]+)(?= \||\))", path.read_text(), re.M)) - {"--help", "--existing"}
            self.assertGreater(len(known), 4)
            for option in known:
                self.assertRegex(done.stdout, rf"{option}\b", script)
            self.assertTrue(path.stat().st_mode & 0o100)

    def test_nothing_is_used_that_the_bash_of_macos_lacks(self):
        for path in INFRA.glob("*.sh"):
            self.assertNotRegex(path.read_text(), r"\b(mapfile|readarray|declare -A|local -n|coproc)\b|\$\{\w+(,,|\^\^|@Q)|\|&|&>>", path.name)



if __name__ == "__main__":
    unittest.main()
