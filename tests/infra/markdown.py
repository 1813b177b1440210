"""What the documents hold: their fenced blocks, links and headings."""

import re
from dataclasses import dataclass

from common import ROOT, tracked

FENCE = re.compile(r"^( *)(`{3,})([^\n`]*)\n(.*?)^\1\2`* *$", re.M | re.S)
# `[text](target)`, where the text may hold an image or brackets of its own.
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\](?:\([^)]*\))?)*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")


@dataclass
class Block:
    page: str
    line: int
    tag: str
    text: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def pages():
    """Every document of the repository."""
    return [str(path.relative_to(ROOT)) for path in tracked("*.md")]


def blocks(*tags):
    """The fenced blocks of all documents, those with one of these tags where some are given."""
    found = []
    for page in pages():
        text = (ROOT / page).read_text()
        for fence in FENCE.finditer(text):
            indent, _, tag, inner = fence.groups()
            inner = re.sub(f"^{indent}", "", inner, flags=re.M)
            found.append(Block(page, text.count("\n", 0, fence.start()) + 1, tag.strip(), inner))
    return [block for block in found if not tags or block.tag in tags]


def prose(text):
    """A document without its blocks and code."""
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", FENCE.sub("", text))


def links(text):
    return LINK.findall(prose(text)) + re.findall(r"^\[[^\]]+\]:\s*(\S+)", prose(text), re.M)


def anchors(text):
    """The anchors that GitHub gives the headings."""
    found = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", FENCE.sub("", text), re.M):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
        slug = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
        number, name = 0, slug
        while name in found:
            number += 1
            name = f"{slug}-{number}"
        found.add(name)
    return found | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
