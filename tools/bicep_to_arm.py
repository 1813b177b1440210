#!/usr/bin/env python3
"""Translates the Bicep of infra/ to ARM JSON, for the Deploy button, on a machine that has no Bicep compiler.

Where there is one, tools/bicep_check.py runs it, as the workflows do, and it has the last word. This knows the part of Bicep
that infra/ is written in and refuses everything else by line and column: no guess ends in a template. What it writes is what
Bicep 0.49.2 writes, to the letter, less `_generator`: tests/infra/bicep-0.49.2 holds what that one made of other files. It
knows no types of resources: it takes their names as they are, where the compiler corrects capital letters.
Needs tree-sitter and tree-sitter-bicep: see tests/infra/requirements.txt.

    tools/bicep_to_arm.py infra/main.bicep infra/azuredeploy.json
"""

import sys
from pathlib import Path

from arm_text import text_of
from bicep_expressions import DEPLOYMENTS, DEPLOYMENTS_VERSION, Expressions, quote
from bicep_source import PARSER, File, Refused, named

__all__ = ["PARSER", "File", "Refused", "compile_file", "named", "render"]

SCHEMAS = {
    "resourceGroup": "2019-04-01/deploymentTemplate.json#",
    "subscription": "2018-05-01/subscriptionDeploymentTemplate.json#",
    "managementGroup": "2019-08-01/managementGroupDeploymentTemplate.json#",
}
# Decorators and what they become, in the order in which the compiler writes them.
LIMITS = {"minLength": "minLength", "maxLength": "maxLength", "minValue": "minValue", "maxValue": "maxValue"}


class Translator(Expressions):
    """One file to one template."""

    def names(self, resource):
        """The name's segments, parents first."""
        if "name" not in resource.properties:
            self.file.refuse(resource.node, "a resource without a name")
        own = self.apart(resource.properties["name"], self.expr)
        parent = resource.properties.get("parent")
        return [*self.names(self.symbol(parent)), own] if parent else [own]

    def symbol(self, node):
        name = self.file.text(node)
        found = self.file.declared["resource"].get(name) if node.type == "identifier" else None
        return found or self.file.refuse(node, "expected the name of a resource")

    def id(self, resource, node):
        if "scope" in resource.properties:
            self.file.refuse(node, "the id of a resource that has a scope")
        names = self.names(resource)
        if resource.kind.count("/") != len(names):
            self.file.refuse(node, "the id of a resource that names its parents itself")
        parts = ", ".join([quote(resource.kind), *names])
        if self.file.scope == "managementGroup":
            return f"extensionResourceId(managementGroup().id, {parts})"
        return f"{'subscriptionResourceId' if self.file.scope == 'subscription' else 'resourceId'}({parts})"

    def module_id(self, module):
        name = quote(DEPLOYMENTS) + ", " + self.apart(module.properties["name"], self.expr)
        scope = module.properties.get("scope")
        if scope is None:
            return f"resourceId({name})"
        group = self.apart(self.symbol(scope).properties["name"], self.expr)
        place = f"format('/subscriptions/{{0}}/resourceGroups/{{1}}', subscription().subscriptionId, {group})"
        return f"extensionResourceId({place}, {name})"

    def begin(self, declared):
        out, self.seen, self.bound = {}, set(), {}
        if declared.loop:
            over, _ = self.bind(declared.body.parent)
            out["copy"] = {"name": declared.name, "count": f"[length({over})]"}
        if declared.condition:
            out["condition"] = f"[{self.expr(declared.condition)}]"
        return out

    def resource(self, declared):
        out = self.begin(declared)
        if declared.existing:
            out["existing"] = True
        names = self.names(declared)
        if declared.properties.get("parent"):
            self.refers(self.symbol(declared.properties["parent"]), declared.properties["parent"])
        out |= {"type": declared.kind, "apiVersion": declared.version}
        scope = declared.properties.get("scope")
        if scope:
            out["scope"] = f"[{self.of_resource(self.symbol(scope), ['id'], scope)}]"
        literal = declared.properties["name"]
        if len(names) > 1:
            pattern = "/".join("{%d}" % i for i in range(len(names)))
            out["name"] = f"[format({', '.join([quote(pattern), *names])})]"
            self.expr(literal)
        else:
            out["name"] = self.value(literal)
        for key, value in declared.properties.items():
            if key in ("name", "parent", "scope", "dependsOn"):
                continue
            if value.type == "for_statement":
                self.file.refuse(value, "a loop here")
            out[key] = self.value(value)
        return self.end(out, declared)

    def module(self, declared):
        out = self.begin(declared)
        for key, value in declared.properties.items():
            if key not in ("name", "scope", "params", "dependsOn"):
                self.file.refuse(value, f"an unknown property of a module ({key})")
        name = declared.properties.get("name")
        # The name that the compiler makes up is another one for every name of the deployment.
        made_up = quote(declared.name + "-{0}") + f", uniqueString({quote(declared.name)}, deployment().name)"
        out |= {"type": DEPLOYMENTS, "apiVersion": DEPLOYMENTS_VERSION,
                "name": self.value(name) if name else f"[format({made_up})]"}
        path = (self.file.path.parent / declared.kind).resolve()
        if not path.is_file():
            self.file.refuse(declared.rest[0], "no such file")
        child = File(path)
        self.place(out, declared, child)
        given = self.given(declared, child)
        out["properties"] = {
            "expressionEvaluationOptions": {"scope": "inner"},
            "mode": "Incremental",
            "parameters": {key: self.argument(value) for key, value in given.items()},
            "template": Translator(child).template(),
        }
        if "params" not in declared.properties:
            del out["properties"]["parameters"]
        return self.end(out, declared)

    def place(self, out, declared, child):
        """Where a module is deployed to."""
        scope, here = declared.properties.get("scope"), self.file.scope
        if child.scope == "subscription" and here == "subscription" and scope and scope.type == "call_expression":
            called, arguments = named(scope)
            if self.file.text(called) != "subscription" or len(named(arguments)) != 1:
                self.file.refuse(scope, "expected subscription(id)")
            out["subscriptionId"] = f"[{self.expr(named(arguments)[0])}]"
            out["location"] = "[deployment().location]"
        elif child.scope == "resourceGroup" and here == "subscription" and scope and scope.type == "call_expression":
            called, arguments = named(scope)
            if self.file.text(called) != "resourceGroup" or len(named(arguments)) != 2:
                self.file.refuse(scope, "expected resourceGroup(id, name)")
            out["subscriptionId"], out["resourceGroup"] = map(self.value, named(arguments))
            return
        elif child.scope == "resourceGroup" and here == "subscription" and scope:
            group = self.symbol(scope)
            self.refers(group, scope)
            out["resourceGroup"] = self.apart(group.properties["name"], self.value)
        elif child.scope != "resourceGroup" or here != "resourceGroup" or scope:
            self.file.refuse(scope or declared.node, f"a module of scope {child.scope} from one of scope {here}")
        if "resourceGroup" in out and self.symbol(scope).kind != "Microsoft.Resources/resourceGroups":
            self.file.refuse(scope, "expected a resource group")

    def given(self, declared, child):
        params = declared.properties.get("params")
        given = dict(declared.property(prop) for prop in named(params)) if params else {}
        known = child.declared["param"]
        needed = {name for name, param in known.items() if len(param.rest) < 2}
        if set(given) - set(known) or needed - set(given):
            wrong = sorted(set(given) - set(known) | needed - set(given))
            self.file.refuse(declared.node, f"parameters of {declared.kind} that do not fit: {', '.join(wrong)}")
        return given

    def argument(self, node):
        """A module's parameter. A choice is made around the whole of it, not inside its value."""
        if node.type == "for_statement":
            self.file.refuse(node, "a loop here")
        if node.type == "ternary_expression":
            return f"[{self.chosen(node)}]"
        return {"value": self.value(node)}

    def chosen(self, node):
        if node.type != "ternary_expression":
            return f"createObject('value', {self.expr(node)})"
        condition, one, other = named(node)
        return f"if({self.expr(condition)}, {self.chosen(one)}, {self.chosen(other)})"

    def end(self, out, declared):
        others = {**self.file.declared["resource"], **self.file.declared["module"]}
        explicit = declared.properties.get("dependsOn")
        for node in named(explicit) if explicit else []:
            if node.type != "identifier" or self.file.text(node) not in others:
                self.file.refuse(node, "expected the name of a resource or module")
            # All of a loop may be waited for by its name, where there are names.
            if self.file.symbolic:
                self.seen.add(self.file.text(node))
            else:
                self.refers(others[self.file.text(node)], node)
        depends = []
        # As a dictionary sorts them, not by their bytes.
        for name in sorted(self.seen - {declared.name}, key=lambda name: (name.lower().replace("_", " "), name.swapcase())):
            other = others[name]
            if self.file.symbolic:
                depends.append(name)
            elif not other.existing:
                where = self.module_id(other) if other.is_module else self.id(other, declared.node)
                depends.append(f"[{where}]")
        if depends:
            out["dependsOn"] = depends
        self.bound = {}
        return out

    # Declarations

    def type(self, node):
        """A type, as the compiler writes it: simple ones, lists, and objects whose values all have one type."""
        [inner] = named(node) if node.type == "type" else [node]
        if inner.type == "primitive_type" and self.file.text(inner) in ("string", "int", "bool", "object", "array"):
            return {"type": self.file.text(inner)}
        if inner.type == "array_type":
            return {"type": "array", "items": self.type(named(inner)[0])}
        if inner.type == "object" and len(named(inner)) == 1:
            [prop] = named(inner)
            if self.file.text(prop).startswith("*") and len(named(prop)) == 1:
                return {"type": "object", "properties": {}, "additionalProperties": self.type(named(prop)[0])}
        return self.file.refuse(node, "an unknown type")

    def param(self, declared):
        out = self.type(declared.rest[0])
        if len(declared.rest) > 1:
            out["defaultValue"] = self.value(declared.rest[1])
        return self.decorated(out, declared)

    def decorated(self, out, declared):
        said = {}
        for decorator in declared.decorators:
            [call] = named(decorator)
            name = self.file.text(named(call)[0])
            arguments = named(named(call)[1]) if call.type == "call_expression" else []
            if name not in (*LIMITS, "allowed", "description", "metadata") or len(arguments) != 1 or name in said:
                self.file.refuse(decorator, "an unknown decorator")
            said[name] = self.value(arguments[0])
        if "allowed" in said:
            out["allowedValues"] = said["allowed"]
        if "metadata" in said:
            out["metadata"] = said["metadata"]
        out |= {key: said[name] for name, key in LIMITS.items() if name in said}
        if "description" in said:
            out["metadata"] = out.get("metadata", {}) | {"description": said["description"]}
        return out

    def variables(self):
        """Of files first; a variable that needs a resource would have to be written out where it is used."""
        out = {key: self.loaded(how, path, node) for key, how, path, node in self.file.loads.values()}
        for name, declared in self.file.declared["var"].items():
            self.seen = set()
            body = declared.body
            if body.type == "call_expression" and self.file.text(named(body)[0]) == "loadTextContent":
                out[name] = self.loaded("loadTextContent", self.file.plain(named(named(body)[1])[0]), body)
            else:
                out[name] = self.value(body)
            if self.seen:
                self.file.refuse(body, "a variable that needs a resource")
        return out

    def output(self, declared):
        out = self.decorated(self.type(declared.rest[0]), declared)
        if declared.body.type == "for_statement":
            self.file.refuse(declared.body, "a loop here")
        return out | {"value": self.value(declared.body)}

    def resources(self):
        declared, made = self.file.declared, {}
        for name, one in declared["resource"].items():
            if self.file.symbolic or not one.existing:
                made[name] = self.resource(one)
            elif {"scope", "dependsOn"} & set(one.properties) or not self.stands_apart(one):
                self.file.refuse(one.node, "an existing resource within another")
        made |= {name: self.module(one) for name, one in declared["module"].items()}
        return made if self.file.symbolic else list(made.values())

    def stands_apart(self, existing):
        """Whether all that it stands in exists as well, so that nothing waits for it."""
        parent = existing.properties.get("parent")
        return parent is None or (self.symbol(parent).existing and self.stands_apart(self.symbol(parent)))

    def template(self):
        declared = self.file.declared
        version = {"languageVersion": "2.0"} if self.file.symbolic else {}
        out = {
            "$schema": f"https://schema.management.azure.com/schemas/{SCHEMAS[self.file.scope]}",
            **version,
            "contentVersion": "1.0.0.0",
            "parameters": {name: self.param(param) for name, param in declared["param"].items()},
            "variables": self.variables(),
            "resources": self.resources(),
            "outputs": {name: self.output(one) for name, one in declared["output"].items()},
        }
        return {key: value for key, value in out.items() if value != {} or key == "resources"}


def compile_file(path):
    """The ARM template of a Bicep file."""
    return Translator(File(path)).template()


def render(path):
    """The ARM template of a Bicep file, as the text of a file."""
    return text_of(compile_file(path))


def main():
    source, target = sys.argv[1:]
    try:
        Path(target).write_text(render(source))
    except Refused as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
