"""`az` and `azd` for tests of the scripts in infra/, and of commands in the documents: the Azure CLI's own argument parser reads
each call of `az` (azd.py those of `azd`), its own JMESPath and printer make what is shown, and a small Azure in a dictionary
gives the answers.

    clis.py      runs with the Python that has the Azure CLI, says its port, and ends when its standard input does

A connection is one call of a program (`call`), or one question of a test, which is a line of JSON, as its answer is.
"""

import contextlib
import fnmatch
import functools
import io
import json
import os
import re
import shutil
import socket
import sys
import threading

import arm
import azd
from azure.cli.core import get_default_cli
from azure.cli.core.parser import AzCliCommandParser
from knack.output import format_json, format_tsv
from knack.util import CommandResultItem

PRINTERS = {"tsv": format_tsv, "json": format_json, "none": lambda _: ""}
# The settings that the template makes itself.
BEACONS = "https://st/beacons"
OWN_SETTINGS = {"LEDGER": "https://st/lamplighter", "AZURE_CLIENT_ID": "c", "MAX_INSTANCES": "40"}
# Parameters whose settings are those that the template itself makes of them.
EXPANDED = re.compile("notice|holdSenders|keepUrl|authClientId|signIn")
FROM_PARAMETERS = {"ACT_IN": "actIn", "SWEEP_SCHEDULE": "sweepSchedule", "DEFAULT_ZONE": "defaultZone", "CURRENCY": "currency",
                   "KINDS": "kinds"}


def offline():
    """No name is looked up: the Azure CLI asks for its newest version when it is made, and for its extensions' commands when it
    does not know a command, and where a network swallows questions each takes as long as the resolver's patience."""
    def refused(host, *_, **__):
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not asked for by a test")

    socket.getaddrinfo = refused


class Parsed(BaseException):
    """A command line was read; nothing more of the CLI runs."""


class Refused(Exception):
    """What Azure or azd answers."""


class Az:
    """The Azure CLI's parser, loaded once."""

    def __init__(self):
        offline()
        read = AzCliCommandParser.parse_args

        def parse_args(parser, *arguments, **options):
            raise Parsed(read(parser, *arguments, **options))

        AzCliCommandParser.parse_args = parse_args
        self.cli = get_default_cli()
        self.remembered = functools.cache(self.read)

    def parse(self, arguments):
        """The command and its arguments; or what the parser says against it."""
        # What a file holds that is named with an @ may be another thing the next time.
        return self.read(arguments) if any("@" in word for word in arguments) else self.remembered(tuple(arguments))

    def read(self, arguments):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            try:
                self.cli.invoke(list(arguments))
            except Parsed as parsed:
                return parsed.args[0], ""
            except SystemExit:
                pass
        return None, said.getvalue().strip() or "refused"


class Cloud:
    """What is asked and changed. A test fills `state`; `failures` are told once each, by command."""

    def __init__(self, state):
        self.state = state

    def answer(self, command, given):
        waiting = self.state.get("failures", {}).get(command)
        if waiting:
            raise Refused(waiting.pop(0))
        handler = getattr(self, "on_" + re.sub(r"\W", "_", command), None)
        if handler is None and self.state.get("lenient"):
            return None
        if handler is None:
            raise Refused(f"the tests' Azure does not know: az {command}")
        if command != "version" and not self.state["signed_in"]:
            raise Refused("Please run 'az login' to setup account.")
        return handler(given)

    def on_version(self, _):
        return {"azure-cli": self.state["version"]}

    def on_account_show(self, _):
        return self.state["account"]

    def on_account_list(self, _):
        return [self.state["account"], *self.state["other_accounts"]]

    def on_account_get_access_token(self, _):
        return {"accessToken": "secret-token"}

    def on_rest(self, given):
        for pattern, answer in self.state["rest"].items():
            if fnmatch.fnmatch(given.url, pattern):
                return answer
        raise Refused(f"Not Found: {given.url}")

    def on_provider_list(self, _):
        return [{"namespace": name, "registrationState": state} for name, state in self.state["providers"].items()]

    def on_provider_register(self, given):
        self.state["providers"][given.resource_provider_namespace] = "Registered"

    def on_functionapp_list_flexconsumption_locations(self, _):
        return [{"name": name} for name in self.state["flex"]]

    def on_functionapp_list_flexconsumption_runtimes(self, given):
        found = [one for one in self.state["runtimes"] if one["name"] == given.runtime]
        if not found:
            raise Refused(f"Runtime '{given.runtime}' not supported for function apps on the Flex Consumption plan.")
        return found

    def on_storage_account_show_usage(self, _):
        return self.state["storage_usage"]

    def on_deployment_sub_list(self, _):
        return [{"name": name, **one} for name, one in self.state["deployments"].items()]

    def on_deployment_sub_show(self, given):
        if given.deployment_name not in self.state["deployments"]:
            raise Refused("(DeploymentNotFound) Deployment could not be found.")
        return self.state["deployments"][given.deployment_name]

    def on_deployment_sub_delete(self, given):
        del self.state["deployments"][given.deployment_name]

    def on_deployment_sub_create(self, given):
        """Takes the parameters as Azure does, and makes the group, the app and its settings of them."""
        name, before = given.deployment_name, self.state["deployments"].get(given.deployment_name)
        if before and before["location"] != given.deployment_location:
            raise Refused(f"(InvalidDeploymentLocation) '{name}' already exists in location '{before['location']}'.")
        with open(given.template_file.replace("main.bicep", "azuredeploy.json"), encoding="utf-8") as file:
            template = json.load(file)
        values = {key: one["defaultValue"] for key, one in template["parameters"].items() if "defaultValue" in one}
        values |= dict(pair for group in given.parameters or [] for one in group for pair in self.parameters(one))
        unknown = set(values) - set(template["parameters"])
        if unknown:
            raise Refused(f"(InvalidTemplate) unknown parameters: {sorted(unknown)}")
        own = OWN_SETTINGS | {"MAX_INSTANCES": str(values["maximumInstanceCount"])} | ({"BEACONS": BEACONS} if values["readBeacons"] else {})
        more = self.expanded(template, {key: value for key, value in values.items() if EXPANDED.match(key)})
        settings = own | {key: values[of] for key, of in FROM_PARAMETERS.items() if values[of]} | more | values["settings"]
        tags = values["tags"] | {"azd-env-name": values["environmentName"], "application": "lamplighter"}
        group, app = f"rg-{values['environmentName']}", f"func-{values['environmentName']}-abc"
        self.state["app_settings"] = [{"name": key, "value": value} for key, value in settings.items()]
        made = {"groups": {"name": group}, "sites": {"name": app}, "identities": {"principalId": "principal-1"}, "storage": {"name": "stabc"}}
        for kind, one in made.items():
            self.state[kind] = [*self.outside(kind, group), {"resourceGroup": group, "tags": tags} | one]
        self.state["deployments"][name] = {"location": given.deployment_location, "properties": {
            "parameters": {key: {"type": "any", "value": value} for key, value in values.items()},
            "timestamp": "2026-11-27T10:00:00Z", "outputs": {
                "AZURE_RESOURCE_GROUP": {"value": group}, "AZURE_FUNCTION_APP_NAME": {"value": app},
                "LAMPLIGHTER_PRINCIPAL_ID": {"value": "principal-1"}, "LAMPLIGHTER_LEDGER": {"value": OWN_SETTINGS["LEDGER"]},
                "LAMPLIGHTER_BEACONS": {"value": BEACONS}}}}

    def outside(self, kind, group):
        """What is in no group of this name."""
        return [one for one in self.state[kind] if one.get("resourceGroup") != group]

    @staticmethod
    @functools.cache
    def usual(text):
        return Cloud.app_settings(json.loads(text), {})

    @staticmethod
    def app_settings(template, values):
        azure = arm.Azure()
        azure.deploy(template, values)
        [made] = [one["properties"] for where, one in azure.made.items() if where.endswith("/config/appsettings")]
        return made

    def expanded(self, template, values):
        """The app settings that there are because of these parameters."""
        usual = self.usual(json.dumps(template))
        return {name: value for name, value in self.app_settings(template, values).items() if name not in usual}

    @staticmethod
    def parameters(one):
        """The pairs of `name=value`, of a file, or of the text that the CLI's parser makes of `@file`."""
        if one.endswith(".bicepparam"):
            with open(one, encoding="utf-8") as file:
                yield from re.findall(r"^param (\w+) = '([^']*)'", file.read(), re.M)
            return
        if one.endswith(".json"):
            with open(one, encoding="utf-8") as file:
                one = file.read()
        if one.startswith("{"):
            yield from ((key, value["value"]) for key, value in json.loads(one)["parameters"].items())
            return
        key, _, value = one.partition("=")
        try:
            yield key, json.loads(value)
        except ValueError:
            yield key, value

    def on_functionapp_config_appsettings_list(self, _):
        return self.state["app_settings"]

    def on_functionapp_deployment_source_config_zip(self, given):
        with open(given.src, "rb") as file:
            self.state["package"] = len(file.read())

    def on_resource_show(self, _):
        return {"properties": {"hostNameSslStates": [
            {"name": "func.example.net", "hostType": "Standard"}, {"name": "func.scm.example.net", "hostType": "Repository"}]}}

    def on_resource_list(self, _):
        return self.state["sites"]

    def on_group_list(self, _):
        return self.state["groups"]

    def on_group_delete(self, given):
        for kind in ("groups", "identities", "storage", "sites"):
            self.state[kind] = self.outside(kind, given.resource_group_name)

    def on_identity_list(self, _):
        return self.state["identities"]

    def on_storage_account_list(self, _):
        return self.state["storage"]

    def on_storage_blob_download_batch(self, _):
        return []

    def on_role_assignment_list(self, given):
        scope = given.scope or f"/subscriptions/{given._subscription or self.state['account']['id']}"
        return [one for one in self.state["assignments"] if one["id"].startswith(scope + "/") and
                one["principalId"] == given.assignee]

    def on_role_assignment_delete(self, given):
        self.state["assignments"] = [one for one in self.state["assignments"] if one["id"] not in given.ids]

    def on_provider_show(self, given):
        return {"registrationState": self.state["machine_learning"].get(given._subscription, "Registered")}

    def on_role_definition_list(self, given):
        return self.state["role_definitions"]

    def on_role_definition_delete(self, given):
        if any(one["id"].startswith(given.scope + "/") for one in self.state["assignments"]):
            raise Refused("(RoleDefinitionHasAssignments) There are existing role assignments referencing the role.")
        self.state["roles"] = [one for one in self.state["roles"] if one != given.name]

    def azd(self, name, words, flags):
        """What azd prints; its environments are folders of variables."""
        waiting = self.state.get("failures", {}).get(f"azd {name}")
        if waiting:
            raise Refused(waiting.pop(0))
        environments = self.state["environments"]
        chosen = flags.get("--environment", flags.get("-e"))
        if name == "version":
            return f"azd version {self.state['azd']} (commit 0123456789) (stable)\n"
        if name == "auth login" and "--check-status" in flags:
            # It never fails, whatever it finds.
            status = "success" if self.state["azd_signed_in"] else "unauthenticated"
            return json.dumps({"status": status}, indent=2) + "\n" if flags.get("--output") == "json" else "Not logged in\n"
        if name == "env new":
            environments[words[0]] = {"AZURE_ENV_NAME": words[0], "AZURE_LOCATION": flags["--location"]}
        elif chosen and chosen not in environments:
            raise Refused(f"ERROR: environment '{chosen}' does not exist")
        elif name == "env set":
            environments[chosen][words[0]] = words[1]
        elif name == "env get-values":
            return "".join(f'{key}="{value}"\n' for key, value in environments[chosen].items())
        elif name == "env get-value":
            return environments[chosen][words[0]] + "\n"
        elif name == "up":
            self.state["up"] = chosen
        else:
            raise Refused(f"the tests' azd does not know: {name}")
        return ""


class Clis:
    """Answers connections, and keeps every call."""

    def __init__(self):
        self.az, self.cloud, self.calls = Az(), Cloud({}), []

    def call(self, program, arguments):
        try:
            if program == "azd":
                return {"code": 0, "out": self.cloud.azd(*azd.parse(arguments)), "err": ""}
            given, against = self.az.parse(arguments)
            if given is None:
                return {"code": 2, "out": "", "err": f"az {' '.join(arguments)}\n{against}\n"}
            result = self.cloud.answer(given.command, given)
        except azd.Misused as why:
            return {"code": 2, "out": "", "err": f"{why}\n"}
        except Exception as why:  # Also what is wrong with this Azure: the test shall see it.
            return {"code": 1, "out": "", "err": f"ERROR: {type(why).__name__}: {why}\n"}
        query = getattr(given, "_jmespath_query", None)
        result = query.search(result) if query is not None and result is not None else result
        if result is None:  # Then the CLI prints nothing, in whatever form.
            return {"code": 0, "out": "", "err": ""}
        printer = PRINTERS.get(given._output_format, format_json)
        return {"code": 0, "out": printer(CommandResultItem(result)), "err": ""}

    def take(self, asked):
        if "state" in asked:
            self.cloud, self.calls = Cloud(asked["state"]), []
            return {}
        if "parse" in asked:
            given, against = self.az.parse(asked["parse"])
            return {"against": "" if given is not None else against}
        if "report" in asked:
            return {"calls": self.calls, "state": self.cloud.state}
        answer = self.call(asked["program"], asked["arguments"])
        self.calls.append({"words": [asked["program"], *asked["arguments"]], "refused": answer["err"] if answer["code"] == 2 else ""})
        return answer

    def serve(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            print(listening.getsockname()[1], flush=True)
            while True:
                connection, _ = listening.accept()
                with connection, connection.makefile("rwb") as stream:
                    line = stream.readline()
                    asked = json.loads(line) if line.startswith(b"{") else words(int(line), stream)
                    answer = self.take(asked)
                    stream.write(shown(answer) if "program" in asked else json.dumps(answer).encode() + b"\n")


def words(count, stream):
    """A call as a shell sends it: how many words, then each with a NUL behind it."""
    text = b""
    while text.count(b"\0") < count:
        text += stream.read1()
    program, *arguments = text.decode(errors="surrogateescape").split("\0")[:count]
    return {"program": program, "arguments": arguments}


def shown(answer):
    """An answer as a shell reads it: code and length of what is printed in one line, what is printed, then what is said."""
    out = answer["out"].encode()
    return f"{answer['code']} {len(out)}\n".encode() + out + answer["err"].encode()


def end_with_stdin():
    """Whoever started this is gone when its end of the pipe is, however it went."""
    sys.stdin.read()
    shutil.rmtree(os.environ["AZURE_CONFIG_DIR"], ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_stdin, daemon=True).start()
    Clis().serve()
