"""Bicep as it is read: the syntax tree of a file, and what the file declares. Part of bicep_to_arm.py."""

from pathlib import Path

import tree_sitter
import tree_sitter_bicep

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))


class Refused(Exception):
    """Bicep outside the part that is known here."""


SCOPES = ("resourceGroup", "subscription", "managementGroup")
LOADS = ("loadTextContent", "loadJsonContent")
# What a parameter's type node can be made of, beside the name of a simple type.
TYPE_SYNTAX = ("array_type", "object", "union_type", "nullable_type")


def named(node, *types):
    return [child for child in node.named_children
            if child.type not in ("comment", "diagnostic_comment") and (not types or child.type in types)]


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
        self.read(tree.root_node)
        # Calls that load a file, by where they stand: the name of the variable that the compiler makes for each.
        self.loads = {}
        self.find_loads(tree.root_node)
        self.symbolic = self.is_symbolic(tree.root_node)

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
                if self.scope not in SCOPES:
                    self.refuse(node, "an unknown scope")
            else:
                kind = {
                    "parameter_declaration": "param", "variable_declaration": "var", "output_declaration": "output",
                    "resource_declaration": "resource", "module_declaration": "module",
                }.get(node.type) or self.refuse(node, "an unknown declaration")
                name, *rest = named(node)
                if decorators and kind not in ("param", "output"):
                    self.refuse(decorators[0], "a decorator here")
                self.declared[kind][self.text(name)] = Declared(self, self.text(name), node, rest, decorators)
            decorators = []

    def walk(self, node):
        yield node
        for child in named(node):
            yield from self.walk(child)

    def find_loads(self, root):
        for node in self.walk(root):
            if node.type != "call_expression" or self.text(named(node)[0]) not in LOADS:
                continue
            how, arguments = self.text(named(node)[0]), named(named(node)[1])
            if len(arguments) != 1:
                self.refuse(node, "a file is loaded by its name alone here")
            # A text that is all of a variable becomes that variable's value.
            if how == "loadTextContent" and node.parent.type == "variable_declaration":
                continue
            self.loads[node.start_byte] = (f"$fxv#{len(self.loads)}", how, self.plain(arguments[0]), node)

    def is_symbolic(self, root):
        """Whether the compiler writes languageVersion 2.0, with resources by their names: for types beyond the simple ones,
        modules without a name, and existing resources that wait for others."""
        typed = any(node.type == "type" and any(child.type in TYPE_SYNTAX for child in named(node)) for node in self.walk(root))
        unnamed = any("name" not in module.properties for module in self.declared["module"].values())
        waits = any(one.existing and "dependsOn" in one.properties for one in self.declared["resource"].values())
        return typed or unnamed or waits

    def pair(self, node):
        """Key and value of an object's property."""
        parts = named(node)
        if node.type != "object_property" or len(parts) != 2:
            self.refuse(node, "not a property with a name and a value")
        return parts

    def plain(self, node):
        """The text of a string without interpolation."""
        if node.type != "string" or named(node, "interpolation"):
            self.refuse(node, "expected a plain string")
        return "".join(part for part, _ in self.pieces(node))

    def pieces(self, node):
        """A string's text in order, each piece with the value that follows it, if one does."""
        if self.text(node).startswith("'''"):
            self.refuse(node, "a string of several lines")
        escapes = {"n": "\n", "r": "\r", "t": "\t", "'": "'", "\\": "\\", "$": "$"}
        for child in node.children[1:]:
            # The grammar gives blanks between two values, and those at the end, to what comes after them.
            text = self.text(child)
            if child.type == "string_content":
                yield text, None
            elif child.type == "escape_sequence":
                before, _, escape = text.partition("\\")
                yield before + (escapes[escape] if escape in escapes else self.refuse(child, "an unknown escape")), None
            elif child.type == "interpolation" and len(named(child)) == 1:
                yield text[: text.index("${")], named(child)[0]
            elif child.type == "'":
                yield text[:-1], None
            else:
                self.refuse(child, "not part of a string that is known")


class Declared:
    """A parameter, variable, resource, module or output."""

    def __init__(self, file, name, node, rest, decorators):
        self.file, self.name, self.node, self.rest, self.decorators = file, name, node, rest, decorators
        self.condition = self.loop = None
        self.is_module = node.type == "module_declaration"
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
            if body.type != "object":
                file.refuse(body, "expected the properties of a resource or module")
            self.properties = dict(self.property(prop) for prop in named(body))
        self.body = body

    def property(self, node):
        key, value = self.file.pair(node)
        return (self.file.plain(key) if key.type == "string" else self.file.text(key)), value
