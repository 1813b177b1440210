"""What docs/deploy.md and infra/README.md name is there: files, parameters, outputs, commands, the button."""

import json
import re
import unittest
import urllib.parse

from common import INFRA, ROOT, lamplighter, template

DEPLOY = (ROOT / "docs" / "deploy.md").read_text()
README = (INFRA / "README.md").read_text()


class Docs(unittest.TestCase):
    def test_files(self):
        named = set(re.findall(r"(?<![\w/.-])((?:infra|docs|tests|tools)/[\w./-]+\w)", DEPLOY + README))
        self.assertGreater(len(named), 8)
        # The beacon's folder comes with the beacon.
        missing = {name for name in named if not (ROOT / name).exists()} - {"infra/beacon"}
        self.assertEqual(missing, set())
        for name in re.findall(r"^\| `([^`]+)`", README, re.M):
            self.assertTrue(list(INFRA.glob(name)), name)

    def test_parameters_and_outputs(self):
        known = template()["parameters"]
        for name in re.findall(r"(?:--parameters|^ {19,})\s*((?:\w+='?[^\s']*'? ?)+)", DEPLOY, re.M):
            for parameter in re.findall(r"(\w+)=", name):
                self.assertIn(parameter, {*known, "principalId"})
        words = set(re.findall(r"`(\w+)`", DEPLOY + README))
        self.assertLessEqual({"allowedClientRanges", "storageDefaultAction", "subnetId", "storageRanges"}, words & set(known))
        outputs = set(re.findall(r"outputs\.(\w+)\.value", DEPLOY))
        self.assertTrue(outputs)
        self.assertLessEqual(outputs, set(template()["outputs"]))

    def test_the_azd_variables_are_those_of_the_parameters_file(self):
        text = (INFRA / "main.parameters.json").read_text()
        for name in re.findall(r"azd env set (\w+)", DEPLOY):
            self.assertIn("${" + name, text)

    def test_the_button_points_at_the_template(self):
        encoded = re.search(r"Microsoft\.Template/uri/([^)]+)\)", DEPLOY).group(1)
        url = urllib.parse.unquote(encoded)
        self.assertEqual(encoded, urllib.parse.quote(url, safe=""))
        self.assertTrue(url.startswith("https://raw.githubusercontent.com/") and url.endswith("/main/infra/azuredeploy.json"))
        json.loads((INFRA / "azuredeploy.json").read_text())

    def test_commands_of_ours_are_there(self):
        for command in set(re.findall(r"^    lamplighter (\w+)|-- (sweep)\b", DEPLOY, re.M)):
            name = next(filter(None, command))
            self.assertEqual(lamplighter(name, "--help").returncode, 0, name)


if __name__ == "__main__":
    unittest.main()
