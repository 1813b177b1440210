"""One word for one thing, and the field's: docs/design.md has the table. What Lamplighter once said does not come back."""

import re
import unittest

from source import ROOT, texts

# In pieces, so that this file may be searched, too.
CONTRACT = r"\bDES" + r"IGN\b"
GONE = {
    r"(?:\b|_)put" + r"s?[ _-]?out(?:\b|_)|(?:\b|_)goes" + r"[ _]out(?:\b|_)": "stop",
    r"(?:\b|_)li" + r"t(?:\b|_)|\bligh" + r"ts it\b": "start, running",
    r"\blast" + r"-word\b|\bLast" + r"Word\b": "manual-override",
    r"\bheld" + r"[-_]back\b|\bHeld" + r"Back\b": "stop-limit",
    r"\bact" + r"[-_]under[-_]way\b": "action-pending",
    r"\blook" + r"_again\b": "wrong-state",
    r"\boff_by" + r"_us\b": "off by Lamplighter",
    r"\bstand" + r"-ins?\b|\bfunctions" + r"_host\b": "host emulator",
}
FORM = re.compile(r"\n[ \t]*(?://[/!]?|#|\*|>)?[ \t]*")
# Names of other people's packages, and what they wrote.
NOT_OURS = re.compile(r"(?:^|/)(?:package-lock\.json|Cargo\.lock|requirements\.txt|package-requirements\.txt|table\.txt|NOTICE|sarif-schema-2\.1\.0\.json|templates/src/hcl\.rs)$")
# What Bicep's compiler was given and made once: it would not be that any more.
FROZEN = "tests/infra/bicep-0.49.2/"


def found_in(text):
    """The words that are gone and stand there all the same, also over the end of a line."""
    flat = FORM.sub(" ", text)
    for pattern, instead in GONE.items():
        for found in re.finditer(pattern, flat, re.I):
            yield f"`{flat[max(0, found.start() - 30):found.end() + 20].strip()}`: {instead}"
    for found in re.finditer(CONTRACT, text):
        yield f"`{text[found.start():found.end() + 20]}`: docs/design.md"


class Words(unittest.TestCase):
    def test_words_that_are_gone_stand_nowhere(self):
        found = []
        for path, text in texts():
            name = str(path.relative_to(ROOT))
            if name.startswith(FROZEN):
                continue
            if not NOT_OURS.search(name) and name != "docs/design.md":
                found += [f"{name}: {one}" for one in found_in(text)]
            found += [f"the name {name}: {one}" for one in found_in(name)]
        self.assertEqual(found, [], "\n".join(found))

    def test_they_would_be_found(self):
        for text in ("it was pu" + "t out", "fn pu" + "t_out()", "// it goes\n//    out at", "a li" + "t resource", "see DES" + "IGN",
                     "- pu" + "t\n  out", "reason: last" + "-word", "a stand" + "-in of the host", "li" + "t_seconds"):
            self.assertEqual(len(list(found_in(text))), 1, text)
        for text in ("the last word wins", "output", "split, literal", "inpu" + "t outside", "design", "lighter", "held back", "split_once"):
            self.assertEqual(list(found_in(text)), [], text)


if __name__ == "__main__":
    unittest.main()
