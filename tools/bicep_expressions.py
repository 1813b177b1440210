"""Bicep's expressions and values as ARM's. Part of bicep_to_arm.py."""

import json

from bicep_source import LOADS, named

DEPLOYMENTS = "Microsoft.Resources/deployments"
# What Bicep 0.49.2 writes for a module.
DEPLOYMENTS_VERSION = "2025-04-01"
OPERATORS = {
    "==": "equals({})", "!=": "not(equals({}))", "&&": "and({})", "||": "or({})", "??": "coalesce({})",
    "+": "add({})", "-": "sub({})", "*": "mul({})", ">": "greater({})", "<": "less({})",
    ">=": "greaterOrEquals({})", "<=": "lessOrEquals({})",
}
# Functions that mean the same in Bicep and in ARM.
FUNCTIONS = {
    "empty", "union", "guid", "uniqueString", "replace", "toLower", "subscription", "resourceGroup", "deployment",
    "managementGroup", "array", "environment", "split", "subscriptionResourceId", "resourceId", "string", "concat", "contains", "join", "length",
}


class Expressions:
    """What a compiler of one file makes of values. Resources by name are its business: `of_resource`, `of_module`."""

    def __init__(self, file):
        self.file = file
        # Names bound by `for`: item and index, as expressions.
        self.bound = {}
        # Symbols of resources and modules that the expression at hand refers to.
        self.seen = set()

    def value(self, node):
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
            return self.escaped(self.file.plain(node), node)
        if kind == "parenthesized_expression":
            return self.value(named(node)[0])
        if kind == "member_expression":
            root, path = self.path(node)
            if root in self.file.declared["resource"] and path == ["name"]:
                return self.name_of(self.file.declared["resource"][root], node, self.value)
        return f"[{self.expr(node)}]"

    def escaped(self, text, node):
        """A text that Resource Manager would take for an expression gets another bracket."""
        if text.startswith("[") and not text.endswith("]"):
            self.file.refuse(node, "a text that begins like an expression and does not end like one")
        return "[" + text if text.startswith("[") else text

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
            key, value = self.file.pair(prop)
            if key.type == "string" and named(key, "interpolation"):
                name = f"[{self.expr(key)}]"
            else:
                name = self.file.plain(key) if key.type == "string" else self.file.text(key)
            if value.type == "for_statement":
                copies.append(self.copy(name, value))
            else:
                out[name] = self.value(value)
        return ({"copy": copies} if copies else {}) | out

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
        pattern, arguments = "", []
        for text, value in self.file.pieces(node):
            pattern += text.replace("{", "{{").replace("}", "}}") if named(node, "interpolation") else text
            if value is not None:
                pattern += "{%d}" % len(arguments)
                arguments.append(self.expr(value))
        return f"format({', '.join([quote(pattern), *arguments])})" if arguments else quote(pattern)

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
            key, value = self.file.pair(prop)
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
            return f"variables({quote(name)})"
        return self.file.refuse(node, "not a parameter or variable here")

    def expr_subscript_expression(self, node):
        of, index = named(node)
        if index.type == "string" or "?" in self.file.text(node)[len(self.file.text(of)):][:2]:
            self.file.refuse(node, "only a number may stand in these brackets")
        return f"{self.expr(of)}[{self.expr(index)}]"

    def expr_call_expression(self, node):
        if len(named(node)) != 2 or named(node)[1].type != "arguments":
            self.file.refuse(node, "an unknown form of a call")
        callee, arguments = named(node)
        name, arguments = self.file.text(callee), named(arguments)
        if name in LOADS:
            return f"variables({quote(self.file.loads[node.start_byte][0])})"
        if name not in FUNCTIONS:
            self.file.refuse(node, "an unknown function")
        return f"{name}({', '.join(self.expr(argument) for argument in arguments)})"

    def loaded(self, how, path, node):
        """What a file holds, as a variable's value."""
        try:
            text = (self.file.path.parent / path).read_bytes().decode()
            content = text if how == "loadTextContent" else json.loads(text)
        except (OSError, ValueError) as why:
            self.file.refuse(node, f"cannot be loaded ({why})")
        if how == "loadTextContent":
            return self.escaped(content, node)
        if '"[' in text:
            self.file.refuse(node, "a text in JSON that begins like an expression")
        return content

    def expr_member_expression(self, node):
        of, key = named(node)
        # `!` says that a module with a condition is there: ARM has no word for it.
        sure = of.type == "identifier" and self.file.text(of) in self.file.declared["module"]
        if self.file.source[of.end_byte : key.start_byte] not in ((b".", b"!.") if sure else (b".",)):
            self.file.refuse(node, "an unknown operator")
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

    def refers(self, to, node):
        """Notes that the resource or module at hand needs another."""
        if to.loop:
            self.file.refuse(node, "a reference to resources of a loop")
        self.seen.add(to.name)

    def apart(self, node, read):
        """What another one's name is made of is not what this one needs."""
        seen, self.seen = self.seen, set()
        made, self.seen = read(node), seen
        return made

    def name_of(self, resource, node, read):
        self.refers(resource, node)
        return self.apart(resource.properties["name"], read)

    def of_resource(self, resource, path, node):
        self.refers(resource, node)
        if path == ["id"]:
            return self.id(resource, node)
        if path == ["name"]:
            return self.name_of(resource, node, self.expr)
        if path[0] == "properties" and len(path) > 1:
            return f"{self.reference(resource, node)}.{'.'.join(path[1:])}"
        return self.file.refuse(node, "only id, name and properties of a resource are known")

    def of_module(self, module, path, node):
        self.refers(module, node)
        if len(path) != 2 or path[0] != "outputs":
            self.file.refuse(node, "only the outputs of a module are known")
        if bool(module.condition) != self.file.text(node).startswith(module.name + "!"):
            self.file.refuse(node, "an output that may not be there needs `!`, and no other")
        return f"{self.reference(module, node)}.outputs.{path[1]}.value"

    def reference(self, to, node):
        if self.file.symbolic:
            return f"reference({quote(to.name)})"
        where = self.module_id(to) if to.is_module else self.id(to, node)
        return f"reference({where}, {quote(DEPLOYMENTS_VERSION if to.is_module else to.version)})"


def quote(text):
    return "'" + text.replace("'", "''") + "'"
