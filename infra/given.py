#!/usr/bin/env python3
"""Prints a parameter as it is given to infra/deploy.sh, a list with commas between; nothing, where it is not given.

    infra/given.py NAME [WHAT]...

WHAT is name=value, a file of JSON, or a .bicepparam file, of which plain texts, lists of them, true and false are read.
"""

import json
import re
import sys
from pathlib import Path

from parameters import given_anew


def of_bicep(text, name):
    """A plain text, the plain texts of a list, or true and false as they are written."""
    found = re.search(rf"^ *param +{name} *= *('[^'$]*'|\[[^\]]*\]|true|false)", text, re.M)
    if not found:
        return None
    if found[1] in ("true", "false"):
        return found[1]
    texts = re.findall(r"'([^'$]*)'", re.sub(r"//.*", "", found[1]))
    return texts if found[1].startswith("[") else texts[0]


def value_of(name, what):
    found = None
    for one in what:
        if one.endswith(".bicepparam") and Path(one).is_file():
            value = of_bicep(Path(one).read_text(encoding="utf-8"), name)
        else:
            value = given_anew([one]).get(name)
        found = value if value is not None else found
    try:
        return json.loads(found) if isinstance(found, str) else found
    except ValueError:
        return found


def main():
    name, *what = sys.argv[1:]
    value = value_of(name, what)
    if value is not None:
        print(",".join(map(str, value)) if isinstance(value, list) else value)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as why:
        sys.exit(f"given: {why}")
