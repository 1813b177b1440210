"""tools/bicep_to_arm.py: it makes of every file of bicep-0.49.2/ what Microsoft's compiler made of it, and refuses what it
does not know."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import HERE, ROOT

import bicep_to_arm
from arm_text import text_of, without_generator

COMPILED = HERE / "bicep-0.49.2"
# Where sources are, and where their templates.
PAIRS = (("source", "arm"), ("typed/source", "typed/arm"), ("small", "small"))


def pairs():
    for sources, templates in PAIRS:
        for source in sorted((COMPILED / sources).rglob("*.bicep")):
            yield source, (COMPILED / templates / source.relative_to(COMPILED / sources)).with_suffix(".json")


class Reproduced(unittest.TestCase):
    def test_every_compiled_file_to_the_letter(self):
        seen = 0
        for source, template in pairs():
            with self.subTest(source.relative_to(COMPILED)):
                compiled = template.read_text()
                # The compiler's own text is what text_of() writes.
                self.assertEqual(text_of(json.loads(compiled)), compiled)
                wanted = text_of(without_generator(json.loads(compiled)))
                self.assertEqual(bicep_to_arm.render(source), wanted)
                seen += 1
        templates = {path for _, folder in PAIRS for path in (COMPILED / folder).rglob("*.json") if "snapshot" not in path.name}
        self.assertEqual(seen, len(templates), "a template that has no source")
        self.assertGreaterEqual(seen, 24)

    def test_form_makes_no_difference(self):
        for formatted in sorted((COMPILED / "formatted").rglob("*.bicep")):
            name = formatted.relative_to(COMPILED / "formatted")
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "source"
                subprocess.run(["cp", "-r", COMPILED / "source", copy], check=True)
                (copy / name).write_text(formatted.read_text())
                self.assertEqual(bicep_to_arm.render(copy / name), bicep_to_arm.render(COMPILED / "source" / name))

    def test_a_change_of_one_value_is_seen(self):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "main.bicep"
            source.write_text((COMPILED / "small" / "m.bicep").read_text().replace("names[0]", "names[1]"))
            self.assertNotEqual(bicep_to_arm.compile_file(source),
                                without_generator(json.loads((COMPILED / "small" / "m.json").read_text())))

    def test_nothing_of_the_generator_is_left_and_nothing_else_is_gone(self):
        made = {"metadata": {"_generator": {"name": "bicep"}}, "resources": [
            {"properties": {"template": {"metadata": {"_generator": {}, "kept": 1}, "outputs": {}}}}, {"metadata": {}}]}
        self.assertEqual(without_generator(made), {"resources": [
            {"properties": {"template": {"metadata": {"kept": 1}, "outputs": {}}}}, {"metadata": {}}]})

    def test_as_a_command(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.json"
            command = [sys.executable, ROOT / "tools" / "bicep_to_arm.py"]
            subprocess.run([*command, COMPILED / "small" / "a.bicep", out], check=True)
            self.assertEqual(out.read_text(), bicep_to_arm.render(COMPILED / "small" / "a.bicep"))
            wrong = Path(folder) / "wrong.bicep"
            wrong.write_text("param a string\n\nvar b = pickZones('x')\n")
            refused = subprocess.run([*command, wrong, out], capture_output=True, text=True, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertRegex(refused.stderr, r"wrong\.bicep:3:9: an unknown function")


class Translator(unittest.TestCase):
    """On text of its own."""

    def compile(self, text, **others):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in others.items():
                (Path(folder) / f"{name}.bicep").write_text(content)
            path = Path(folder) / "main.bicep"
            path.write_text(text)
            return bicep_to_arm.compile_file(path)

    def test_shapes_of_the_bicep_cli(self):
        made = self.compile("""
param name string = 'a'
param many array = []
resource parent 'A.B/c@2020-01-01' = {
  name: 'p${name}'
  tags: { '${name}': 'it''s' }
}
resource child 'A.B/c/d@2020-01-01' = if (name == 'a' && !empty(many)) {
  parent: parent
  name: 'x'
  properties: { list: [for (one, i) in many: { one: one.id, at: i + 1 }], bracket: '[x]', id: parent.properties.e.f }
}
resource locks 'A.B/locks@2020-01-01' = [for one in many: {
  scope: child
  name: guid(child.id, one)
}]
output o string = empty(name) ? child.name : 'n'
""".replace("it''s", "it\\'s"))
        parent, child, locks = made["resources"]
        self.assertEqual(parent["name"], "[format('p{0}', parameters('name'))]")
        self.assertEqual(parent["tags"], {"[format('{0}', parameters('name'))]": "it's"})
        self.assertEqual(child["condition"], "[and(equals(parameters('name'), 'a'), not(empty(parameters('many'))))]")
        self.assertEqual(child["name"], "[format('{0}/{1}', format('p{0}', parameters('name')), 'x')]")
        parent_id = "resourceId('A.B/c', format('p{0}', parameters('name')))"
        self.assertEqual(child["dependsOn"], [f"[{parent_id}]"])
        self.assertEqual(child["properties"], {
            "bracket": "[[x]", "id": f"[reference({parent_id}, '2020-01-01').e.f]",
            "copy": [{"name": "list", "count": "[length(parameters('many'))]", "input": {
                "one": "[parameters('many')[copyIndex('list')].id]", "at": "[add(copyIndex('list'), 1)]"}}]})
        child_id = "resourceId('A.B/c/d', format('p{0}', parameters('name')), 'x')"
        self.assertEqual(locks, {
            "copy": {"name": "locks", "count": "[length(parameters('many'))]"}, "type": "A.B/locks",
            "apiVersion": "2020-01-01", "scope": f"[{child_id}]",
            "name": f"[guid({child_id}, parameters('many')[copyIndex()])]", "dependsOn": [f"[{child_id}]"]})
        self.assertEqual(made["outputs"]["o"]["value"], "[if(empty(parameters('name')), 'x', 'n')]")

    def test_blanks_in_a_text_stay(self):
        made = self.compile("""
param a string = ' '
var b = '${a} ${a}'
var c = ' ${a}\\n ${a}  x ${a} '
var d = '  x '
var e = '{${a}} '
""")
        self.assertEqual(made["parameters"]["a"]["defaultValue"], " ")
        self.assertEqual(made["variables"], {
            "b": "[format('{0} {1}', parameters('a'), parameters('a'))]",
            "c": "[format(' {0}\n {1}  x {2} ', parameters('a'), parameters('a'), parameters('a'))]",
            "d": "  x ", "e": "[format('{{{0}}} ', parameters('a'))]"})

    def test_a_resource_needs_what_it_names_itself(self):
        """Not what those are made of that it names; and in the order of a dictionary."""
        made = self.compile("""
resource first 'A.B/c@2020-01-01' = {
  name: 'first'
}
resource Second 'A.B/c@2020-01-01' = {
  name: 'x-${first.name}'
}
resource thirdOne 'A.B/c@2020-01-01' = {
  name: 'third'
  properties: {
    of: Second.id
    to: [
      Second.name
    ]
    a: -1
  }
}
resource fourth 'A.B/c/d@2020-01-01' = {
  parent: Second
  name: Second.name
  dependsOn: [
    thirdOne
    first
  ]
}
""")
        second = "resourceId('A.B/c', format('x-{0}', 'first'))"
        self.assertEqual([one.get("dependsOn") for one in made["resources"]], [
            None, ["[resourceId('A.B/c', 'first')]"], [f"[{second}]"],
            ["[resourceId('A.B/c', 'first')]", f"[{second}]", "[resourceId('A.B/c', 'third')]"]])
        self.assertEqual(made["resources"][2]["properties"],
                         {"of": f"[{second}]", "to": ["[format('x-{0}', 'first')]"], "a": -1})

    def test_a_group_with_a_plain_name(self):
        made = self.compile("""
targetScope = 'subscription'
resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'ours'
  location: 'westeurope'
}
module m 'child.bicep' = {
  scope: group
  name: 'm'
}
""", child="output o string = 'x'\n")
        _, module = made["resources"]
        self.assertEqual(module["resourceGroup"], "ours")
        self.assertNotIn("parameters", module["properties"])
        self.assertEqual(module["dependsOn"], ["[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'ours')]"])

    def test_decorators_are_written_in_the_compilers_order(self):
        made = self.compile("""
@description('Said.')
@metadata({ a: 1, description: 'not this' })
@maxLength(9)
@minLength(1)
@allowed([
  'x'
])
param a string = 'x'
@description('Said.')
@maxLength(9)
param b string
""")
        self.assertEqual([list(one) for one in made["parameters"].values()], [
            ["type", "defaultValue", "allowedValues", "metadata", "minLength", "maxLength"], ["type", "maxLength", "metadata"]])
        self.assertEqual(made["parameters"]["a"]["metadata"], {"a": 1, "description": "Said."})

    def test_types_make_it_a_template_of_names(self):
        made = self.compile("""
param lists string[][] = []
param tags { *: int } = {}
resource there 'A.B/c@2020-01-01' existing = {
  name: 'there'
}
#disable-next-line no-such-rule
resource one 'A.B/c@2020-01-01' = {
  name: 'one'
  tags: tags
  properties: { of: there.properties.e }
  dependsOn: [
    there
  ]
}
output name string = there.name
""")
        self.assertEqual(made["languageVersion"], "2.0")
        self.assertEqual(made["parameters"]["lists"],
                         {"type": "array", "items": {"type": "array", "items": {"type": "string"}}, "defaultValue": []})
        self.assertEqual(made["parameters"]["tags"],
                         {"type": "object", "properties": {}, "additionalProperties": {"type": "int"}, "defaultValue": {}})
        self.assertEqual(made["resources"]["there"],
                         {"existing": True, "type": "A.B/c", "apiVersion": "2020-01-01", "name": "there"})
        self.assertEqual(made["resources"]["one"]["properties"], {"of": "[reference('there').e]"})
        self.assertEqual(made["resources"]["one"]["dependsOn"], ["there"])
        self.assertEqual(made["outputs"]["name"]["value"], "there")

    def test_a_module_that_may_not_be_there_and_one_in_a_group_elsewhere(self):
        made = self.compile("""
targetScope = 'subscription'
param on bool
param names string[]
resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'ours'
  location: 'westeurope'
}
module may 'child.bicep' = if (on) {
  scope: resourceGroup(split('a/b', '/')[0], 'g')
  name: 'may'
}
module each 'child.bicep' = [
  for one in names: {
    scope: resourceGroup('s', 'g')
    name: one
  }
]
module last 'taker.bicep' = {
  scope: group
  name: 'last'
  params: {
    o: on ? may!.outputs.o : ''
  }
  dependsOn: [
    each
  ]
}
""", child="output o string = 'x'\n", taker="param o string\n")
        may, each, last = (made["resources"][name] for name in ("may", "each", "last"))
        self.assertEqual((may["condition"], may["subscriptionId"], may["resourceGroup"]), ("[parameters('on')]", "[split('a/b', '/')[0]]", "g"))
        self.assertEqual((each["subscriptionId"], each["copy"]["name"]), ("s", "each"))
        self.assertEqual(last["properties"]["parameters"]["o"],
                         "[if(parameters('on'), createObject('value', reference('may').outputs.o.value), createObject('value', ''))]")
        self.assertEqual(last["dependsOn"], ["each", "group", "may"])

    def test_what_exists_within_what_exists(self):
        made = self.compile("""
resource vault 'A.B/c@2020-01-01' existing = {
  name: 'v'
}
resource secret 'A.B/c/d@2020-01-01' existing = {
  parent: vault
  name: 's'
}
resource lock 'A.B/locks@2020-01-01' = {
  scope: secret
  name: guid(secret.id)
}
""")
        [lock] = made["resources"]
        self.assertEqual((lock["scope"], lock["name"]), ("[resourceId('A.B/c/d', 'v', 's')]", "[guid(resourceId('A.B/c/d', 'v', 's'))]"))
        self.assertNotIn("dependsOn", lock)

    def test_what_it_does_not_know_it_refuses_by_line_and_column(self):
        there = "resource r 'A/b@1' existing = {\n  name: 'x'\n}\n"
        loop = "param l array\nresource r 'A/b@1' = [for one in l: {\n  name: one\n}]\n"
        cases = {
            "var a = {": "syntax error at line 1",
            "var a = nope('x')": "main.bicep:1:9: an unknown function",
            "var a = b": "main.bicep:1:9: not a parameter or variable here",
            "var a = {\n  s: [\n    empty(a)\n  ]\n}": "main.bicep:3:5: a call in an array",
            "@secure()\nparam a string": "main.bicep:1:1: an unknown decorator",
            "param a string?": "main.bicep:1:9: an unknown type",
            "param a {\n  b: string\n}": "main.bicep:1:9: an unknown type",
            "param a 'x' | 'y'": "main.bicep:1:9: an unknown type",
            "type t = string": "main.bicep:1:1: an unknown declaration",
            "func f(x string) string => x": "main.bicep:1:1: an unknown declaration",
            "metadata a = 'b'": "main.bicep:1:1: an unknown declaration",
            "@description('x')\nvar a = 1": "main.bicep:1:1: a decorator here",
            loop.replace("resource", "@batchSize(1)\nresource", 1): "main.bicep:2:1: a decorator here",
            "param a object\nvar b = a.?c": "main.bicep:2:9: an unknown operator",
            "param a object\nvar b = a!.c": "main.bicep:2:9: an unknown operator",
            "param a object\nvar b = a['c']": "main.bicep:2:9: only a number",
            "param a array\nvar b = a[?0]": "main.bicep:2:9: only a number",
            "param a array\nvar b = [\n  for one in a: one\n]": r"main.bicep:2:9: an unknown expression \(for_statement",
            "param a array\nvar b = map(a, x => x)": "main.bicep:2:9: an unknown function",
            "param a string\nvar b = a::c": "main.bicep:2:9: an unknown expression",
            "var a = '''x\n'''": "main.bicep:1:9: a string of several lines",
            "var a = '[x'": "main.bicep:1:9: a text that begins like an expression",
            "var a = loadTextContent('gone.txt')": "main.bicep:1:9: cannot be loaded",
            "var a = loadTextContent('gone.txt', 'utf-16')": "main.bicep:1:9: a file is loaded by its name alone",
            there + "output o string = r.location": "main.bicep:4:19: only id, name and properties",
            there + "var a = r.id": "main.bicep:4:9: a variable that needs a resource",
            there + "resource s 'A/b@1' = {\n  name: 'y'\n  resource t 'c' = {\n    name: 'z'\n  }\n}":
                "main.bicep:6:3: not a property",
            "targetScope = 'tenant'": "main.bicep:1:1: an unknown scope",
            "var a = '\\u{20}'": "main.bicep:1:10: an unknown escape",
            "resource r 'A/b/c@1' = {\n  name: 'x/y'\n}\noutput o string = r.id": "main.bicep:4:19: the id of a resource that names",
            loop + "output o string = r.id": "main.bicep:5:19: a reference to resources of a loop",
            loop.replace("for one in l: {", "for one in l: if (true) {"): "main.bicep:2:37: expected the properties",
            "resource r 'A/b@1' = {\n  name: 'x'\n  dependsOn: [\n    s\n  ]\n}": "main.bicep:4:5: expected the name of a resource",
            "module m 'br/public:x/y:1' = {\n  name: 'x'\n}": "main.bicep:1:10: no such file",
            "module m 'main.bicep' = {\n  name: 'x'\n  scope: resourceGroup('g')\n}": "main.bicep:3:10: a module of scope",
            "targetScope = 'subscription'\nmodule m 'main.bicep' = {\n  name: 'x'\n}": "main.bicep:2:1: a module of scope",
            "resource p 'A/b@1' = {\n  name: 'x'\n}\nresource r 'A/b/c@1' existing = {\n  parent: p\n  name: 'y'\n}":
                "main.bicep:4:1: an existing resource within another",
        }
        for text, why in cases.items():
            with self.subTest(text), self.assertRaisesRegex(bicep_to_arm.Refused, why):
                self.compile(text + "\n")

    def test_an_output_that_may_not_be_there_is_said_to_be(self):
        for condition, use in (("", "m!.outputs.o"), ("if (true) ", "m.outputs.o"), ("if (true) ", "m.?outputs.o")):
            text = f"module m 'child.bicep' = {condition}{{\n  name: 'm'\n}}\noutput p string = {use}\n"
            with self.subTest(text), self.assertRaises(bicep_to_arm.Refused):
                self.compile(text, child="output o string = 'x'\n")

    def test_a_modules_parameters_must_fit(self):
        child = "param needed string\nparam other string = ''\n"
        for given, wrong in (("{ other: 'x' }", "needed"), ("{ needed: 'x', more: 1 }", "more")):
            with self.subTest(given), self.assertRaisesRegex(bicep_to_arm.Refused, f"do not fit: {wrong}"):
                self.compile(f"module m 'child.bicep' = {{\n  name: 'm'\n  params: {given}\n}}\n", child=child)


if __name__ == "__main__":
    unittest.main()
