"""What would be deployed: worked out here as the compiler works it out, and compared with what was kept."""

import copy
import json
import re
import unittest

from common import HERE, INFRA, template

import bicep_to_arm
import snapshot

COMPILED = HERE / "bicep-0.49.2"


class Compiled(unittest.TestCase):
    """Against `bicep snapshot` itself, of the frozen sources."""

    def test_it_is_what_the_compiler_predicts(self):
        for sources, templates in (("source", "arm"), ("typed/source", "typed/arm")):
            for name in ("example", "closed"):
                with self.subTest(templates=templates, name=name):
                    compiled = json.loads((COMPILED / templates / f"{name}.snapshot.json").read_text())
                    given = snapshot.parameters(COMPILED / sources / f"{name}.bicepparam")
                    made = json.loads((COMPILED / templates / "main.json").read_text())
                    self.assertEqual(len(compiled["predictedResources"]), 31)
                    self.assertEqual(snapshot.predict(made, given), compiled)

    def test_the_translators_template_predicts_the_same(self):
        compiled = json.loads((COMPILED / "typed" / "arm" / "closed.snapshot.json").read_text())
        sources = COMPILED / "typed" / "source"
        made = bicep_to_arm.compile_file(sources / "main.bicep")
        self.assertEqual(snapshot.predict(made, snapshot.parameters(sources / "closed.bicepparam")), compiled)


class Kept(unittest.TestCase):
    """The snapshots of infra/: what a change changes is seen in a diff of them."""

    def test_nothing_would_be_deployed_that_is_not_in_the_snapshots(self):
        for name, given in snapshot.KEPT.items():
            with self.subTest(name):
                self.assertEqual(snapshot.predict(template(), snapshot.parameters(given)),
                                 json.loads(snapshot.kept(name).read_text()),
                                 "if that is meant: python3 tests/infra/snapshot.py, and a line in CHANGELOG.md")

    def test_a_changed_template_is_another_snapshot(self):
        given = snapshot.parameters(snapshot.KEPT["closed"])
        changed = copy.deepcopy(template())
        account = changed["resources"]["storage"]["properties"]["template"]["resources"]["account"]
        account["properties"]["minimumTlsVersion"] = "TLS1_0"
        self.assertNotEqual(snapshot.predict(changed, given), snapshot.predict(template(), given))

    def test_what_if_can_look_inside(self):
        """Every name is known before a deployment but for assignments of roles, and every app setting's name too."""
        for name in snapshot.KEPT:
            for one in json.loads(snapshot.kept(name).read_text())["predictedResources"]:
                with self.subTest(snapshot=name, resource=one["id"]):
                    if one["type"] != "Microsoft.Authorization/roleAssignments":
                        self.assertFalse(one["id"].startswith("["))
                        self.assertIsInstance(one.get("properties", {}), dict)
                    elif "containers/beacons" not in one["id"]:
                        # An identity that is made again gets assignments of its own.
                        self.assertRegex(one["name"], r"^\[guid\(.*\.principalId")

    def test_the_parameters_are_those_that_are_written(self):
        given = snapshot.parameters(snapshot.KEPT["closed"])
        self.assertEqual((given["storageDefaultAction"], given["storageRanges"]), ("Deny", ["198.51.100.7"]))
        self.assertLessEqual(set(given), set(template()["parameters"]))
        example = snapshot.parameters(snapshot.KEPT["example"])
        self.assertEqual(set(example), set(re.findall(r"^param (\w+) =", (INFRA / "example.bicepparam").read_text(), re.M)))


if __name__ == "__main__":
    unittest.main()
