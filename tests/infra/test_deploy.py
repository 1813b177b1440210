"""What docs/deploy.md and infra/README.md name is there: files, parameters, outputs, the button."""

import json
import re
import unittest
import urllib.parse

from common import INFRA, ROOT, template
from markdown import blocks

DEPLOY = (ROOT / "docs" / "deploy.md").read_text()
README = (INFRA / "README.md").read_text()


def given_parameters():
    """The parameters that commands give to a template: what follows `--parameters`, up to the next option."""
    for block in blocks("sh azure"):
        text = re.sub(r"\\\n", " ", block.text)
        for given in re.findall(r"--parameters\s+(.*?)(?=\s--\w|\n|$)", text):
            yield from re.findall(r"(?:^|\s)(\w+)=", given)


class Deploy(unittest.TestCase):
    def test_files(self):
        named = set(re.findall(r"(?<![\w/.-])((?:infra|docs|tests|tools)/[\w./-]+\w)", DEPLOY + README))
        self.assertGreater(len(named), 8)
        self.assertEqual({name for name in named if not (ROOT / name).exists()}, set())
        for name in re.findall(r"^\| `([^`]+)`", README, re.M):
            self.assertTrue(list(INFRA.glob(name)), name)

    def test_parameters_and_outputs(self):
        known = set(template()["parameters"])
        given = set(given_parameters())
        self.assertLessEqual({"actIn", "principalId", "settings"}, given)
        self.assertLessEqual(given, known | {"principalId"})
        words = set(re.findall(r"`(\w+)`", DEPLOY + README))
        self.assertLessEqual({"allowedClientRanges", "storageDefaultAction", "subnetId", "storageRanges"}, words & known)
        outputs = set(re.findall(r"outputs\.(\w+)\.value|\$\(output (\w+)\)", DEPLOY))
        outputs = {name for pair in outputs for name in pair if name}
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


if __name__ == "__main__":
    unittest.main()
