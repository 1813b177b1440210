"""ARM templates as text: what the Bicep compiler says of itself in them, and how it writes them."""

import json


def without_generator(value):
    """A template that the compiler made, less what it says of itself: its version, and a hash of the rest."""
    if isinstance(value, list):
        return [without_generator(one) for one in value]
    if not isinstance(value, dict):
        return value
    out = {key: without_generator(inner) for key, inner in value.items() if key != "_generator"}
    if isinstance(value.get("metadata"), dict) and "_generator" in value["metadata"] and not out["metadata"]:
        del out["metadata"]
    return out


def text_of(template):
    """A template as the compiler writes it: two spaces, and no line break at the end."""
    return json.dumps(template, indent=2, ensure_ascii=False)
