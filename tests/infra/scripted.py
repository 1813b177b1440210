"""Runs the scripts of infra/ where `az` and `azd` are answered by clis.py, `curl` is led to a server of the test's own, and
nobody waits."""

import functools
import json
import os
import pathlib
import re
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

from common import HERE, ROOT, all_resources, template

CLIENTS = ROOT / "tests" / ".cache" / "venv" / "bin" / "python"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
OTHER = "00000000-0000-0000-0000-000000000002"
# What only asks.
LOOKING = re.compile(r"az (version|account|rest|provider (list|show)|role definition list|functionapp list-|storage account show|resource list|"
                     r"deployment sub (list|show .*subscriptionIds))")

# Asks clis.py, which says in one line the exit code and how long what is printed is; what is said follows.
SHIM = """\
exec 3<>"/dev/tcp/127.0.0.1/$CLIS_PORT" || exit
{ printf '%d\\n' "$#"; printf '%s\\0' "$@"; } >&3
read -r code length <&3
head -c "$length" <&3
cat <&3 >&2
exit "$code"
"""
# Programs that a script finds in its path, beside those of the system.
PROGRAMS = {
    "az": 'set -- az "$@"\n' + SHIM,
    "azd": 'set -- azd "$@"\n' + SHIM,
    "sleep": 'echo "$@" >>"$NOTES/slept"',
    # The deployment endpoint is a server of the test.
    "curl": 'for word; do shift; set -- "$@" "${word/#https:\\/\\/func.scm.example.net/$ENDPOINT}"; done\n'
            'printf "%s\\n" "$*" >>"$NOTES/curled"; exec /usr/bin/curl "$@"',
    "cargo": "exit 0",
    "rustup": "exit 0",
    "cc": "exit 0",
}


def granted(*actions, but=()):
    return {"value": [{"actions": list(actions), "notActions": list(but)}]}


def types():
    """The resource types of the template, nested ones too."""
    return {resource["type"] for resource, _ in all_resources(template())}


def healthy():
    """An Azure in which nothing is missing and nothing is deployed."""
    account = {"id": SUBSCRIPTION, "name": "Research", "state": "Enabled", "tenantId": "t", "user": {"name": "ana@example.org"}}
    used_by_all = ["Microsoft.App", "Microsoft.AlertsManagement", "Microsoft.Authorization", "Microsoft.Resources"]
    namespaces = {kind.split("/")[0] for kind in types()}
    return {
        "version": "2.91.0", "azd": "1.31.2", "signed_in": True, "azd_signed_in": True, "account": account,
        "other_accounts": [account | {"id": OTHER, "name": "Teaching"}, account | {"id": "x", "tenantId": "another"}],
        "rest": {"*/Microsoft.Authorization/permissions?*": granted("*"),
                 "*/Microsoft.Web/locations/westeurope/usages?*": {"value": [
                     {"name": {"value": "FC1"}, "currentValue": 4, "limit": 250}, {"name": {"value": "Y1"}, "currentValue": 0, "limit": 0}]}},
        "providers": {name: "Registered" for name in [*used_by_all, *namespaces]} | {"Microsoft.Cdn": "NotRegistered"},
        "flex": ["westeurope", "northeurope"], "runtimes": [{"name": "custom", "version": "1.0"}],
        "storage_usage": {"name": {"value": "StorageAccounts"}, "currentValue": 3, "limit": 250},
        "deployments": {}, "app_settings": [], "sites": [], "groups": [], "identities": [], "storage": [], "assignments": [],
        "roles": [], "role_definitions": [], "machine_learning": {}, "environments": {}, "failures": {},
    }


@functools.cache
def clis():
    """The port of clis.py, which one process of tests starts once: the Azure CLI's commands take seconds to load."""
    azure = tempfile.mkdtemp(prefix="lamplighter-azure-")
    settings = {"AZURE_CONFIG_DIR": azure, "AZURE_EXTENSION_DIR": f"{azure}/extensions",
                "AZURE_CORE_COLLECT_TELEMETRY": "false", "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no"}
    server = subprocess.Popen([CLIENTS, HERE / "clis.py"], env=os.environ | settings, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().strip()
    if not port:
        raise AssertionError("the Azure CLI's parser does not start: see above")
    # It ends when this process does, which holds the other end of its standard input.
    clis.server = server
    return port


class Scripted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="lamplighter-scripts-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.path, cls.notes = cls.folder / "bin", cls.folder / "notes"
        cls.path.mkdir()
        cls.notes.mkdir()
        for name, body in PROGRAMS.items():
            program = cls.path / name
            program.write_text(f"#!/bin/bash\n{body}\n")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        kept = {name: value for name, value in os.environ.items() if name in ("HOME", "TMPDIR", "LANG")}
        cls.environment = {**kept, "PATH": f"{cls.path}:/usr/bin:/bin", "CLIS_PORT": clis(), "NOTES": str(cls.notes),
                           "ENDPOINT": "http://127.0.0.1:9"}

    def setUp(self):
        for name in ("slept", "curled"):
            (self.notes / name).write_text("")
        self.package = self.folder / "package.zip"
        self.package.write_bytes(b"the package")
        self.give(healthy())

    def ask(self, **asked):
        with socket.create_connection(("127.0.0.1", int(clis()))) as link:
            link.sendall(json.dumps(asked).encode() + b"\n")
            return json.loads(link.makefile().readline())

    def give(self, state):
        self.ask(state=state)

    def state(self):
        return self.ask(report=True)["state"]

    def change(self, **changed):
        """Changes the Azure, and forgets the calls so far."""
        self.give(self.state() | changed)

    def calls(self):
        """Each call since the Azure was given, as one text; none was refused by a parser."""
        calls = self.ask(report=True)["calls"]
        self.assertEqual([one["refused"] for one in calls if one["refused"]], [])
        return [" ".join(one["words"]) for one in calls]

    def slept(self):
        return (self.notes / "slept").read_text().split()

    def run_bash(self, *arguments, cwd=ROOT, given=""):
        return subprocess.run(["/bin/bash", *map(str, arguments)], cwd=cwd, env=self.environment, input=given,
                              capture_output=True, text=True, timeout=600, check=False)

    def script(self, name, *arguments, code=0, **options):
        """Runs a script of infra/; gives what it printed, and what it said."""
        done = self.run_bash(ROOT / "infra" / f"{name}.sh", *arguments, **options)
        self.assertEqual(done.returncode, code, f"{name} {arguments}\n{done.stdout}{done.stderr}")
        return done.stdout, done.stderr


class Deploying(Scripted):
    """What tests of deploy.sh and upgrade.sh share."""

    def deploy(self, *arguments, script="deploy", looks=False, **options):
        skip = [] if looks else ["--skip-preflight"]
        return self.script(script, "--package", self.package, *skip, *arguments, **options)

    def settings(self):
        return {one["name"]: one["value"] for one in self.state()["app_settings"]}

    def by_hand(self, **settings):
        """Somebody sets app settings, or removes those that are to be None."""
        now = {one["name"]: one["value"] for one in self.state()["app_settings"]} | settings
        self.change(app_settings=[{"name": name, "value": value} for name, value in now.items() if value is not None])

    def changing(self):
        return [call for call in self.calls() if not LOOKING.match(call)]


def main():
    sys.exit(unittest.main())
