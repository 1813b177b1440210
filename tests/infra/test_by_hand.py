"""infra/deploy.sh and upgrade.sh where somebody set app settings by hand, and where a file says the parameters."""

import json
import unittest

from common import template
from scripted import Deploying
from test_settings import app_settings

import parameters


class ByHand(Deploying):
    def test_what_was_set_by_hand_and_is_a_parameter_is_kept(self):
        self.deploy("--location", "westeurope", "--parameters", "defaultZone=Europe/Lisbon")
        self.by_hand(ACT_IN="all", DEFAULT_ZONE="Asia/Tokyo")
        self.deploy(script="upgrade")
        self.assertEqual((self.settings()["ACT_IN"], self.settings()["DEFAULT_ZONE"]), ("all", "Asia/Tokyo"))
        self.deploy("--parameters", "actIn=", script="upgrade")
        self.assertNotIn("ACT_IN", self.settings())

    def test_what_was_set_by_hand_and_would_be_lost_is_named_and_nothing_happens(self):
        self.deploy("--location", "westeurope", "--parameters", 'settings={"OWNER_TAG": "team"}')
        self.by_hand(EXCLUDE="ml-prod", NOTICE_WEBHOOK="https://hooks.example.org/secret", OWNER_TAG="group")
        before = self.state()
        for script in ("deploy", "upgrade"):
            for given in ([], ["--parameters", 'settings={"OWNER_TAG": "team"}'], ["--parameters", "settings={"]):
                out, said = self.deploy(*given, script=script, code=1)
                self.assertNotIn("hooks.example.org", out + said)
                self.assertEqual(self.state()["deployments"], before["deployments"])
                self.assertEqual(self.state()["app_settings"], before["app_settings"])
        _, said = self.deploy(code=1)
        self.assertIn("EXCLUDE, NOTICE_WEBHOOK, OWNER_TAG", said)
        self.deploy("--parameters", 'settings={"OWNER_TAG": "group", "EXCLUDE": "ml-prod", "NOTICE_WEBHOOK": "@Microsoft.KeyVault(x)"}')
        self.assertEqual(self.settings()["EXCLUDE"], "ml-prod")
        self.by_hand(FAN_OUT_ABOVE="7")
        self.deploy("--drop-settings")
        self.assertNotIn("FAN_OUT_ABOVE", self.settings())
        self.assertEqual(self.settings()["EXCLUDE"], "ml-prod")

    def test_settings_that_the_template_makes_are_known(self):
        of_others = parameters.ONLY_WITH | parameters.IN_VAULT | parameters.OF_SEVERAL
        self.assertEqual(set(parameters.OF_PARAMETERS) | parameters.OF_TEMPLATE | set(of_others), app_settings())
        self.assertLessEqual({*parameters.OF_PARAMETERS.values(), *of_others.values()}, set(template()["parameters"]))

    def test_what_channels_and_the_sign_in_make_is_compared(self):
        vault = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-ours"
        given = {
            "noticeEmail": "true", "noticeEventGrid": "true", "noticeVaultId": vault, "noticeSlackInVault": "slack",
            "noticeTeams": "https://flows.example/1", "noticeWebhook": "https://hooks.example/1", "noticeWebhookSignedBy": "whsec",
            "noticeAzureInVault": "azure", "holdSenders": '["00000000-0000-0000-0000-000000000001"]', "authClientId": "c", "signIn": "tenant",
        }
        self.deploy("--location", "westeurope", *(word for name, value in given.items() for word in ("--parameters", f"{name}={value}")))
        settings = self.settings()
        self.assertEqual(settings["NOTICE_SLACK_WEBHOOK"], "@Microsoft.KeyVault(VaultName=kv-ours;SecretName=slack)")
        self.assertIn("NOTICE_EMAIL", settings)
        self.deploy(script="upgrade")
        self.assertEqual(self.settings(), settings)
        changed = [("NOTICE_SLACK_WEBHOOK", "https://hooks.example/secret", "noticeSlackInVault=other"), ("SIGN_IN", "owner", "signIn=owner"),
                   ("NOTICE_TEAMS_AUTH", "url", "noticeTeams="), ("KEEP_URL", None, "keepUrl=https://keep.example"),
                   ("NOTICE_AZURE_WEBHOOK", None, "noticeAzureInVault="), ("HOLD_QUEUE", None, "holdSenders=[]"), ("NOTICE_WEBHOOK", "https://else.example", "noticeWebhook=https://else.example")]
        for name, value, anew in changed:
            with self.subTest(name):
                before = self.settings()
                self.by_hand(**{name: value})
                out, said = self.deploy(script="upgrade", code=1)
                self.assertIn(name, said)
                self.assertNotIn("hooks.example/secret", out + said)
                self.deploy("--parameters", anew)
                if before == self.settings():
                    continue
                self.deploy(*(word for one, was in given.items() for word in ("--parameters", f"{one}={was}")), "--parameters", "keepUrl=")

    def test_what_channels_make_and_nobody_asked_for_is_by_hand(self):
        self.deploy("--location", "westeurope")
        for name in ("NOTICE_EMAIL", "NOTICE_EVENTGRID", "NOTICE_SLACK_WEBHOOK", "SIGN_IN", "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID"):
            with self.subTest(name):
                self.by_hand(**{name: "https://x.example"})
                _, said = self.deploy(script="upgrade", code=1)
                self.assertIn(name, said)
                self.by_hand(**{name: None})

    def test_what_was_removed_by_hand_does_not_come_back(self):
        self.deploy("--location", "westeurope", "--parameters", "actIn=all", "--parameters", 'settings={"EXCLUDE": "ml-prod"}')
        self.by_hand(ACT_IN=None)
        self.deploy(script="upgrade")
        self.assertNotIn("ACT_IN", self.settings())
        self.deploy(script="upgrade")
        self.assertNotIn("ACT_IN", self.settings())
        self.by_hand(DEFAULT_ZONE=None, EXCLUDE=None)
        _, said = self.deploy(script="upgrade", code=1)
        self.assertIn("DEFAULT_ZONE (removed), EXCLUDE (removed)", said)
        self.deploy("--parameters", "settings={}", "--parameters", "defaultZone=UTC", "--parameters", "actIn=all")
        self.assertEqual((self.settings()["ACT_IN"], self.settings().get("EXCLUDE")), ("all", None))

    def test_what_the_template_makes_of_other_parameters_is_compared(self):
        self.deploy("--location", "westeurope", "--parameters", "readBeacons=true", "--parameters", "maximumInstanceCount=50")
        self.deploy()
        for name, value in (("MAX_INSTANCES", "7"), ("BEACONS", None), ("BEACONS", "https://other/beacons"), ("LEDGER", "https://other/ledger")):
            with self.subTest(f"{name}={value}"):
                before = self.settings()
                self.by_hand(**{name: value})
                _, said = self.deploy(script="upgrade", code=1)
                self.assertIn(name, said)
                self.by_hand(**before)
        self.by_hand(MAX_INSTANCES="7")
        self.deploy("--parameters", "maximumInstanceCount=7")
        self.assertEqual(self.settings()["MAX_INSTANCES"], "7")
        self.deploy("--parameters", "readBeacons=false")
        self.by_hand(BEACONS="https://st/beacons")
        self.deploy(code=1)

    def bicepparam(self, text):
        path = self.folder / "mine.bicepparam"
        path.write_text(f"using 'main.bicep'\n{text}")
        return path

    def test_a_file_of_bicep_loses_nothing_silently(self):
        path = self.bicepparam("param location = 'westeurope'\nparam environmentName = 'lamplighter'\n")
        self.deploy("--parameters", path)
        self.by_hand(ACT_IN="all", DEFAULT_ZONE="Asia/Tokyo")
        _, said = self.deploy("--parameters", path, code=1)
        self.assertIn("ACT_IN, DEFAULT_ZONE", said)
        self.assertEqual(self.settings()["ACT_IN"], "all")
        self.deploy("--parameters", path, "--drop-settings")
        self.assertNotIn("ACT_IN", self.settings())

    def test_a_file_of_bicep_says_name_and_region_itself(self):
        path = self.bicepparam("param environmentName = 'lamp-a' // ours\nparam location = 'westeurope'\n")
        for given in (["--name", "lamp-b"], ["--location", "northeurope"]):
            self.deploy("--parameters", path, *given, code=2)
        self.deploy("--parameters", self.bicepparam("param location = 'westeurope'\n"), "--name", "lamp-b", code=2)
        self.deploy("--parameters", self.bicepparam("param environmentName = toLower('A')\n"), "--location", "westeurope", code=1)
        self.assertEqual(self.changing(), [])
        self.bicepparam("param environmentName = 'lamp-a' // ours\nparam location = 'westeurope'\n")
        self.deploy("--parameters", path)
        self.assertEqual(list(self.state()["deployments"]), ["lamp-a"])

    def test_a_file_with_an_at_sign_is_the_callers_too(self):
        (self.folder / "mine.json").write_text(json.dumps({"parameters": {"currency": {"value": "EUR"}}}))
        self.deploy("--location", "westeurope", "--parameters", "@mine.json", cwd=self.folder)
        self.assertEqual(self.settings()["CURRENCY"], "EUR")

    def test_it_says_whether_it_acts(self):
        for given, acts in (([], False), (["--parameters", "actIn=all"], True), ([], True), (["--parameters", "actIn="], False)):
            _, said = self.deploy("--location", "westeurope", *given)
            self.assertEqual(("it stops nothing" in said, "It acts where ACT_IN says" in said), (not acts, acts))


if __name__ == "__main__":
    unittest.main()
