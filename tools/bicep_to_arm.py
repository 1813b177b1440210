#!/usr/bin/env python3
"""Compiles the Bicep of infra/ to ARM JSON, for the Deploy button, where the Bicep CLI cannot be had.

It knows the part of Bicep that infra/ is written in and refuses everything else by line and column: no guess ends in a
template. What it writes has the shape of the Bicep CLI's own output (resource ids in functions, modules as nested
deployments, dependencies from references). Needs tree-sitter and tree-sitter-bicep: see tests/infra/requirements.txt.

    tools/bicep_to_arm.py infra/main.bicep infra/azuredeploy.json
"""

import json
import sys
from pathlib import Path

from bicep_expressions import DEPLOYMENTS, DEPLOYMENTS_VERSION, Expressions, quote
from bicep_source import PARSER, File, Refused, named

__all__ = ["PARSER", "File", "Refused", "compile_file", "named", "render"]

SCHEMAS = {
    "resourceGroup": "2019-04-01/deploymentTemplate.json#",
    "subscription": "2018-05-01/subscriptionDeploymentTemplate.json#",
    "managementGroup": "2019-08-01/managementGroupDeploymentTemplate.json#",
}


class Compiler(Expressions):
    """One file to one template."""

    def names(self, resource):
        """The name's segments, parents first."""
        own = self.expr(resource.properties["name"])
        parent = resource.properties.get("parent")
        return [*self.names(self.symbol(parent)), own] if parent else [own]

    def symbol(self, node):
        name = self.file.text(node)
        found = self.file.declared["resource"].get(name) if node.type == "identifier" else None
        return found or self.file.refuse(node, "expected the name of a resource")

    def id(self, resource):
        parts = ", ".join([quote(resource.kind), *self.names(resource)])
        if self.file.scope == "managementGroup":
            return f"extensionResourceId(managementGroup().id, {parts})"
        return f"{'subscriptionResourceId' if self.file.scope == 'subscription' else 'resourceId'}({parts})"

    def module_id(self, module):
        name = quote(DEPLOYMENTS) + ", " + self.expr(module.properties["name"])
        scope = module.properties.get("scope")
        if scope is None:
            return f"resourceId({name})"
        group = self.expr(self.symbol(scope).properties["name"])
        place = f"format('/subscriptions/{{0}}/resourceGroups/{{1}}', subscription().subscriptionId, {group})"
        return f"extensionResourceId({place}, {name})"

    def begin(self, declared):
        out, self.seen, self.bound = {}, set(), {}
        if declared.condition:
            out["condition"] = f"[{self.expr(declared.condition)}]"
        if declared.loop:
            over, _ = self.bind(declared.body.parent)
            out["copy"] = {"name": declared.name, "count": f"[length({over})]"}
        return out

    def resource(self, declared):
        out = self.begin(declared)
        names = self.names(declared)
        if declared.properties.get("parent"):
            self.seen.add(self.file.text(declared.properties["parent"]))
        out |= {"type": declared.kind, "apiVersion": declared.version}
        scope = declared.properties.get("scope")
        if scope:
            out["scope"] = f"[{self.of_resource(self.symbol(scope), ['id'], scope)}]"
        literal = declared.properties["name"]
        if len(names) > 1:
            pattern = "/".join("{%d}" % i for i in range(len(names)))
            out["name"] = f"[format({', '.join([quote(pattern), *names])})]"
        else:
            out["name"] = self.value(literal)
        for key, value in declared.properties.items():
            if key not in ("name", "parent", "scope", "dependsOn"):
                out[key] = self.value(value)
        return self.end(out, declared)

    def module(self, declared):
        out = self.begin(declared)
        out |= {"type": DEPLOYMENTS, "apiVersion": DEPLOYMENTS_VERSION, "name": self.value(declared.properties["name"])}
        scope = declared.properties.get("scope")
        child = File((self.file.path.parent / declared.kind).resolve())
        if child.scope == "subscription":
            called, arguments = named(scope)
            if self.file.text(called) != "subscription":
                self.file.refuse(scope, "expected subscription(id)")
            out["subscriptionId"] = f"[{self.expr(named(arguments)[0])}]"
            out["location"] = "[deployment().location]"
        elif scope:
            group = self.symbol(scope)
            self.seen.add(group.name)
            out["resourceGroup"] = f"[{self.expr(group.properties['name'])}]"
        given = dict(declared.property(prop) for prop in named(declared.properties["params"]))
        self.check_params(declared, child, given)
        out["properties"] = {
            "expressionEvaluationOptions": {"scope": "inner"},
            "mode": "Incremental",
            "parameters": {name: {"value": self.value(value)} for name, value in given.items()},
            "template": Compiler(child).template(),
        }
        return self.end(out, declared)

    def check_params(self, declared, child, given):
        known = child.declared["param"]
        needed = {name for name, param in known.items() if len(param.rest) < 2}
        if set(given) - set(known) or needed - set(given):
            wrong = sorted(set(given) - set(known) | needed - set(given))
            self.file.refuse(declared.node, f"parameters of {declared.kind} that do not fit: {', '.join(wrong)}")

    def end(self, out, declared):
        out_of = {**self.file.declared["resource"], **self.file.declared["module"]}
        depends = []
        for name in sorted(self.seen - {declared.name}):
            other = out_of[name]
            if not other.existing:
                is_module = other.node.type == "module_declaration"
                depends.append(f"[{self.module_id(other) if is_module else self.id(other)}]")
        if depends:
            out["dependsOn"] = depends
        self.bound = {}
        return out

    # Declarations

    def param(self, declared):
        out = {"type": self.file.text(declared.rest[0])}
        if out["type"] not in ("string", "int", "bool", "object", "array"):
            self.file.refuse(declared.node, "an unknown type")
        if len(declared.rest) > 1:
            out["defaultValue"] = self.value(declared.rest[1])
        return self.decorated(out, declared)

    def decorated(self, out, declared):
        keys = {"minLength": "minLength", "maxLength": "maxLength", "minValue": "minValue", "maxValue": "maxValue",
                "allowed": "allowedValues"}
        metadata = {}
        for decorator in declared.decorators:
            callee, arguments = named(named(decorator)[0])
            name = self.file.text(callee)
            value = self.value(named(arguments)[0]) if named(arguments) else None
            if name == "description":
                metadata["description"] = value
            elif name == "metadata":
                metadata |= value
            elif name in keys:
                out[keys[name]] = value
            else:
                self.file.refuse(decorator, "an unknown decorator")
        if metadata:
            out["metadata"] = metadata
        return out

    def template(self):
        declared = self.file.declared
        params = {name: self.param(param) for name, param in declared["param"].items()}
        variables = {name: self.value(var.body) for name, var in declared["var"].items()
                     if not self.variable(name).startswith("variables('$fxv")}
        resources = [self.resource(one) for one in declared["resource"].values() if not one.existing]
        resources += [self.module(one) for one in declared["module"].values()]
        outputs = {}
        for name, output in declared["output"].items():
            shape = {"type": self.file.text(output.rest[0]), "value": self.value(output.body)}
            outputs[name] = self.decorated(shape, output)
        loaded = {key: self.content(how, path) for (how, path), key in self.file.files.items()}
        out = {
            "$schema": f"https://schema.management.azure.com/schemas/{SCHEMAS[self.file.scope]}",
            "contentVersion": "1.0.0.0",
            "parameters": params,
            "variables": loaded | variables,
            "resources": resources,
            "outputs": outputs,
        }
        return {key: value for key, value in out.items() if value != {} or key == "resources"}

    def content(self, how, path):
        text = (self.file.path.parent / path).read_text()
        if how == "loadTextContent":
            return "[" + text if text.startswith("[") else text
        return json.loads(text)


def compile_file(path):
    """The ARM template of a Bicep file."""
    made = Compiler(File(path)).template()
    head = {key: made.pop(key) for key in ("$schema", "contentVersion")}
    return head | {"metadata": {"comment": "Made from Bicep by tools/bicep_to_arm.py; change that, not this."}} | made


def render(path):
    """The same as the text of a file."""
    return json.dumps(compile_file(path), indent=2, ensure_ascii=False) + "\n"


def main():
    source, target = sys.argv[1:]
    try:
        Path(target).write_text(render(source))
    except Refused as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
