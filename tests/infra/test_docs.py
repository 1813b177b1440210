"""The documents: links lead somewhere, and what a fenced block tells people to type works.

Tags of blocks: `sh` is run here; `sh azure` needs Azure, `sh repo` a clone, `sh archive` a release's archive
(tests/archived runs those), and all three are read; `console` and `jsonl` are compared with what is printed
(tests/explain/page.rs); the others are no commands.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import unittest
import urllib.parse

from common import PROGRAM, ROOT, Running, ask, environment, lamplighter
from markdown import anchors, blocks, links, pages

TAGS = {"sh", "sh azure", "sh repo", "sh archive", "console", "json", "jsonl", "kusto", "text", "rust", "toml", "yaml", "bicep",
        "mermaid", "ini", "csv", "python", "ics"}
# Programs that a reader has, or that a page says how to get.
PROGRAMS = {"az", "azd", "bash", "cargo", "curl", "git", "just", "lamplighter", "npm", "python3", "sudo", "systemctl", "rustup", "sh"}
# Of the command that the beacon's installer puts on an instance, under the same name.
ON_INSTANCE = {"keep", "status"}
# Takes its time, and tests/sweep/demo.rs plays it.
PLAYED_ELSEWHERE = {"demo"}


def commands(text):
    """The words of each simple command in a piece of shell that starts `lamplighter`, by name or by cargo."""
    text = re.sub(r"\\\n", " ", text)
    for line in text.splitlines():
        for part in re.split(r"\$\(|[;|&()]", re.sub(r"(^|\s)#.*", "", line)):
            try:
                words = shlex.split(part)
            except ValueError:
                continue
            while words and re.fullmatch(r"\w+=.*", words[0]):
                words.pop(0)
            if words[:2] == ["cargo", "run"] and "--" in words:
                words = ["lamplighter", *words[words.index("--") + 1:]]
            if words and words[0].split("/")[-1] == "lamplighter":
                yield [word for word in words[1:] if not re.match(r"[<>]|2>", word)]


def inline_commands(text):
    """Those in the running text: `lamplighter report --csv`."""
    for code in re.findall(r"(?<!`)`((?:lamplighter|cargo run --release --) [^`]+)`(?!`)", text):
        yield from commands(code.replace("…", " ").replace("[", " ").replace("]", " ").replace("|", " "))


def on_free_ports(text, ports):
    """A piece of shell with the ports that a page names, as addresses or as options, replaced by free ones."""
    for named, free in ports.items():
        text = re.sub(rf"(\b127\.0\.0\.1:|\blocalhost:|--port ){named}\b", rf"\g<1>{free}", text)
    return text


class Links(unittest.TestCase):
    def test_every_relative_link_leads_somewhere(self):
        checked, broken = 0, []
        for page in pages():
            for link in links((ROOT / page).read_text()):
                if re.match(r"[a-z][a-z0-9+.-]*:", link):
                    continue
                checked += 1
                path, _, anchor = urllib.parse.unquote(link).partition("#")
                target = (ROOT / page).parent / path if path else ROOT / page
                if not target.exists():
                    broken.append(f"{page}: {link} is not there")
                elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text()):
                    broken.append(f"{page}: {link} is no heading there")
        self.assertEqual(broken, [])
        self.assertGreater(checked, 50)

    def test_links_to_this_repository_name_files_that_are_there(self):
        for page in pages():
            text = (ROOT / page).read_text()
            for name in re.findall(r"github(?:usercontent)?\.com/[\w.-]+/lamplighter/(?:blob/|raw/)?main/([\w./-]+\w)", text):
                self.assertTrue((ROOT / name).exists(), f"{page}: {name}")


class Lines(unittest.TestCase):
    def test_text_and_tables_fit_100_columns(self):
        found, wide = 0, []
        for page in pages():
            fenced = False
            for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
                fence = line.lstrip().startswith("```")
                fenced ^= fence
                found += 1
                if not fenced and len(line) > 100:
                    wide.append(f"{page}:{number}: {len(line)}")
        self.assertEqual(wide, [])
        self.assertGreater(found, 1000)


class Blocks(unittest.TestCase):
    def test_each_has_a_tag_that_says_what_it_is(self):
        found = blocks()
        self.assertGreater(len(found), 40)
        self.assertEqual([f"{block}: {block.tag!r}" for block in found if block.tag not in TAGS], [])

    def test_shell_parses(self):
        for block in blocks("sh", "sh azure", "sh repo", "sh archive"):
            text = re.sub(r"<[a-z][\w -]*>", "placeholder", block.text)
            done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), block)

    def test_json_is_json(self):
        for block in blocks("json", "jsonl"):
            for text in [block.text] if block.tag == "json" else block.text.splitlines():
                with self.subTest(str(block)):
                    json.loads(text)

    def test_files_and_recipes_that_are_named_are_there(self):
        recipes = set(re.findall(r"^([a-z][\w-]*)(?: [^:=\n]*)?:(?!=)", (ROOT / "justfile").read_text(), re.M))
        self.assertIn("test-one", recipes)
        for block in blocks("sh", "sh azure", "sh repo", "sh archive"):
            for name in re.findall(r"(?<![\w/.$-])((?:\.ci|crates|docs|function|fuzz|infra|src|tests|tools)/[\w./-]*\w)", block.text):
                self.assertTrue((ROOT / name).exists(), f"{block}: {name}")
            for recipe in re.findall(r"^\s*just ([\w-]+)", block.text, re.M):
                self.assertIn(recipe, recipes, block)
            for package in re.findall(r"\bcargo [^\n]*?(?:-p|--package) ([\w-]+)", block.text):
                self.assertIn(package, (ROOT / "Cargo.lock").read_text(), block)


class Commands(unittest.TestCase):
    """Whatever a document tells people to give to the program, it takes."""

    helps = {}

    def help(self, command):
        if command not in self.helps:
            if command in ON_INSTANCE:
                program = ROOT / "infra" / "beacon" / "lamplighter"
                self.helps[command] = subprocess.run([program, command, "--help"], capture_output=True, text=True, check=False)
            else:
                self.helps[command] = lamplighter(*([command] if command else []), "--help")
        return self.helps[command]

    def check(self, words, where):
        command = words[0] if words and not words[0].startswith("-") else ""
        shown = self.help(command)
        self.assertEqual(shown.returncode, 0, f"{where}: there is no command {command}")
        options = set(re.findall(r"(?<![\w-])(--?[a-zA-Z][\w-]*)", shown.stdout)) | {"--help"}
        for word in words:
            if re.fullmatch(r"--[a-z][\w-]*(?:=.*)?|-[a-zA-Z]", word):
                self.assertIn(word.partition("=")[0], options, f"{where}: {command} has no {word}")

    def test_of_blocks(self):
        checked = 0
        for block in blocks("sh", "sh azure", "sh repo", "sh archive", "console"):
            for words in commands(block.text.replace("$ lamplighter", "lamplighter") if block.tag == "console" else block.text):
                self.check(words, block)
                checked += 1
        self.assertGreater(checked, 15)

    def test_of_running_text(self):
        checked = 0
        for page in pages():
            if page == "CHANGELOG.md":
                continue
            for words in inline_commands((ROOT / page).read_text()):
                self.check(words, page)
                checked += 1
        self.assertGreater(checked, 20)


class Tables(unittest.TestCase):
    """Codes and names that people rely on are all told of."""

    def section(self, page, heading):
        text = (ROOT / "docs" / page).read_text()
        return re.split(r"^## ", text[text.index(heading) + len(heading):], flags=re.M)[0]

    def test_every_reason_code(self):
        source = (ROOT / "crates" / "core" / "src" / "record" / "reason.rs").read_text()
        variants = re.findall(r"^    ([A-Z]\w+),", source[source.index("pub enum Reason"):].split("\n}")[0], re.M)
        codes = {re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower() for name in variants}
        self.assertGreater(len(codes), 25)
        rows = re.findall(r"^\| ((?:`[a-z-]+`(?:, )?)+) \|", self.section("explain.md", "### Reason codes"), re.M)
        self.assertEqual({code for row in rows for code in re.findall(r"`([a-z-]+)`", row)}, codes)

    def test_every_kind_of_record(self):
        source = (ROOT / "crates" / "core" / "src" / "record" / "ledger.rs").read_text()
        kinds = set(re.findall(r'"([a-z]+)"', source[source.index("const KINDS"):].split("];")[0]))
        rows = re.findall(r"^\| `([a-z]+)`", self.section("records.md", "## Records"), re.M)
        self.assertEqual(set(rows) & kinds, kinds)

    def test_every_setting(self):
        names = {one["name"] for one in json.loads(lamplighter("settings", "--json").stdout)}
        told = set(re.findall(r"`([A-Z][A-Za-z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
        self.assertEqual(names - told, set())


class Run(Running):
    """Blocks tagged `sh`, each in a folder of its own beside a simulator of its own."""

    def run_block(self, block):
        url = self.simulator()
        folder = self.folder / "work"
        folder.mkdir()
        port, second, free = urllib.parse.urlsplit(url).port, self.port(), self.port()
        ledger = folder / "ledger"
        settings = {**self.settings(url), "LEDGER": ledger, "PORT": port, "FUNCTIONS_CUSTOMHANDLER_PORT": free}
        # A ledger of one sweep, for those that report.
        self.assertEqual(lamplighter("sweep", "--json", **settings).returncode, 0)
        script = f'''
            set -euo pipefail
            lamplighter() {{
                case "${{1:-}}" in {"|".join(PLAYED_ELSEWHERE)}) set -- "$1" --help ;; esac
                {shlex.quote(str(PROGRAM))} "$@"
            }}
            cargo() {{
                while [[ $# -gt 0 && $1 != -- ]]; do shift; done
                shift
                lamplighter "$@"
            }}
        ''' + on_free_ports(block.text, {7071: free, 8900: second})
        # Into a file: a pipe would stay open for as long as what the block starts beside itself.
        with open(self.folder / "printed", "w+") as out:
            process = subprocess.Popen(["bash", "-c", script], cwd=folder, env=environment(**settings), start_new_session=True,
                                       stdout=out, stderr=subprocess.STDOUT)
            try:
                process.wait(timeout=120)
            finally:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            out.seek(0)
            printed = out.read()
        self.assertEqual(process.returncode, 0, f"{block}:\n{block.text}\n{printed}")

    def test_nothing_else_is_needed_for_them(self):
        for block in blocks("sh"):
            names = {words[0] for line in re.sub(r"\\\n", " ", block.text).splitlines() if (words := line.split())}
            names -= {"export", "until", "kill", "#", "cd", "mkdir", "cat", "echo"}
            names = {name for name in names if not re.match(r"\w+=", name)}
            self.assertLessEqual(names, PROGRAMS, block)


def add(block):
    def test(self):
        self.run_block(block)
    name = re.sub(r"\W+", "_", f"test_{block}")
    setattr(Run, name, test)


for one in blocks("sh"):
    add(one)


if __name__ == "__main__":
    unittest.main()
