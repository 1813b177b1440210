"""The settings that Bicep sets are settings that the program reads, and the values it gives are ones it takes."""

import json
import re
import unittest

from common import INFRA, lamplighter, template

import bicep_to_arm

# What the Functions host reads, not we.
HOST = {
    "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__queueServiceUri", "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    # App Service does, for the sign-in of owners.
    "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", "WEBSITE_AUTH_AAD_ALLOWED_TENANTS",
}
# Not for Bicep to set: App Service, the Functions host or Kubernetes does.
SET_BY_AZURE = {"IDENTITY_ENDPOINT", "IDENTITY_HEADER", "FUNCTIONS_CUSTOMHANDLER_PORT", "AZURE_FEDERATED_TOKEN_FILE",
                "AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST"}
# What Flex Consumption refuses.
NOT_ON_FLEX = re.compile("FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_CONTENT|WEBSITE_RUN_FROM_PACKAGE")


def app_settings():
    """Names of the app settings."""
    def names(file, node):
        if node.type == "object_property":
            yield file.text(bicep_to_arm.named(node)[0])
        for child in bicep_to_arm.named(node):
            yield from names(file, child)

    main, app = (bicep_to_arm.File(INFRA / path) for path in ("main.bicep", "modules/app.bicep"))
    _, arguments = bicep_to_arm.named(app.declared["resource"]["appSettings"].properties["properties"])
    made = [*names(app, arguments), *names(app, app.declared["var"]["signInSettings"].body)]
    for name in ("notices", "teamsInVault"):
        made += names(main, main.declared["var"][name].body)
    return set(made)


def known():
    result = lamplighter("settings", "--json")
    return {one["name"]: one for one in json.loads(result.stdout)}


class Settings(unittest.TestCase):
    def test_every_one_is_read(self):
        names = app_settings()
        self.assertLessEqual({"LEDGER", "SWEEP_SCHEDULE", "AZURE_CLIENT_ID", "DEFAULT_ZONE", "CURRENCY", *HOST}, names)
        self.assertEqual(names - HOST - set(known()), set(), "set by Bicep, read by nobody")
        self.assertEqual(names & SET_BY_AZURE, set())
        self.assertNotRegex(json.dumps(template()), NOT_ON_FLEX)

    def test_defaults_of_parameters_are_those_of_the_program(self):
        parameters, settings = template()["parameters"], known()
        for parameter, setting in (("sweepSchedule", "SWEEP_SCHEDULE"), ("defaultZone", "DEFAULT_ZONE"), ("currency", "CURRENCY")):
            self.assertEqual(parameters[parameter]["defaultValue"], settings[setting]["default"], parameter)

    def test_the_program_starts_with_what_bicep_gives_it(self):
        account = "https://stabc.blob.core.windows.net/"
        result = lamplighter(
            "settings", "--json", LEDGER=account + "lamplighter", BEACONS=account + "beacons", SWEEP_SCHEDULE="0 */5 * * * *",
            DEFAULT_ZONE="UTC", CURRENCY="USD", AZURE_CLIENT_ID="00000000-0000-0000-0000-000000000000",
            AzureWebJobsStorage__credential="managedidentity")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_settings_of_the_examples_are_known(self):
        text = (INFRA / "example.bicepparam").read_text()
        given = re.search(r"param settings = \{(.*?)\n\}", text, re.S).group(1)
        names = set(re.findall(r"^\s+(\w+):", given, re.M))
        self.assertTrue(names)
        self.assertLessEqual(names, set(known()))


if __name__ == "__main__":
    unittest.main()
