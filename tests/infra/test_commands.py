"""Every command of the documents that starts `az` or `azd` is one that these take, by the Azure CLI's own parser and azd's usage."""

import re
import shlex
import unittest

from common import INFRA, ROOT
from markdown import blocks, pages
from scripted import SUBSCRIPTION, Scripted

import azd

# Variables that a page tells people to set, or that stand for what only they know.
THEIRS = {"id": SUBSCRIPTION, "group": "rg-lamplighter", "app": "func-lamplighter-abc", "principal": "principal-1",
          "managementGroup": "mg", "instanceIdentity": "i", "account": "stabc", "component": "appi",
          "location": "westeurope", "registry": "registry", "cluster": "aks"}
# What an extension of the Azure CLI brings; a page says how to get it, before.
EXTENSIONS = {"az monitor app-insights ": "application-insights"}
# Replaced while a block is run, for they need a clone, Azure or an hour.
ELSEWHERE = "git cargo lamplighter gh npm docker kubectl terraform"
AZURE = re.compile(r"(?<![\w./-])(az|azd) [a-z]|infra/(?:deploy|upgrade|upload|remove|preflight)\.sh")
INLINE = re.compile(r"(?<!`)`((?:az|azd) [^`]+)`(?!`)", re.S)


class Commands(Scripted):
    def setUp(self):
        super().setUp()
        self.script("deploy", "--location", "westeurope", "--package", self.package, "--skip-preflight")
        self.deployed = self.state() | {"lenient": True}

    def refused(self):
        """What a parser refused, unless an extension of the Azure CLI would take it."""
        for call in self.ask(report=True)["calls"]:
            words = " ".join(call["words"])
            if call["refused"] and not words.startswith(tuple(EXTENSIONS)):
                yield f"{words}\n{call['refused']}"

    def run_block(self, block):
        """The calls that a block makes, where everything else is there and says nothing."""
        environments = {"lamplighter": {"AZURE_ENV_NAME": "lamplighter", "AZURE_LOCATION": "westeurope"}}
        environments = {} if "azd env new" in block.text or "--with azd" in block.text else environments
        self.give(self.deployed | {"environments": environments})
        text = re.sub(r"<[a-z][\w -]*>", "placeholder", block.text)
        stubs = "".join(f"{name}() {{ :; }}\n" for name in ELSEWHERE.split())
        # The package is not built; each script gets one.
        stubs += f'bash() {{ case $1 in infra/package.sh) ;; infra/deploy.sh|infra/upgrade.sh) script=$1; shift; case "$*" in *"--with azd"*) ;; *)' \
                 f' set -- "$@" --package {self.package} ;; esac; command bash "$script" "$@" ;; *) command bash "$@" ;; esac; }}\n'
        names = "".join(f"{name}={shlex.quote(value)}\n" for name, value in THEIRS.items())
        clone = self.folder / "clone"
        if not clone.exists():
            clone.mkdir()
            (clone / "infra").symlink_to(INFRA)
            package = clone / "target" / "package" / "lamplighter.zip"
            package.parent.mkdir(parents=True)
            package.write_bytes(b"the package")
            (clone / "subscriptions.txt").write_text(f"{SUBSCRIPTION}\n")
        done = self.run_bash("-c", names + stubs + text, cwd=clone)
        self.assertNotIn("unbound", done.stderr, block)
        return done

    def test_of_blocks(self):
        found = [block for block in blocks("sh", "sh azure", "sh repo") if AZURE.search(re.sub(r"#.*", "", block.text))]
        self.assertGreater(len(found), 10)
        for block in found:
            with self.subTest(str(block)):
                done = self.run_block(block)
                self.assertEqual(list(self.refused()), [])
                self.assertTrue(self.ask(report=True)["calls"], f"{block} called nothing\n{done.stderr}")
                for call, extension in EXTENSIONS.items():
                    if call in block.text:
                        self.assertIn(f"az extension add --name {extension}", block.text)

    def test_of_running_text(self):
        checked = 0
        for page in pages():
            for found in INLINE.findall((ROOT / page).read_text()):
                line = " ".join(found.split())
                if page == "CHANGELOG.md" or "…" in line or line.endswith(" config-zip"):
                    continue
                words = shlex.split(re.sub(r"<[a-z][\w -]*>", "placeholder", line))
                checked += 1
                with self.subTest(f"{page}: {line}"):
                    if words[0] == "azd":
                        azd.parse(words[1:])
                    elif "--" in line:
                        self.assertEqual(self.ask(parse=words[1:])["against"], "")
        self.assertGreater(checked, 5)

    def test_a_wrong_one_would_be_found(self):
        block = blocks("sh azure")[0]
        for text in ("az deployment sub make --location x\n", "azd upp\n", "az group list --nothing\n"):
            block.text = text
            self.run_block(block)
            self.assertEqual(len(list(self.refused())), 1, text)


if __name__ == "__main__":
    unittest.main()
