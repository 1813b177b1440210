"""Which file of a Rust crate uses names of which other, and where that goes in a circle.

Reads `mod`, `use` and qualified paths, without a compiler: `crate::`, `super::`, `self::`, modules in scope, and re-exports
through to the file that defines a name. Code under `#[cfg(test)]` counts for nothing, and methods are not looked for.

    tests/house/circles.py crates/core/src/lib.rs     prints the circles of a crate
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ITEM = re.compile(
    r"\b(?:struct|enum|union|trait|type|const|static|fn|macro_rules!)\s+(?:mut\s+)?(?:r#)?([A-Za-z_]\w*)")
PATH = re.compile(r"(?<![\w:.])(?:::)?((?:r#)?[A-Za-z_]\w*(?:\s*::\s*(?:r#)?[A-Za-z_]\w*)+)")
USE = re.compile(r"(?<!\w)use\s+([^;]+);")
MOD = re.compile(r"((?:#\[[^\]]*\]\s*)*)(?:pub(?:\s*\([^)]*\))?\s+)?\bmod\s+([A-Za-z_]\w*)\s*([;{])")
TEST_ONLY = re.compile(r"#\[cfg\(\s*test\s*\)\]")


def quoted(text):
    """Where comments, and what stands in quotes, begin and end, and what is in the quotes of a text; None for the others."""
    token, at = re.compile(r'//[^\n]*|/\*|(?<!\w)b?r(#*)"|(?<!\w)[bc]?"|\'(?:\\(?:u\{[0-9a-fA-F]+\}|x..|.)|[^\'\\\n])\''), 0
    while found := token.search(text, at):
        start, kind, inner = found.start(), found.group(), None
        at = found.end()
        if kind.startswith("/*"):
            depth = 1
            while depth and (mark := re.compile(r"/\*|\*/").search(text, at)):
                depth += 1 if mark.group() == "/*" else -1
                at = mark.end()
            at = at if depth == 0 else len(text)
        elif kind.endswith('"') and not kind.startswith("//"):
            hashes = found.group(1)
            closing = re.compile(f'"{hashes}' if hashes is not None else r'(?<!\\)(?:\\\\)*"', re.S).search(text, at)
            end = closing.end() if closing else len(text)
            inner = text[at : end - 1 - len(hashes or "")]
            at = end
        yield start, at, inner


def stripped(text):
    """The code without its comments and what stands in quotes; as long as before."""
    out = list(text)
    for start, end, _ in quoted(text):
        out[start:end] = [" " if char != "\n" else char for char in text[start:end]]
    return "".join(out)


def leaves(tree):
    """The paths of a `use`, each with the name it brings; `*` for all names."""
    tree = tree.strip()
    brace = tree.find("{")
    if brace < 0:
        path, _, name = (part.strip() for part in re.sub(r"\s+", " ", tree).partition(" as "))
        path = [part.strip().removeprefix("r#") for part in path.split("::") if part.strip()]
        if path and path[-1] == "self":
            path.pop()
        if path:
            yield path, name or path[-1]
        return
    head, depth, part = tree[:brace], 0, ""
    for char in tree[brace:]:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if (char == "," and depth == 1) or depth == 0:
            yield from leaves(head + part) if part.strip() else ()
            part = ""
            if depth == 0:
                return
        elif not (char == "{" and depth == 1):
            part += char


@dataclass
class Module:
    path: tuple
    file: Path
    parent: "Module | None" = None
    code: str = ""
    children: dict = field(default_factory=dict)
    items: set = field(default_factory=set)
    imports: dict = field(default_factory=dict)
    globs: list = field(default_factory=list)


class Crate:
    """The modules of one crate, from its root file."""

    def __init__(self, root):
        self.modules = []
        self.root = self._read(Path(root), (), None, Path(root).parent)

    def _read(self, file, path, parent, folder):
        return self._module(stripped(file.read_text()), file.read_text(), file, path, parent, folder)

    def _module(self, code, text, file, path, parent, folder):
        module = Module(path, file, parent)
        self.modules.append(module)
        own, at = [], 0
        while found := MOD.search(code, at):
            own.append(code[at:found.start()])
            attributes, name, opens = found.groups()
            end = found.end()
            if opens == "{":
                depth = 1
                while depth and end < len(code):
                    depth += {"{": 1, "}": -1}.get(code[end], 0)
                    end += 1
            at = end
            if TEST_ONLY.search(attributes):
                continue
            if opens == "{":
                inner = (code[found.end():end - 1], text[found.end():end - 1])
                child = self._module(*inner, file, (*path, name), module, folder / name)
            else:
                # The text, for what is in quotes.
                said = re.search(r'#\[path\s*=\s*"([^"]+)"\]', text[found.start():found.end()])
                named = [file.parent / said.group(1)] if said else [folder / f"{name}.rs", folder / name / "mod.rs"]
                source = next((one for one in named if one.is_file()), None)
                if source is None:
                    raise FileNotFoundError(f"{file}: mod {name} is in no file")
                child = self._read(source, (*path, name), module, folder / name)
            module.children[name] = child
        own.append(code[at:])
        # What is under `#[cfg(test)]` without being a module: an import, a function.
        module.code = re.sub(r"#\[cfg\(\s*test\s*\)\]\s*(?:pub(?:\([^)]*\))?\s+)?use\s[^;]+;", "", "".join(own))
        module.items = set(ITEM.findall(module.code))
        for tree in USE.findall(module.code):
            for names, name in leaves(tree):
                if name == "*":
                    module.globs.append(names[:-1])
                elif name != "_":
                    module.imports.setdefault(name, names)
        return module

    def resolve(self, module, path, looked=frozenset()):
        """The module and the name that a path means, `(module, None)` for a module itself; None for what is elsewhere."""
        key = (module.path, tuple(path))
        if key in looked:
            return None
        looked |= {key}
        first, rest = path[0], path[1:]
        if first == "crate":
            return self._below(self.root, rest, looked)
        if first == "self":
            return self._below(module, rest, looked)
        if first == "super":
            return self._below(module.parent, rest, looked) if module.parent else None
        return self._name(module, first, rest, looked)

    def _below(self, module, path, looked):
        if not path:
            return module, None
        if path[0] == "super":
            return self._below(module.parent, path[1:], looked) if module.parent else None
        return self._name(module, path[0], path[1:], looked)

    def _name(self, module, name, rest, looked):
        # A module and a function may have one name: what is gone on with is the module.
        if name in module.children and rest:
            return self._below(module.children[name], rest, looked)
        if name in module.items:
            return module, name
        # A name may be brought by a path that begins with it: `use csv::csv`.
        if name in module.imports and (module.path, "use", name) not in looked:
            found = self.resolve(module, module.imports[name] + rest, looked | {(module.path, "use", name)})
            if found:
                return found
        if name in module.children:
            return module.children[name], None
        for path in module.globs:
            target = self.resolve(module, path, looked)
            key = (target and target[0].path, "*", name)
            if target and target[1] is None and target[0] is not module and key not in looked:
                found = self._name(target[0], name, rest, looked | {key})
                if found:
                    return found
        return None

    def uses(self):
        """`{file: {other file: names}}`."""
        edges = {}
        for module in self.modules:
            used = [names for tree in USE.findall(module.code) for names, name in leaves(tree) if name != "*"]
            code = USE.sub("", module.code)
            used += [[part.strip().removeprefix("r#") for part in found.split("::")] for found in PATH.findall(code)]
            if module.globs:
                used += [[word] for word in set(re.findall(r"(?<![\w:.])[A-Za-z_]\w*", code))
                         if word not in module.items and word not in module.imports and word not in module.children]
            for path in used:
                found = self.resolve(module, path)
                if found and found[1] and found[0].file != module.file:
                    edges.setdefault(module.file, {}).setdefault(found[0].file, set()).add(found[1])
        return edges


def circles(edges):
    """A shortest circle through each group of files that use one another, as lists of files."""
    found, done = [], set()
    for start in sorted(edges):
        if start in done:
            continue
        before, queue = {start: None}, [start]
        for file in queue:
            for other in sorted(edges.get(file, ())):
                if other == start:
                    circle = [file]
                    while before[circle[-1]] is not None:
                        circle.append(before[circle[-1]])
                    found.append(circle[::-1])
                    done.update(circle)
                    break
                if other not in before:
                    before[other] = file
                    queue.append(other)
            if start in done:
                break
    return found


def told(circle, edges, root):
    """A circle for people: each file, and what it uses of the next."""
    lines = []
    for file, other in zip(circle, circle[1:] + circle[:1]):
        names = ", ".join(sorted(edges[file][other]))
        lines.append(f"{file.relative_to(root)} uses {names} of {other.relative_to(root)}")
    return "\n".join(lines)


if __name__ == "__main__":
    for given in map(Path, sys.argv[1:]):
        found = Crate(given).uses()
        for one in circles(found):
            print(told(one, found, given.parent), end="\n\n")
