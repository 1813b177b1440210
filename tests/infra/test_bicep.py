"""The Bicep: its syntax, its words, and azuredeploy.json, which must be the same thing."""

import json
import re
import unittest

from pycep import BicepParser

from common import HERE, INFRA, all_resources, resources, template

import bicep_to_arm
import simpler

FILES = sorted(INFRA.rglob("*.bicep"))
# Every type that is deployed, with its version: none that Bicep 0.49.2 calls old, but for components and workbooks, whose
# newer ones it does not ask for.
VERSIONS = {
    "Microsoft.Authorization/roleAssignments": "2022-04-01",
    "Microsoft.Authorization/roleDefinitions": "2022-04-01",
    "Microsoft.Communication/communicationServices": "2025-09-01",
    "Microsoft.Communication/emailServices": "2025-09-01",
    "Microsoft.Communication/emailServices/domains": "2025-09-01",
    "Microsoft.EventGrid/topics": "2025-02-15",
    "Microsoft.Insights/actionGroups": "2023-01-01",
    "Microsoft.Insights/components": "2020-02-02",
    "Microsoft.Insights/scheduledQueryRules": "2026-03-01",
    "Microsoft.Insights/workbooks": "2023-06-01",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "2024-11-30",
    "Microsoft.OperationalInsights/workspaces": "2025-02-01",
    "Microsoft.Resources/deployments": "2025-04-01",
    "Microsoft.Resources/resourceGroups": "2025-04-01",
    "Microsoft.Storage/storageAccounts": "2025-01-01",
    "Microsoft.Storage/storageAccounts/blobServices": "2025-01-01",
    "Microsoft.Storage/storageAccounts/blobServices/containers": "2025-01-01",
    "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies": "2025-01-01",
    "Microsoft.Storage/storageAccounts/managementPolicies": "2025-01-01",
    "Microsoft.Storage/storageAccounts/queueServices": "2025-01-01",
    "Microsoft.Storage/storageAccounts/queueServices/queues": "2025-01-01",
    "Microsoft.Web/serverfarms": "2025-03-01",
    "Microsoft.Web/sites": "2025-03-01",
    "Microsoft.Web/sites/basicPublishingCredentialsPolicies": "2025-03-01",
    "Microsoft.Web/sites/config": "2025-03-01",
}

UNCOMPILED = ("Microsoft.Communication/", "Microsoft.EventGrid/", "Microsoft.Storage/storageAccounts/managementPolicies",
              "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies")


def leaves(value):
    """Every text in what the other parser read of an expression."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str):
        yield value


class Bicep(unittest.TestCase):
    def test_every_file_parses(self):
        self.assertGreaterEqual(len(FILES), 9)
        for path in FILES:
            with self.subTest(path.name):
                self.assertFalse(bicep_to_arm.PARSER.parse(path.read_bytes()).root_node.has_error)

    def test_the_example_of_parameters_parses(self):
        # The grammar knows no assignment of parameters: as variables they are written the same.
        text = (INFRA / "example.bicepparam").read_text()
        self.assertIn("using './main.bicep'\n", text)
        as_bicep = re.sub(r"^param (\w+) =", r"var \1 =", text, flags=re.M).encode()
        self.assertFalse(bicep_to_arm.PARSER.parse(as_bicep).root_node.has_error)

    def test_every_parameter_and_output_is_described(self):
        for path in FILES:
            file = bicep_to_arm.File(path)
            for declared in [*file.declared["param"].values(), *file.declared["output"].values()]:
                with self.subTest(path=path.name, name=declared.name):
                    words = " ".join(file.text(decorator) for decorator in declared.decorators)
                    self.assertRegex(words, r"description\('.{4,}'\)")

    def test_every_parameter_of_main_has_a_default(self):
        for name, parameter in template()["parameters"].items():
            self.assertIn("defaultValue", parameter, name)

    def test_every_parameter_is_used(self):
        for path in FILES:
            file = bicep_to_arm.File(path)
            for name in [*file.declared["param"], *file.declared["var"]]:
                self.assertGreater(len(re.findall(rf"\b{name}\b", file.source.decode())), 1, f"{path.name}: {name}")

    def test_the_examples_name_parameters_that_are_there(self):
        known = template()["parameters"]
        example = set(re.findall(r"^param (\w+) =", (INFRA / "example.bicepparam").read_text(), re.M))
        azd = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
        for given in (example, azd):
            self.assertTrue(given)
            self.assertLessEqual(set(given), set(known))
        for name, setting in azd.items():
            default = re.fullmatch(r"\$\{\w+=(.*)\}", setting["value"])
            if default:
                value = known[name]["defaultValue"]
                self.assertEqual(default.group(1), json.dumps(value) if isinstance(value, bool) else value, name)

    def test_azd_takes_the_parameters_file(self):
        self.assertFalse((INFRA / "main.bicepparam").exists(), "azd would read it in place of main.parameters.json")

    def test_types_and_versions(self):
        found = {one["type"]: one["apiVersion"] for one, _ in all_resources(template())}
        self.assertEqual(found, VERSIONS)
        # The compiler has seen each of them, in these letters and of this version; but for those of channels of notices and of a
        # ledger that nobody can change, which were read in Microsoft's own types for Bicep (bicep-types-az).
        compiled = json.loads((HERE / "bicep-0.49.2" / "typed" / "arm" / "main.json").read_text())
        self.assertEqual({kind: version for kind, version in found.items() if not kind.startswith(UNCOMPILED)},
                         {one["type"]: one["apiVersion"] for one, _ in all_resources(compiled)})


class Compiled(unittest.TestCase):
    """azuredeploy.json against the Bicep: by the translator, and resource by resource by another parser of Bicep."""

    def test_it_is_what_is_made_of_main(self):
        made = bicep_to_arm.render(INFRA / "main.bicep")
        self.assertEqual((INFRA / "azuredeploy.json").read_text(), made,
                         "run tools/bicep_to_arm.py infra/main.bicep infra/azuredeploy.json")

    def compare(self, path, compiled):
        parsed = BicepParser().parse(text=simpler.text(path))
        self.parameters = set(parsed.get("parameters", {}))
        wanted = {name: one for name, one in parsed.get("resources", {}).items() if not one["existing"]}
        modules = parsed.get("modules", {})
        made = [one for one in compiled["resources"] if not one.get("existing")]
        got = [one for one in made if one["type"] != "Microsoft.Resources/deployments"]
        nested = [one for one in made if one["type"] == "Microsoft.Resources/deployments"]
        self.assertEqual((len(got), len(nested)), (len(wanted), len(modules)), path.name)
        for (name, one), made in zip(wanted.items(), got):
            with self.subTest(file=path.name, resource=name):
                self.assertEqual((made["type"], made["apiVersion"]), (one["type"], one["api_version"]))
                config, made = self.unlooped(one["config"], made)
                places = ("parent", "scope", "name", "dependsOn")
                added = ("type", "apiVersion", "condition", *places)
                self.same({key: value for key, value in config.items() if key not in places},
                          {key: value for key, value in made.items() if key not in added}, (path.name, name))
                self.assertEqual("scope" in config, "scope" in made)
                self.assertEqual("parent" in config, made["name"].startswith("[format('{0}/"))
        for (name, one), made in zip(modules.items(), nested):
            with self.subTest(file=path.name, module=name):
                config, made = self.unlooped(one["config"], made)
                # A value that is chosen is an expression around all of it.
                given = {key: value["value"] if isinstance(value, dict) else value for key, value in made["properties"]["parameters"].items()}
                self.parameters = set(parsed["parameters"])
                self.same(config["params"], given, (path.name, name))
                self.compare((path.parent / one["detail"]["path"]).resolve(), made["properties"]["template"])
        for section in ("parameters", "outputs"):
            self.assertEqual(set(compiled.get(section, {})), set(parsed.get(section, {})), (path.name, section))

    def unlooped(self, config, made):
        """What stands inside a loop or condition, on both sides."""
        made = dict(made)
        if "loop_type" in config:
            self.assertIn("copy", made)
            made.pop("copy")
        else:
            self.assertNotIn("copy", made)
        while set(config) & {"loop_type", "condition"} and "config" in config:
            config = config["config"]
        return config, made

    def same(self, wanted, got, at):
        """Compares what the other parser read with what we made; an expression must name what it is made of."""
        if isinstance(wanted, dict) and "loop_type" not in wanted and isinstance(got, dict):
            got = dict(got)
            copies = {one["name"]: one["input"] for one in got.pop("copy", [])}
            self.assertEqual({str(key).strip("'") for key in wanted if "${" not in str(key)},
                             {key for key in [*got, *copies] if not key.startswith("[")}, at)
            for key, value in wanted.items():
                if "${" in str(key):
                    continue
                if isinstance(value, dict) and "loop_type" in value:
                    self.same(value["config"], copies[key], (*at, key))
                else:
                    self.same(value, got[str(key).strip("'")], (*at, key))
        elif isinstance(wanted, list) and isinstance(got, list):
            self.assertEqual(len(wanted), len(got), at)
            for one, other in zip(wanted, got):
                self.same(one, other, at)
        elif isinstance(wanted, (dict, list)):
            self.assertRegex(str(got), r"^\[", at)
            for leaf in leaves(wanted):
                if leaf in self.parameters:
                    self.assertIn(f"parameters('{leaf}')", got, at)
                elif leaf.endswith((".kql", ".json")):
                    self.assertIn("variables('$fxv#", got, at)
        elif isinstance(wanted, str):
            plain = got in (wanted, "[" + wanted)
            expression = str(got).startswith("[")
            self.assertTrue(plain or expression, (at, wanted, got))
            if not plain and re.fullmatch(r"\w+", wanted):
                self.assertRegex(got, rf"(parameters|variables)\('{wanted}'\)|\[copyIndex|\[parameters", at)
        else:
            self.assertEqual(got, wanted, at)

    def test_resource_by_resource(self):
        self.compare(INFRA / "main.bicep", simpler.listed(template()))

    def test_files_are_taken_in_whole(self):
        texts = {value for _, within in all_resources(template()) for value in within.get("variables", {}).values()
                 if isinstance(value, str)}
        for file in [INFRA / "workbook.json", *(INFRA / "alerts").glob("*.kql")]:
            self.assertIn(file.read_text(), texts, file.name)

    def test_every_dependency_is_a_resource_of_the_same_template(self):
        seen = 0
        for resource, within in all_resources(template()):
            for needed in resource.get("dependsOn", []):
                seen += 1
                if isinstance(within["resources"], dict):
                    self.assertIn(needed, within["resources"], resource["name"])
                else:
                    self.assertIn(needed, {self.role_id(other) for other in within["resources"]}, resource["name"])
        self.assertGreater(seen, 20)

    @staticmethod
    def role_id(resource):
        """The id of a role, as an expression."""
        return f"[subscriptionResourceId('{resource['type']}', {resource['name'][1:-1]})]"

    def test_every_reference_in_an_expression_is_declared(self):
        for _, within in all_resources(template()):
            text = json.dumps({key: value for key, value in within.items() if key != "resources"})
            listed = within["resources"]
            for resource in listed.values() if isinstance(listed, dict) else listed:
                shallow = dict(resource)
                if "template" in (shallow.get("properties") or {}):
                    shallow["properties"] = {key: value for key, value in shallow["properties"].items() if key != "template"}
                text += json.dumps(shallow)
            self.assertLessEqual(set(re.findall(r"parameters\('([^']+)'\)", text)), set(within.get("parameters", {})))
            self.assertLessEqual(set(re.findall(r"variables\('([^']+)'\)", text)), set(within.get("variables", {})))
            self.assertLessEqual(set(re.findall(r"reference\('([^']+)'\)", text)),
                                 set(listed) if isinstance(listed, dict) else set())

    def test_parentheses_and_quotes_of_expressions_close(self):
        def walk(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    walk(key)
                    walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)
            elif isinstance(value, str) and value.startswith("[") and not value.startswith("[["):
                bare = re.sub(r"'(?:[^']|'')*'", "", value)
                self.assertNotIn("'", bare, value)
                for opening, closing in ("()", "[]"):
                    self.assertEqual(bare.count(opening), bare.count(closing), value)
        walk(template())


class Posture(unittest.TestCase):
    """No keys, TLS 1.2, private where it costs nothing."""

    def one(self, kind):
        [resource] = resources(kind)
        return resource["properties"]

    def test_storage(self):
        account = self.one("Microsoft.Storage/storageAccounts")
        wanted = {
            "allowSharedKeyAccess": False, "allowBlobPublicAccess": False, "allowCrossTenantReplication": False,
            "defaultToOAuthAuthentication": True, "minimumTlsVersion": "TLS1_2", "supportsHttpsTrafficOnly": True,
        }
        self.assertLessEqual(wanted.items(), account.items())
        containers = resources("Microsoft.Storage/storageAccounts/blobServices/containers")
        self.assertEqual(sorted(re.findall(r"'(\w+)'\)\]", one["name"])[-1] for one in containers),
                         ["beacons", "lamplighter", "package"])
        for container in containers:
            self.assertEqual(container["properties"]["publicAccess"], "None")

    def test_logs(self):
        self.assertTrue(self.one("Microsoft.OperationalInsights/workspaces")["features"]["disableLocalAuth"])
        self.assertTrue(self.one("Microsoft.Insights/components")["DisableLocalAuth"])

    def test_site(self):
        site = self.one("Microsoft.Web/sites")
        self.assertTrue(site["httpsOnly"])
        self.assertEqual(site["siteConfig"]["ipSecurityRestrictionsDefaultAction"], "Deny")
        self.assertEqual(site["siteConfig"]["minTlsVersion"], "1.2")
        # Properties that Flex Consumption refuses.
        refused = {"ftpsState", "linuxFxVersion", "alwaysOn", "use32BitWorkerProcess", "functionAppScaleLimit",
                   "preWarmedInstanceCount", "minimumElasticInstanceCount", "netFrameworkVersion", "vnetRouteAllEnabled"}
        self.assertEqual(refused & (set(site["siteConfig"]) | set(site)), set())
        storage = site["functionAppConfig"]["deployment"]["storage"]
        self.assertEqual(storage["authentication"]["type"], "UserAssignedIdentity")
        policies = resources("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
        self.assertEqual([one["properties"] for one in policies], [{"allow": False}] * 2)

    def test_instances_reach_the_container_of_beacons_and_people_the_queue_of_holds_only(self):
        [grant, holds] = [one for one in resources("Microsoft.Authorization/roleAssignments") if "copy" in one]
        self.assertIn("queueServices/queues', parameters('name'), 'default', 'holds')]", holds["scope"])
        self.assertIn("variables('queueMessageSender')", holds["properties"]["roleDefinitionId"])
        self.assertIn("blobServices/containers', parameters('name'), 'default', 'beacons')]", grant["scope"])
        self.assertIn("variables('blobDataContributor')", grant["properties"]["roleDefinitionId"])


if __name__ == "__main__":
    unittest.main()
