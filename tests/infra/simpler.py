"""Bicep for parsers that know less of it than the compiler: pycep, which checkov reads Bicep with, knows no `string[]`, no
`{ *: string }`, and no choice or call over several lines, which is how `bicep format` writes them. checkov also takes no
template whose resources go by names. Nothing but the form is another one."""

import json
import shutil

from common import INFRA

import bicep_to_arm
from bicep_to_arm import named


def text(path):
    """A Bicep file, simpler."""
    source = path.read_bytes()
    tree = bicep_to_arm.PARSER.parse(source)
    for start, end, instead in reversed(list(changes(tree.root_node, source))):
        source = source[:start] + instead.encode() + source[end:]
    return source.decode()


def changes(node, source):
    """What to write instead, from where to where."""
    written = source[node.start_byte : node.end_byte].decode()
    if node.type == "type" and named(node) and named(node)[0].type in ("array_type", "object"):
        yield node.start_byte, node.end_byte, {"array_type": "array", "object": "object"}[named(node)[0].type]
    elif node.type in ("call_expression", "ternary_expression") and "\n" in written:
        yield node.start_byte, node.end_byte, flat(node, source)
    else:
        for child in node.named_children:
            yield from changes(child, source)


def flat(node, source):
    """An expression in one line."""
    parts = [flat(child, source) for child in named(node)]
    if node.type == "ternary_expression":
        return "{} ? {} : {}".format(*parts)
    if node.type == "call_expression":
        return "".join(parts)
    if node.type == "arguments":
        return f"({', '.join(parts)})"
    if node.type == "object":
        return "{ " + ", ".join(parts) + " }" if parts else "{}"
    if node.type == "object_property":
        return ": ".join(parts)
    if node.type == "array":
        return f"[{', '.join(parts)}]"
    written = source[node.start_byte : node.end_byte].decode()
    assert "\n" not in written, written
    return written


def listed(template):
    """A template whose resources are a list, in the modules as well."""
    resources = template["resources"]
    made = []
    for one in resources.values() if isinstance(resources, dict) else resources:
        inner = one.get("properties")
        if isinstance(inner, dict) and "template" in inner:
            one = one | {"properties": inner | {"template": listed(inner["template"])}}
        made.append(one)
    return {key: value for key, value in template.items() if key != "languageVersion"} | {"resources": made}


def copy(folder):
    """infra/ with its templates simpler, in a folder."""
    for path in sorted(INFRA.rglob("*")):
        to = folder / path.relative_to(INFRA)
        if path.is_dir():
            to.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".bicep":
            to.write_text(text(path))
        elif path.name == "azuredeploy.json":
            to.write_text(json.dumps(listed(json.loads(path.read_text())), indent=2))
        elif path.suffix in (".json", ".kql"):
            shutil.copy(path, to)
