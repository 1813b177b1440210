"""azure.yaml, by azd's published schemas (schemas/NOTICE) and by what azd 1.31.2 does with it, as its source says."""

import copy
import json
import re
import unittest

import jsonschema
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT201909

from common import HERE, INFRA, ROOT, resources
from scripted import Scripted

import azd

SCHEMAS = {name: json.loads((HERE / "schemas" / f"azure.yaml-{name}.json").read_text()) for name in ("v1.0", "alpha")}
# The languages that azd 1.31.2 takes without `azd config set alpha.language.custom on` (cmd/container.go). Of these, `python` alone
# packages a folder as it is and looks for it in the project's folder (pkg/project/framework_service_python.go): the others build,
# and with none, as with `docker`, a function app is refused for want of a folder (service_target_functionapp.go, Package).
WITHOUT_ALPHA = {"", "dotnet", "csharp", "fsharp", "js", "ts", "python", "java", "go", "docker"}


class Project(unittest.TestCase):
    def setUp(self):
        self.azure = yaml.safe_load((ROOT / "azure.yaml").read_text())
        [(self.name, self.service)] = self.azure["services"].items()

    def errors(self, schema, document):
        # What extensions of azd bring for their own hosts is elsewhere, and takes anything here.
        elsewhere = Registry(retrieve=lambda _: Resource.from_contents({}, default_specification=DRAFT201909))
        validator = jsonschema.Draft201909Validator(SCHEMAS[schema], registry=elsewhere)
        return [error.message for error in validator.iter_errors(document)]

    def test_both_schemas_take_it(self):
        for schema in SCHEMAS:
            self.assertEqual(self.errors(schema, self.azure), [], schema)
            known = SCHEMAS[schema]["properties"]
            self.assertLessEqual(set(self.azure), set(known), "a slip, which the schema lets pass")
            self.assertLessEqual(set(self.service), set(known["services"]["additionalProperties"]["properties"]))

    def test_the_schemas_would_find_what_is_wrong(self):
        for place, key, value in (("", "name", None), ("", "requiredVersions", {"az": "1"}), ("services", "host", None), ("services", "remoteBuild", "no"),
                                  ("services", "k8s", {"x": 1}), ("services", "hooks", {"prepackage": {"shell": "fish", "run": "x"}})):
            for schema in SCHEMAS:
                document = copy.deepcopy(self.azure)
                where = document["services"][self.name] if place else document
                if value is None:
                    del where[key]
                else:
                    where[key] = value
                self.assertNotEqual(self.errors(schema, document), [], f"{schema}: {place} {key}")

    def test_no_alpha_feature_is_needed(self):
        self.assertIn(self.service["language"], WITHOUT_ALPHA)
        self.assertEqual((self.service["host"], self.service["language"]), ("function", "python"))
        # Python on Flex Consumption would be built in Azure, unless it says so.
        self.assertIs(self.service["remoteBuild"], False)

    def test_azd_finds_what_the_package_makes_from_any_folder(self):
        out = re.search(r"^out=(\S+)$", (INFRA / "package.sh").read_text(), re.M).group(1)
        self.assertEqual(self.service["project"], ".")
        self.assertEqual(self.service["dist"], f"{out}/app")
        # azd runs the hook in the project's folder, where this is no file: so it is a line for the shell.
        self.assertEqual(self.service["hooks"]["prepackage"], {"shell": "sh", "run": "bash infra/package.sh"})
        # With this, azd would leave files of the package behind.
        self.assertFalse((ROOT / ".funcignore").exists())
        self.assertTrue((ROOT / self.azure["infra"]["path"] / f"{self.azure['infra']['module']}.bicep").is_file())

    def test_the_service_is_the_site(self):
        self.assertRegex(self.azure["name"], r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        [site] = resources("Microsoft.Web/sites")
        self.assertIn(f"'azd-service-name', '{self.name}'", site["tags"])

    def test_the_least_version_is_the_one_that_the_scripts_ask_for(self):
        least = re.search(r"^least_azd=(\S+)$", (INFRA / "common.sh").read_text(), re.M).group(1)
        self.assertEqual(self.azure["requiredVersions"]["azd"], f">= {least}")

    def test_the_resource_group_bears_the_environments_tag(self):
        text = (INFRA / "main.bicep").read_text()
        self.assertIn("'azd-env-name': environmentName", text)
        self.assertIn("metadata({ azd: { type: 'location' } })", text)


class Usage(unittest.TestCase):
    def test_what_azd_takes_and_refuses(self):
        for line in ("up", "up --no-prompt -e x", "env new x --location y", "env set A B", "env set A=B C=D", "env select", "deploy",
                     "deploy lamplighter --from-package x", "auth login --check-status", "down --force --purge"):
            azd.parse(line.split())
        for line in ("upp", "up x", "up --force", "env new", "env set A", "env get-value", "env select a b", "up --location",
                     "auth login --tenant", "deploy a b"):
            with self.assertRaises(azd.Misused, msg=line):
                azd.parse(line.split())


class Parser(Scripted):
    def test_what_the_azure_cli_takes_and_refuses(self):
        for line, taken in (("group list --query [].name -o tsv", True), ("deployment sub create --location x --template-file f", True),
                            ("group lst", False), ("deployment sub create --template-file f", False),
                            ("functionapp deployment source config-zip -g a -n b", False), ("group list --nothing", False)):
            against = self.ask(parse=line.split())["against"]
            self.assertEqual(against == "", taken, f"{line}: {against}")


if __name__ == "__main__":
    unittest.main()
