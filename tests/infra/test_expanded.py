"""azuredeploy.json worked out to the resources it would make: by default, and with every parameter given."""

import json
import re
import unittest

from common import INFRA, lamplighter, template

import arm
import bicep_to_arm

HERE = "00000000-0000-0000-0000-0000000000aa"
OTHER = "00000000-0000-0000-0000-0000000000bb"
SUBNET = f"/subscriptions/{HERE}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
# Azure's rules of names, with the abbreviations that Azure's documentation recommends.
NAMES = {
    "Microsoft.Resources/resourceGroups": r"rg-[\w().-]{1,86}[\w()-]",
    "Microsoft.ManagedIdentity/userAssignedIdentities": r"id-[\w-]{1,120}",
    "Microsoft.Storage/storageAccounts": r"st[a-z0-9]{1,22}",
    "Microsoft.OperationalInsights/workspaces": r"log-[A-Za-z0-9-]{1,58}[A-Za-z0-9]",
    "Microsoft.Insights/components": r"appi-[\w().-]{1,254}",
    "Microsoft.Insights/actionGroups": r"ag-[\w-]{1,257}",
    "Microsoft.Insights/scheduledQueryRules": r"lamplighter-[\w-]{1,240}",
    "Microsoft.Web/serverfarms": r"asp-[A-Za-z0-9-]{1,36}",
    "Microsoft.Web/sites": r"func-[A-Za-z0-9-]{1,54}[A-Za-z0-9]",
    "Microsoft.Authorization/roleAssignments": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "Microsoft.Authorization/roleDefinitions": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "Microsoft.Insights/workbooks": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}


def expand(**given):
    azure = arm.Azure()
    outputs = azure.deploy(template(), given)
    return azure, outputs


def of(azure, kind):
    return {where: one for where, one in azure.made.items() if one.get("type") == kind}


def one(azure, kind):
    [made] = of(azure, kind).values()
    return made


class Default(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.azure, cls.outputs = expand()

    def test_names_keep_azures_rules_even_for_the_longest_environment(self):
        for azure in (self.azure, expand(environmentName="a" * 20)[0], expand(environmentName="ab")[0]):
            for kind, pattern in NAMES.items():
                found = of(azure, kind)
                self.assertTrue(found, kind)
                for made in found.values():
                    self.assertRegex(made["name"], f"^{pattern}$", kind)

    def test_what_is_asked_for_is_there_once(self):
        counts = {}
        for made in self.azure.made.values():
            if "type" in made:
                counts[made["type"]] = counts.get(made["type"], 0) + 1
        self.assertEqual(counts["Microsoft.Insights/scheduledQueryRules"], 5)
        self.assertEqual(counts["Microsoft.Storage/storageAccounts/blobServices/containers"], 3)
        self.assertEqual(counts["Microsoft.Storage/storageAccounts/queueServices/queues"], 3)
        # Blobs, queue, telemetry and the role; no instance writes beacons, and nobody sends holds.
        self.assertEqual(counts["Microsoft.Authorization/roleAssignments"], 4)
        self.assertEqual(counts["Microsoft.Web/sites"], 1)

    def test_everything_with_a_place_is_in_the_region_and_tagged(self):
        for where, made in self.azure.made.items():
            if "location" in made:
                wanted = "global" if made["type"].endswith("actionGroups") else "westeurope"
                self.assertEqual(made["location"], wanted, where)
                self.assertEqual(made["tags"]["azd-env-name"], "lamplighter", where)

    def test_no_tag_takes_the_place_of_those_that_it_is_found_by(self):
        azure, _ = expand(tags={"application": "shop", "azd-env-name": "other", "costCenter": "4711"})
        wanted = {"application": "lamplighter", "azd-env-name": "lamplighter", "costCenter": "4711"}
        for where, made in azure.made.items():
            if "location" in made:
                self.assertEqual(made["tags"], made["tags"] | wanted, where)

    def test_the_program_takes_its_app_settings(self):
        settings = one(self.azure, "Microsoft.Web/sites/config")["properties"]
        account = one(self.azure, "Microsoft.Storage/storageAccounts")["name"]
        identity = one(self.azure, "Microsoft.ManagedIdentity/userAssignedIdentities")["properties"]["clientId"]
        self.assertEqual(settings["LEDGER"], f"https://{account}.blob.core.windows.net/lamplighter")
        self.assertEqual(settings["AZURE_CLIENT_ID"], identity)
        self.assertEqual(settings["AzureWebJobsStorage__clientId"], identity)
        self.assertEqual(settings["AzureWebJobsStorage__queueServiceUri"], f"https://{account}.queue.core.windows.net/")
        self.assertNotIn("BEACONS", settings)
        self.assertTrue(all(isinstance(value, str) and value for value in settings.values()), settings)
        result = lamplighter("settings", "--json", **settings)
        self.assertEqual(result.returncode, 0, result.stderr)
        shown = {row["name"]: row["value"] for row in json.loads(result.stdout)}
        for name in set(shown) & set(settings):
            self.assertEqual(shown[name], settings[name], name)

    def test_the_package_goes_into_its_container_by_the_identity(self):
        site = one(self.azure, "Microsoft.Web/sites")
        [identity] = of(self.azure, "Microsoft.ManagedIdentity/userAssignedIdentities")
        storage = site["properties"]["functionAppConfig"]["deployment"]["storage"]
        account = one(self.azure, "Microsoft.Storage/storageAccounts")["name"]
        self.assertEqual(storage["value"], f"https://{account}.blob.core.windows.net/package")
        self.assertEqual(storage["authentication"]["userAssignedIdentityResourceId"], identity)
        self.assertEqual(site["identity"], {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}})
        self.assertEqual(site["properties"]["functionAppConfig"]["runtime"], {"name": "custom", "version": "1.0"})
        self.assertIsNone(site["properties"]["virtualNetworkSubnetId"])
        self.assertEqual(site["properties"]["siteConfig"]["ipSecurityRestrictions"], [])

    def test_every_grant_is_the_identitys_and_at_the_least_place(self):
        principal = self.outputs["LAMPLIGHTER_PRINCIPAL_ID"]
        places = {}
        for where, made in of(self.azure, "Microsoft.Authorization/roleAssignments").items():
            self.assertEqual(made["properties"]["principalId"], principal)
            self.assertEqual(made["properties"]["principalType"], "ServicePrincipal")
            role = made["properties"]["roleDefinitionId"].rsplit("/", 1)[-1]
            scope = where.split("/providers/Microsoft.Authorization/")[0]
            places.setdefault(re.sub(r"^.*/providers/(Microsoft\.\w+/\w+)/.*$", r"\1", scope), set()).add(role)
        [role] = of(self.azure, "Microsoft.Authorization/roleDefinitions").values()
        self.assertEqual(places, {
            "Microsoft.Storage/storageAccounts": {"b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "974c5e8b-45b9-4653-ba55-5f855dd0fb88"},
            "Microsoft.Insights/components": {"3913510d-42f4-4e42-8a64-420c390055eb"},
            f"/subscriptions/{HERE}": {role["name"]},
        })
        self.assertEqual(role["properties"]["assignableScopes"], [f"/subscriptions/{HERE}"])
        wanted = json.loads((INFRA / "role" / "lamplighter.json").read_text())
        self.assertEqual(role["properties"]["permissions"], wanted["permissions"])

    def test_alerts_ask_the_component_and_tell_the_group(self):
        [component] = of(self.azure, "Microsoft.Insights/components")
        [group] = of(self.azure, "Microsoft.Insights/actionGroups")
        for rule in of(self.azure, "Microsoft.Insights/scheduledQueryRules").values():
            self.assertEqual(rule["properties"]["scopes"], [component])
            self.assertEqual(rule["properties"]["actions"], {"actionGroups": [group]})
            self.assertLessEqual(minutes(rule["properties"]["evaluationFrequency"]), minutes(rule["properties"]["windowSize"]))
            self.assertIn(rule["properties"]["windowSize"], WINDOWS)
            # Azure does not try the query on a component that has no data yet.
            self.assertIs(rule["properties"]["skipQueryValidation"], True)
        self.assertLessEqual(len(one(self.azure, "Microsoft.Insights/actionGroups")["properties"]["groupShortName"]), 12)

    def test_the_workbook_is_json_that_names_the_component(self):
        [component] = of(self.azure, "Microsoft.Insights/components")
        workbook = one(self.azure, "Microsoft.Insights/workbooks")["properties"]
        self.assertEqual(workbook["sourceId"], component)
        self.assertEqual(json.loads(workbook["serializedData"])["fallbackResourceIds"], [component])


# The windows that Azure takes for log alerts.
WINDOWS = {"PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D", "P2D"}


def minutes(length):
    days, hours, mins = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", length).groups(default="0")
    return int(days) * 1440 + int(hours) * 60 + int(mins)


class Given(unittest.TestCase):
    def test_everything_given(self):
        azure, _ = expand(
            environmentName="prod", resourceGroupName="rg-ours", subscriptionIds=[HERE, OTHER], readBeacons=True,
            beaconWriters=["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"],
            alertEmails=["a@example.org", "b@example.org"], allowedClientRanges=["192.0.2.0/24", "198.51.100.7/32"],
            subnetId=SUBNET, storageDefaultAction="Deny", storageRanges=["203.0.113.0/24"], tags={"costCenter": "4711"},
            actIn="all", settings={"DEFAULT_NOTICE": "15m", "CURRENCY": "EUR"})
        config = one(azure, "Microsoft.Web/sites/config")["properties"]
        self.assertEqual((config["DEFAULT_NOTICE"], config["CURRENCY"]), ("15m", "EUR"))
        self.assertEqual((config["ACT_IN"], config["MAX_INSTANCES"]), ("all", "40"))
        self.assertTrue(config["BEACONS"].endswith(".blob.core.windows.net/beacons"))
        site = one(azure, "Microsoft.Web/sites")
        self.assertEqual(site["tags"]["costCenter"], "4711")
        self.assertEqual(site["properties"]["virtualNetworkSubnetId"], SUBNET)
        rules = site["properties"]["siteConfig"]["ipSecurityRestrictions"]
        self.assertEqual([(rule["ipAddress"], rule["priority"]) for rule in rules], [("192.0.2.0/24", 100), ("198.51.100.7/32", 101)])
        network = one(azure, "Microsoft.Storage/storageAccounts")["properties"]["networkAcls"]
        self.assertEqual(network["defaultAction"], "Deny")
        self.assertEqual(network["virtualNetworkRules"], [{"id": SUBNET, "action": "Allow"}])
        self.assertEqual(network["ipRules"], [{"value": "203.0.113.0/24", "action": "Allow"}])
        emails = one(azure, "Microsoft.Insights/actionGroups")["properties"]["emailReceivers"]
        self.assertEqual([email["emailAddress"] for email in emails], ["a@example.org", "b@example.org"])
        writers = {where: made for where, made in of(azure, "Microsoft.Authorization/roleAssignments").items()
                   if "/containers/beacons/" in where}
        self.assertEqual(len(writers), 2)
        definitions = of(azure, "Microsoft.Authorization/roleDefinitions")
        self.assertEqual({where.split("/")[2] for where in definitions}, {HERE, OTHER})
        names = {made["properties"]["roleName"] for made in definitions.values()}
        self.assertEqual(len(names), 2, "names of roles are unique in a tenant")

    def test_a_ledger_that_nobody_can_change(self):
        without, _ = expand()
        policy, lifecycle = "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies", "Microsoft.Storage/storageAccounts/managementPolicies"
        self.assertFalse(of(without, policy) | of(without, lifecycle))
        self.assertIsNone(one(without, "Microsoft.Storage/storageAccounts/blobServices")["properties"]["isVersioningEnabled"])
        azure, _ = expand(ledgerImmutableDays=365)
        self.assertTrue(one(azure, "Microsoft.Storage/storageAccounts/blobServices")["properties"]["isVersioningEnabled"])
        containers = of(azure, "Microsoft.Storage/storageAccounts/blobServices/containers")
        versioned = {where.rsplit("/", 1)[1] for where, made in containers.items() if made["properties"].get("immutableStorageWithVersioning")}
        self.assertEqual(versioned, {"lamplighter"}, "of the ledger's container alone")
        [(where, made)] = of(azure, policy).items()
        self.assertTrue(where.endswith("/containers/lamplighter/immutabilityPolicies/default"), where)
        self.assertEqual(made["properties"], {"immutabilityPeriodSinceCreationInDays": 365, "allowProtectedAppendWrites": False})
        rules = one(azure, lifecycle)["properties"]["policy"]["rules"]
        days = {prefix: rule["definition"]["actions"]["version"]["delete"]["daysAfterCreationGreaterThan"]
                for rule in rules for prefix in rule["definition"]["filters"]["prefixMatch"]}
        self.assertEqual(days, {"lamplighter/": 365, "beacons/": 1, "package/": 1, "azure-webjobs-": 1})
        others = {where.rsplit("/", 1)[1] for where in containers} - {"lamplighter"}
        self.assertLessEqual({f"{name}/" for name in others}, days.keys(), "versions of every container go in the end")
        for refused in (-1, 146001, "all"):
            with self.subTest(refused), self.assertRaises(arm.Wrong):
                expand(ledgerImmutableDays=refused)

    def test_no_alerts(self):
        azure, _ = expand(alerts=False)
        self.assertFalse(of(azure, "Microsoft.Insights/scheduledQueryRules") | of(azure, "Microsoft.Insights/actionGroups"))

    def test_what_is_not_allowed_is_refused(self):
        for given in ({"environmentName": "x"}, {"storageSku": "Premium_LRS"}, {"maximumInstanceCount": 0}, {"currency": "EURO"},
                      {"sweepMissingAfter": "PT7M"}, {"signIn": "everybody"}, {"noticeEmail": "true"}, {"subscriptionIds": "all"}, {"subscriptionIds": [7]}, {"settings": {"LEASE": 4}}, {"tags": {"x": None}}, {"nonsense": 1}):
            with self.subTest(given), self.assertRaises(arm.Wrong):
                expand(**given)

    def test_one_instance(self):
        azure, _ = expand(maximumInstanceCount=1)
        site = one(azure, "Microsoft.Web/sites")["properties"]["functionAppConfig"]["scaleAndConcurrency"]
        settings = one(azure, "Microsoft.Web/sites/config")["properties"]
        self.assertEqual((site["maximumInstanceCount"], settings["MAX_INSTANCES"]), (1, "1"))
        result = lamplighter("settings", "--json", **settings)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_second_deployment_from_elsewhere_meets_no_deployment_of_the_first(self):
        """Those to a subscription have a location, and under one name they are refused from another."""
        seen = []
        for location in ("westeurope", "northeurope"):
            azure = arm.Azure(location=location)
            azure.deploy(template(), {"location": "westeurope", "subscriptionIds": [HERE, OTHER]})
            self.assertTrue(all(one.get("location", "westeurope") in ("westeurope", "global") for one in azure.made.values()))
            seen.append({where for where in azure.made
                         if re.fullmatch(r"/subscriptions/[^/]+/providers/Microsoft.Resources/deployments/[^/]+", where)})
        self.assertEqual([len(one) for one in seen], [2, 2])
        self.assertFalse(seen[0] & seen[1])

    def test_a_role_by_another_name(self):
        azure, _ = expand(roleName="Stops computes", subscriptionIds=[HERE, OTHER])
        names = {made["properties"]["roleName"] for made in of(azure, "Microsoft.Authorization/roleDefinitions").values()}
        self.assertEqual(names, {f"Stops computes ({HERE})", f"Stops computes ({OTHER})"})
        usual, _ = expand(subscriptionIds=[HERE, OTHER])
        kind = "Microsoft.Authorization/roleDefinitions"
        self.assertEqual(set(of(usual, kind)), set(of(azure, kind)), "the same roles, renamed")

    def test_rights_are_given_before_the_app_is_made(self):
        """They count only minutes later."""
        made = list(expand()[0].made)
        app = next(at for at, where in enumerate(made) if "/Microsoft.Web/sites/" in where)
        for needed in ("Microsoft.Storage/storageAccounts/", "Microsoft.Insights/components/"):
            grants = [at for at, where in enumerate(made) if needed in where and "/roleAssignments/" in where]
            self.assertTrue(grants)
            self.assertLess(max(grants), app)
        modules = template()["resources"]
        self.assertLessEqual({"storage", "monitoring"}, set(modules["app"]["dependsOn"]))

    def test_the_role_of_a_management_group(self):
        made = bicep_to_arm.compile_file(INFRA / "role" / "management-group.bicep")
        azure = arm.Azure()
        group = "/providers/Microsoft.Management/managementGroups/mg-data"
        azure.deploy(made, {"principalId": HERE}, group)
        [(where, role)] = of(azure, "Microsoft.Authorization/roleDefinitions").items()
        grant = one(azure, "Microsoft.Authorization/roleAssignments")["properties"]
        self.assertEqual(role["properties"]["assignableScopes"], [group])
        self.assertEqual(role["properties"]["roleName"], "Lamplighter operator (mg-data)")
        self.assertEqual((grant["roleDefinitionId"], grant["principalId"]), (where, HERE))

    def test_a_wrong_template_is_told(self):
        for change in ({"dependsOn": ["[resourceId('A/b', 'gone')]"]}, {"name": "[parameters('gone')]"}, {"name": "[format('{0}'"},
                       {"tags": {"x": "[reference(resourceId('A/b', 'gone'), '1').y]"}}, {"name": "[nope('x')]"}):
            resource = {"type": "A/b", "apiVersion": "1", "name": "x"} | change
            with self.subTest(change), self.assertRaises(arm.Wrong):
                arm.Azure().deploy({"resources": [resource]}, {})


if __name__ == "__main__":
    unittest.main()
