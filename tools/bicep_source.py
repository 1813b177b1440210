"""Bicep as it is read: the syntax tree of a file, and what the file declares. Part of bicep_to_arm.py."""

from pathlib import Path

import tree_sitter
import tree_sitter_bicep

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))


class Refused(Exception):
    """Bicep outside the part that is known here."""


def named(node, *types):
    return [child for child in node.named_children if child.type != "comment" and (not types or child.type in types)]


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
