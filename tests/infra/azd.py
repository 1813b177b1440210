"""How azd reads a command line, by its own usage texts (schemas/azd-commands.json). Needs nothing but Python."""

import json
import re
from pathlib import Path

KNOWN = json.loads((Path(__file__).parent / "schemas" / "azd-commands.json").read_text())["commands"]


class Misused(Exception):
    """azd would refuse it."""


def takes(usage, words):
    """Whether a usage takes these words: `<key> <value>`, `[<environment>]`, and alternatives such as `[<key>=<value> ...]`."""
    if "<service>" in usage:
        return len(words) <= 1  # It need not be named where there is only one.
    forms = usage.removesuffix(" [flags]").split(" | ")
    for form in forms:
        form = re.sub(r"\[--[^\]]*\]", "", form)
        if "=" in form:
            if words and all("=" in word for word in words):
                return True
            continue
        most = len(re.findall("<", form))
        least = 0 if "[<" in form and len(forms) == 1 else most
        if least <= len(words) <= most:
            return True
    return False


def parse(arguments):
    """The command, its words and its flags."""
    for length in (3, 2, 1):
        name = " ".join(arguments[:length])
        if name in KNOWN:
            break
    else:
        raise Misused(f"azd has no command {' '.join(arguments[:2])}")
    words, flags, rest = [], {}, list(arguments[length:])
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            words.append(word)
            continue
        flag, has_value, value = word.partition("=")
        if flag not in KNOWN[name]["flags"]:
            raise Misused(f"azd {name} has no flag {flag}")
        if KNOWN[name]["flags"][flag] and not has_value:
            if not rest:
                raise Misused(f"azd {name} {flag} needs a value")
            value = rest.pop(0)
        flags[flag] = value or True
    if not takes(KNOWN[name]["usage"], words):
        raise Misused(f"azd {name} does not take {words}: {KNOWN[name]['usage']}")
    return name, words, flags
