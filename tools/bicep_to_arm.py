#!/usr/bin/env python3
"""Compiles the Bicep of infra/ to ARM JSON, for the Deploy button, where the Bicep CLI cannot be had.

It knows the part of Bicep that infra/ is written in and refuses everything else by line and column: no guess ends in a
template. What it writes has the shape of the Bicep CLI's own output (resource ids in functions, modules as nested
deployments, dependencies from references). Needs tree-sitter and tree-sitter-bicep: see tests/infra/requirements.txt.

    tools/bicep_to_arm.py infra/main.bicep infra/azuredeploy.json
"""

import json
import re
import sys
from pathlib import Path

import tree_sitter
import tree_sitter_bicep

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))
DEPLOYMENTS = "Microsoft.Resources/deployments"
DEPLOYMENTS_VERSION = "2022-09-01"
SCHEMAS = {
    "resourceGroup": "2019-04-01/deploymentTemplate.json#",
    "subscription": "2018-05-01/subscriptionDeploymentTemplate.json#",
    "managementGroup": "2019-08-01/managementGroupDeploymentTemplate.json#",
}
OPERATORS = {
    "==": "equals({})", "!=": "not(equals({}))", "&&": "and({})", "||": "or({})", "??": "coalesce({})",
    "+": "add({})", "-": "sub({})", "*": "mul({})", ">": "greater({})", "<": "less({})",
    ">=": "greaterOrEquals({})", "<=": "lessOrEquals({})",
}
# Functions that mean the same in Bicep and in ARM.
FUNCTIONS = {
    "empty", "union", "guid", "uniqueString", "replace", "toLower", "subscription", "resourceGroup", "deployment",
    "managementGroup", "array", "subscriptionResourceId", "resourceId", "string", "concat", "contains", "join", "length",
}


class Refused(Exception):
    """Bicep outside the part that is known here."""


def named(node, *types):
    return [child for child in node.named_children if child.type != "comment" and (not types or child.type in types)]


class Expr:
    """An ARM expression, without the brackets around it."""

    def __init__(self, text):
        self.text = text


class File:
    """One Bicep file and what it declares."""

    def __init__(self, path):
        self.path = Path(path)
        self.source = self.path.read_bytes()
        tree = PARSER.parse(self.source)
        if tree.root_node.has_error:
            raise Refused(f"{self.path}: {self.first_error(tree.root_node)}")
        self.scope = "resourceGroup"
        self.declared = {"param": {}, "var": {}, "resource": {}, "module": {}, "output": {}}
        self.files = {}
        self.read(tree.root_node)

    def first_error(self, node):
        if node.is_error or node.is_missing:
            return f"syntax error at line {node.start_point[0] + 1}, column {node.start_point[1] + 1}"
        return next((found for child in node.children if (found := self.first_error(child))), None)

    def text(self, node):
        return self.source[node.start_byte : node.end_byte].decode()

    def refuse(self, node, why):
        line, column = node.start_point
        raise Refused(f"{self.path}:{line + 1}:{column + 1}: {why}: {self.text(node)[:60]!r}")

    def read(self, root):
        decorators = []
        for node in named(root):
            if node.type == "decorators":
                decorators = named(node, "decorator")
                continue
            if node.type == "target_scope_assignment":
                self.scope = self.plain(named(node)[0])
            else:
                kind = {
                    "parameter_declaration": "param", "variable_declaration": "var", "output_declaration": "output",
                    "resource_declaration": "resource", "module_declaration": "module",
                }.get(node.type) or self.refuse(node, "an unknown declaration")
                name, *rest = named(node)
                self.declared[kind][self.text(name)] = Declared(self, self.text(name), node, rest, decorators)
            decorators = []

    def plain(self, node):
        """The text of a string without interpolation."""
        if node.type != "string" or named(node, "interpolation"):
            self.refuse(node, "expected a plain string")
        return "".join(self.string_parts(node))

    def string_parts(self, node):
        for child in named(node):
            text = self.text(child)
            if child.type == "escape_sequence":
                escapes = {"\\n": "\n", "\\t": "\t", "\\'": "'", "\\\\": "\\", "\\$": "$"}
                yield escapes[text] if text in escapes else self.refuse(child, "an unknown escape")
            elif child.type == "string_content":
                yield text
            else:
                self.refuse(child, "not part of a plain string")


class Declared:
    """A parameter, variable, resource, module or output."""

    def __init__(self, file, name, node, rest, decorators):
        self.file, self.name, self.node, self.rest, self.decorators = file, name, node, rest, decorators
        self.condition = self.loop = None
        self.existing = any(child.type == "existing" for child in node.children)
        body = rest[-1]
        if node.type in ("resource_declaration", "module_declaration"):
            kind = file.plain(rest[0])
            self.kind, _, self.version = kind.partition("@")
            if body.type == "if_statement":
                self.condition, body = named(body)
                self.condition = named(self.condition)[0]
            elif body.type == "for_statement":
                *self.loop, body = named(body)
            self.properties = dict(self.property(prop) for prop in named(body))
        self.body = body

    def property(self, node):
        key, value = named(node)
        return (self.file.plain(key) if key.type == "string" else self.file.text(key)), value


class Compiler:
    """One file to one template."""

    def __init__(self, file):
        self.file = file
        # Names bound by `for`: item and index, as expressions.
        self.bound = {}
        # Symbols of resources and modules that the expression at hand refers to.
        self.seen = set()

    # Expressions

    def value(self, node, key=None):
        """JSON for a value: structure stays structure, what must be computed becomes an expression."""
        kind = node.type
        if kind == "object":
            return self.object(node)
        if kind == "array":
            return [self.value(item) for item in self.items(node)]
        if kind == "boolean":
            return self.file.text(node) == "true"
        if kind == "number":
            return int(self.file.text(node))
        if kind == "null":
            return None
        if kind == "string" and not named(node, "interpolation"):
            text = self.file.plain(node)
            return "[" + text if text.startswith("[") else text
        return f"[{self.expr(node)}]"

    def items(self, node):
        """An array's items. The grammar takes a call in some arrays for two items, its name and its arguments."""
        items = named(node)
        for one, next_one in zip(items, items[1:]):
            if one.end_byte == next_one.start_byte:
                self.file.refuse(one, "a call in an array: give it a name with `var` first")
        return items

    def object(self, node):
        out, copies = {}, []
        for prop in named(node):
            key, value = named(prop)
            if key.type == "string" and named(key, "interpolation"):
                name = f"[{self.expr(key)}]"
            else:
                name = self.file.plain(key) if key.type == "string" else self.file.text(key)
            if value.type == "for_statement":
                copies.append(self.copy(name, value))
            else:
                out[name] = self.value(value)
        if copies:
            out["copy"] = copies
        return out

    def copy(self, name, node):
        over, body = self.bind(node, f"'{name}'")
        made = {"name": name, "count": f"[length({over})]", "input": self.value(body)}
        self.bound = {}
        return made

    def bind(self, node, copy_name=""):
        """Binds the names of a `for`; gives what it runs over, and its body."""
        *names, over, body = named(node)
        if len(names) == 1 and names[0].type == "for_loop_parameters":
            names = named(names[0])
        if self.bound:
            self.file.refuse(node, "a loop within a loop")
        over = self.expr(over)
        index = f"copyIndex({copy_name})"
        self.bound[self.file.text(names[0])] = f"{over}[{index}]"
        if len(names) == 2:
            self.bound[self.file.text(names[1])] = index
        return over, body

    def expr(self, node):
        method = getattr(self, "expr_" + node.type, None)
        return method(node) if method else self.file.refuse(node, f"an unknown expression ({node.type})")

    def expr_string(self, node):
        parts, arguments = [], []
        for child in named(node):
            if child.type == "interpolation":
                parts.append("{%d}" % len(arguments))
                arguments.append(self.expr(named(child)[0]))
            else:
                text = next(self.file.string_parts(_One(child)))
                parts.append(text.replace("{", "{{").replace("}", "}}") if named(node, "interpolation") else text)
        text = quote("".join(parts))
        return f"format({', '.join([text, *arguments])})" if arguments else text

    def expr_number(self, node):
        return self.file.text(node)

    def expr_boolean(self, node):
        return self.file.text(node) + "()"

    def expr_null(self, _):
        return "null()"

    def expr_array(self, node):
        return f"createArray({', '.join(self.expr(item) for item in self.items(node))})"

    def expr_object(self, node):
        parts = []
        for prop in named(node):
            key, value = named(prop)
            parts += [self.expr(key) if key.type == "string" else quote(self.file.text(key)), self.expr(value)]
        return f"createObject({', '.join(parts)})"

    def expr_parenthesized_expression(self, node):
        return self.expr(named(node)[0])

    def expr_ternary_expression(self, node):
        return f"if({', '.join(self.expr(part) for part in named(node))})"

    def expr_unary_expression(self, node):
        if self.file.text(node)[0] != "!":
            self.file.refuse(node, "an unknown operator")
        return f"not({self.expr(named(node)[0])})"

    def expr_binary_expression(self, node):
        operator = next(child.type for child in node.children if not child.is_named)
        pattern = OPERATORS.get(operator) or self.file.refuse(node, "an unknown operator")
        return pattern.format(", ".join(self.expr(part) for part in named(node)))

    def expr_identifier(self, node):
        name = self.file.text(node)
        if name in self.bound:
            return self.bound[name]
        if name in self.file.declared["param"]:
            return f"parameters({quote(name)})"
        if name in self.file.declared["var"]:
            return self.variable(name)
        return self.file.refuse(node, "not a parameter or variable here")

    def variable(self, name):
        """A variable that holds a file's content is known by its file, as the Bicep CLI does it."""
        declared = self.file.declared["var"][name]
        if declared.body.type == "call_expression":
            called = self.file.text(named(declared.body)[0])
            if called in ("loadTextContent", "loadJsonContent"):
                return self.expr(declared.body)
        return f"variables({quote(name)})"

    def expr_subscript_expression(self, node):
        of, index = named(node)
        return f"{self.expr(of)}[{self.expr(index)}]"

    def expr_call_expression(self, node):
        callee, arguments = named(node)
        name, arguments = self.file.text(callee), named(arguments)
        if name in ("loadTextContent", "loadJsonContent"):
            return self.loaded(name, self.file.plain(arguments[0]))
        if name not in FUNCTIONS:
            self.file.refuse(node, "an unknown function")
        return f"{name}({', '.join(self.expr(argument) for argument in arguments)})"

    def loaded(self, how, path):
        names = self.file.files
        key = names.setdefault((how, path), f"$fxv#{len(names)}")
        return f"variables({quote(key)})"

    def expr_member_expression(self, node):
        of, key = named(node)
        key = self.file.text(key)
        root, path = self.path(node)
        if root in self.file.declared["resource"]:
            return self.of_resource(self.file.declared["resource"][root], path, node)
        if root in self.file.declared["module"]:
            return self.of_module(self.file.declared["module"][root], path, node)
        return f"{self.expr(of)}.{key}"

    def path(self, node):
        """`a.b.c` as its root's name and the rest; no root where it begins with a call."""
        path = []
        while node.type == "member_expression":
            node, key = named(node)
            path.insert(0, self.file.text(key))
        return (self.file.text(node) if node.type == "identifier" else None), path

    def of_resource(self, resource, path, node):
        self.seen.add(resource.name)
        if path == ["id"]:
            return self.id(resource)
        if path == ["name"]:
            return self.expr(resource.properties["name"])
        if path[0] == "properties" and len(path) > 1:
            return f"reference({self.id(resource)}, {quote(resource.version)}).{'.'.join(path[1:])}"
        return self.file.refuse(node, "only id, name and properties of a resource are known")

    def of_module(self, module, path, node):
        self.seen.add(module.name)
        if len(path) != 2 or path[0] != "outputs" or module.loop:
            self.file.refuse(node, "only the outputs of a module are known")
        return f"reference({self.module_id(module)}, {quote(DEPLOYMENTS_VERSION)}).outputs.{path[1]}.value"

    # Resources

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


class _One:
    """A node with one child, for `string_parts`."""

    def __init__(self, child):
        self.named_children = [child]


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def compile_file(path):
    """The ARM template of a Bicep file."""
    template = Compiler(File(path)).template()
    note = "Made from Bicep by tools/bicep_to_arm.py; change that, not this."
    return {key: value for key, value in template.items() if key != "parameters"} | {
        "metadata": {"comment": note}, "parameters": template.get("parameters", {})
    }


def ordered(template):
    keys = ["$schema", "contentVersion", "metadata", "parameters", "variables", "resources", "outputs"]
    return {key: template[key] for key in keys if key in template}


def render(path):
    return json.dumps(ordered(compile_file(path)), indent=2, ensure_ascii=False) + "\n"


def main():
    source, target = sys.argv[1:]
    try:
        Path(target).write_text(render(source))
    except Refused as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
