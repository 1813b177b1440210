"""infra/deploy.sh and upgrade.sh --with azd, as a person runs them."""

import json
import unittest

from common import INFRA
from scripted import SUBSCRIPTION, Deploying, healthy


class WithAzd(Deploying):
    def azd(self, *arguments, script="deploy", **options):
        return self.script(script, "--with", "azd", *arguments, **options)

    def test_it_makes_the_environment_once_and_goes_up(self):
        self.azd("--location", "westeurope", "--parameters", "defaultZone=Europe/Lisbon")
        self.azd("--location", "westeurope", "--parameters", "actIn=all")
        state = self.state()
        self.assertEqual(state["environments"]["lamplighter"], {
            "AZURE_ENV_NAME": "lamplighter", "AZURE_LOCATION": "westeurope", "LAMPLIGHTER_ZONE": "Europe/Lisbon", "LAMPLIGHTER_ACT_IN": "all"})
        self.assertEqual(state["up"], "lamplighter")
        self.azd("--parameters", "actIn=", script="upgrade")
        self.assertEqual(self.state()["environments"]["lamplighter"]["LAMPLIGHTER_ACT_IN"], "")

    def test_each_variable_is_that_of_the_parameters_file(self):
        given = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
        names = [name for name in given if name not in ("environmentName", "location")]
        self.assertGreater(len(names), 2)
        self.azd("--location", "westeurope", *(word for name in names for word in ("--parameters", f"{name}=value")))
        variables = {given[name]["value"].removeprefix("${").split("=")[0] for name in names}
        self.assertLessEqual(variables, set(self.state()["environments"]["lamplighter"]))

    def test_what_azd_cannot_take_is_refused(self):
        self.azd("--location", "westeurope", "--parameters", "storageSku=Standard_ZRS", code=2)
        self.azd("--location", "westeurope", "--package", self.package, code=2)
        self.azd(script="upgrade", code=1)
        self.assertNotIn("up", self.state())

    def test_too_old_an_azd_is_stopped_before_it_starts(self):
        self.change(azd="1.25.6")
        out, _ = self.azd("--location", "westeurope", code=1)
        self.assertIn("missing   azd ", out)
        self.assertEqual(self.state()["environments"], {})

    def test_a_dry_run_runs_nothing(self):
        printed, _ = self.azd("--location", "westeurope", "--parameters", "actIn=all", "--dry-run")
        self.assertEqual(self.calls(), [])
        self.assertEqual(self.run_bash("-c", "set -eu\n" + printed).returncode, 0)
        self.assertEqual(self.state()["up"], "lamplighter")

    def deployed(self):
        """As azd leaves it: recorded under a name of its own, which bears the environment's tag."""
        self.deploy("--location", "westeurope")
        record = self.state()["deployments"]["lamplighter"]
        environment = {"AZURE_ENV_NAME": "lamplighter", "AZURE_LOCATION": "westeurope", "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION}
        self.change(deployments={"lamplighter-1764": record | {"tags": {"azd-env-name": "lamplighter"}}},
                    environments={"lamplighter": environment})

    def test_what_was_set_by_hand_stops_it(self):
        for settings in ({"LAMPLIGHTER_MODE": "observe"}, {"ACT_IN": "all"}, {"CURRENCY": None}, {"MAX_INSTANCES": "7"}):
            with self.subTest(settings):
                self.give(healthy())
                self.deployed()
                self.by_hand(**settings)
                _, said = self.azd(script="upgrade", code=1)
                self.assertIn(next(iter(settings)), said)
                self.assertNotIn("up", self.state())
                self.azd("--drop-settings", script="upgrade")
                self.assertEqual(self.state()["up"], "lamplighter")

    def test_what_was_said_since_is_not_by_hand(self):
        self.deployed()
        self.azd("--parameters", "currency=EUR", script="upgrade")
        environments = self.state()["environments"]
        environments["lamplighter"]["LAMPLIGHTER_ACT_IN"] = "all"
        self.change(environments=environments)
        _, said = self.azd(script="upgrade")
        self.assertIn("It acts where ACT_IN says", said)
        # By hand and in the environment alike.
        self.by_hand(ACT_IN="all")
        self.azd(script="upgrade")
        # What the environment did not say anew, it would undo.
        self.by_hand(ACT_IN=None)
        deployments = self.state()["deployments"]
        deployments["lamplighter-1764"]["properties"]["parameters"]["actIn"]["value"] = "all"
        self.change(deployments=deployments)
        _, said = self.azd(script="upgrade", code=1)
        self.assertIn("ACT_IN (removed)", said)
        self.azd("--parameters", "actIn=", script="upgrade")

    def test_where_nobody_can_look_it_says_so(self):
        self.deployed()
        self.by_hand(LAMPLIGHTER_MODE="observe")
        self.change(signed_in=False)
        _, said = self.azd(script="upgrade")
        self.assertIn("nobody looks whether app settings were set by hand", said)

    def test_an_environment_stays_in_its_region(self):
        self.azd("--location", "westeurope")
        _, said = self.azd("--location", "northeurope", code=1)
        self.assertIn("of westeurope already", said)
        self.change(flex=["northeurope"])
        out, _ = self.azd(code=1)
        self.assertIn("westeurope does not offer Flex Consumption", out)


if __name__ == "__main__":
    unittest.main()
