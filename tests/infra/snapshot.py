"""What a template would make, as `bicep snapshot` says it: what is known before a deployment is worked out, and the rest stays
an expression. test_snapshot.py compares this with the compiler's own snapshots, and azuredeploy.json with those kept here.

    python3 tests/infra/snapshot.py      writes tests/infra/snapshots/*.snapshot.json anew

Where there is a compiler, tools/bicep_check.py says whether it agrees.
"""

import dataclasses
import json
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
SNAPSHOTS = HERE / "snapshots"
SUBSCRIPTION, LOCATION = "00000000-0000-0000-0000-000000000001", "westeurope"
# Each snapshot, and the parameters it is of.
KEPT = {"example": ROOT / "infra" / "example.bicepparam", "closed": SNAPSHOTS / "closed.bicepparam"}
ORDER = ("id", "type", "name", "apiVersion", "location", "sku", "kind", "identity", "tags", "properties")

sys.path[:0] = [str(HERE), str(ROOT / "tools")]
import arm  # noqa: E402
import bicep_to_arm  # noqa: E402


@dataclasses.dataclass(frozen=True)
class Unknown:
    """An expression that only a deployment can work out."""

    text: str

    def __getitem__(self, key):
        return Unknown(f"{self.text}.{key}" if isinstance(key, str) else f"{self.text}[{key}]")


def written(value):
    """A value within an expression."""
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, dict):
        return f"createObject({', '.join(written(part) for item in value.items() for part in item)})"
    if isinstance(value, list):
        return f"createArray({', '.join(map(written, value))})"
    return {None: "null()", True: "true()", False: "false()"}[value] if value is None or isinstance(value, bool) else str(value)


def plain(value):
    """A value with its expressions as text."""
    if isinstance(value, dict):
        return {plain_key(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return f"[{value.text}]" if isinstance(value, Unknown) else value


def plain_key(key):
    return f"[{key.text}]" if isinstance(key, Unknown) else key


class Predicted(arm.Deployment):
    """A deployment that asks Azure for nothing."""

    @staticmethod
    def check(name, parameter, value):
        if isinstance(value, Unknown):
            return
        known = {key: inner for key, inner in parameter.items() if key not in ("items", "additionalProperties")}
        arm.Deployment.check(name, known, value)

    def call(self, name, arguments, texts):
        if name == "if" and isinstance(arguments[0], Unknown):
            # What depends on it is left as it was.
            return Unknown(f"if({', '.join([arguments[0].text, *texts[1:]])})")
        if name not in ("createObject", "createArray", "if", "reference") and any(isinstance(one, Unknown) for one in arguments):
            return Unknown(f"{name}({', '.join(map(written, arguments))})")
        return super().call(name, arguments, texts)

    def call_reference(self, where, version=None):
        if where in self.absent:
            return arm.Absent()
        if where in self.named:
            resource = self.named[where]
            where, version = self.id_of(resource, None), resource["apiVersion"]
        made = self.azure.made.get(where)
        return made if made and "outputs" in made else Unknown(f"reference({written(where)}, {written(version)})")

    def id_of(self, resource, index):
        self.copies = {None: index} if index is not None else self.copies
        name = self.value(resource["name"])
        if not isinstance(name, Unknown):
            return super().id_of(resource, index)
        if "scope" in resource:
            return Unknown(f"extensionResourceId({written(self.value(resource['scope']))}, {written(resource['type'])}, {name.text})")
        subscription = re.fullmatch(r"/subscriptions/([^/]+)", self.scope)
        if not subscription:
            raise arm.Wrong(f"an unknown name in {self.scope}")
        return Unknown(f"subscriptionResourceId({written(subscription.group(1))}, {written(resource['type'])}, {name.text})")

    def make(self, resource, index):
        where = self.id_of(resource, index)
        if resource["type"] == "Microsoft.Resources/deployments":
            super().make(resource, index)
            return
        if where in self.azure.made:
            raise arm.Wrong(f"made twice: {where}")
        left_out = ("copy", "condition", "dependsOn", "scope")
        body = {self.value(key): self.value(value) for key, value in resource.items() if key not in left_out}
        if set(body) - set(ORDER):
            raise arm.Wrong(f"where {set(body) - set(ORDER)} stands in a snapshot is not known")
        body["id"] = where
        self.azure.made[where] = {}
        self.azure.predicted.append({key: body[key] for key in ORDER if key in body})


def predict(template, parameters):
    """The snapshot of a template."""
    azure = arm.Azure(SUBSCRIPTION, LOCATION)
    azure.predicted = []
    outputs = Predicted(azure, template, parameters, f"/subscriptions/{SUBSCRIPTION}").run()
    return plain({"predictedResources": azure.predicted, "diagnostics": [], "outputs": outputs})


def parameters(path):
    """The values in a .bicepparam: the grammar knows no assignment of parameters, and as variables they are written the same."""
    text = re.sub(r"^using '[^']+'$", "", path.read_text(), flags=re.M)
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "parameters.bicep"
        copy.write_text(re.sub(r"^param (\w+) =", r"var \1 =", text, flags=re.M))
        return bicep_to_arm.compile_file(copy)["variables"]


def kept(name):
    return SNAPSHOTS / f"{name}.snapshot.json"


def main():
    template = json.loads((ROOT / "infra" / "azuredeploy.json").read_text())
    for name, given in KEPT.items():
        kept(name).write_text(json.dumps(predict(template, parameters(given)), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
