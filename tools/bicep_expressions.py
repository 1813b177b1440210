"""Bicep's expressions and values as ARM's. Part of bicep_to_arm.py."""

from bicep_source import named

DEPLOYMENTS = "Microsoft.Resources/deployments"
DEPLOYMENTS_VERSION = "2022-09-01"
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
                text = next(self.file.string_parts(One(child)))
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


class One:
    """A node with one child, for `string_parts`."""

    def __init__(self, child):
        self.named_children = [child]


def quote(text):
    return "'" + text.replace("'", "''") + "'"
