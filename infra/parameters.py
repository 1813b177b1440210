#!/usr/bin/env python3
"""The parameters for a deployment that changes an earlier one, so that whatever is not given again stays as it is.

    infra/parameters.py --template FILE --deployment FILE --settings FILE --out FILE [--reset] [--drop-settings] [WHAT]...

The deployment is its `properties`, the settings are the app settings in force, both as the Azure CLI prints them; WHAT is what is
given anew. A deployment replaces all app settings: what was changed by hand and is a parameter is carried over, and anything else
that was set by hand is named, and nothing is written. Values are never printed, since they may be secrets.
"""

import argparse
import json
import sys
from pathlib import Path

# The app settings of main.bicep whose values come from a parameter as they are.
OF_PARAMETERS = {"ACT_IN": "actIn", "SWEEP_SCHEDULE": "sweepSchedule", "DEFAULT_ZONE": "defaultZone", "CURRENCY": "currency"}
# Those that it makes itself.
OF_TEMPLATE = {
    "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__queueServiceUri", "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AZURE_CLIENT_ID", "LEDGER", "MAX_INSTANCES", "BEACONS",
}


class Lost(Exception):
    """Settings would be lost."""


def earlier(deployment, template):
    """What the deployment was given, as far as the template still takes it; no secret comes back, and none is kept."""
    given = deployment.get("parameters") or {}
    return {name: one["value"] for name, one in given.items() if name in template["parameters"] and one.get("value") is not None}


def given_anew(what):
    """The parameters that are given anew, as name=value or in files of JSON; text where a value is none."""
    found = {}
    for one in what:
        path = Path(one.removeprefix("@"))
        if path.is_file():
            if path.suffix == ".json":
                found |= {name: value.get("value") for name, value in read(path).get("parameters", {}).items()}
        elif "=" in one:
            name, _, value = one.partition("=")
            found[name] = value
    return found


def settings_of(given):
    """The parameter `settings`, as names and values."""
    own = given.get("settings") or {}
    try:
        own = json.loads(own) if isinstance(own, str) else own
    except ValueError:
        raise Lost("the parameter settings is no JSON") from None
    return own if isinstance(own, dict) else {}


def by_hand(settings, known):
    """The names and values of app settings that the earlier deployment did not set so."""
    own = settings_of(known)
    for one in settings:
        name, value = one["name"], one.get("value")
        if name in own:
            if str(own[name]) != value:
                yield name, value
        elif name in OF_PARAMETERS:
            if known.get(OF_PARAMETERS[name]) != value:
                yield name, value
        elif name not in OF_TEMPLATE:
            yield name, value


def parameters(template, deployment, settings, anew, reset, drop):
    """The file's content."""
    known = earlier(deployment, template)
    defaults = {name: one["defaultValue"] for name, one in template["parameters"].items() if "defaultValue" in one}
    kept, lost = {} if reset else dict(known), []
    for name, value in by_hand(settings, defaults | known):
        parameter = OF_PARAMETERS.get(name)
        if parameter and name not in settings_of(known):
            if not reset and parameter not in anew:
                kept[parameter] = value
        elif name not in settings_of(anew):
            lost.append(name)
    if lost and not drop:
        raise Lost(f"set by hand, and lost by a deployment: {', '.join(sorted(lost))}. Give them with --parameters "
                   "settings='{\"NAME\": \"value\", …}', a secret as a reference to Key Vault (docs/deploy.md, \"Change "
                   "settings\"), or remove them with --drop-settings")
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"value": value} for name, value in sorted(kept.items())},
    }


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("template", "deployment", "settings", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--reset", action="store_true")
    parser.add_argument("--drop-settings", action="store_true")
    parser.add_argument("what", nargs="*")
    given = parser.parse_args()
    try:
        made = parameters(read(given.template), read(given.deployment), read(given.settings), given_anew(given.what),
                          given.reset, given.drop_settings)
    except (Lost, OSError, ValueError) as why:
        sys.exit(f"parameters: {why}")
    with open(given.out, "w", encoding="utf-8") as file:
        json.dump(made, file, indent=2)


if __name__ == "__main__":
    main()
