#!/usr/bin/env python3
"""The parameters for a deployment that changes an earlier one, so that whatever is not given again stays as it is.

    infra/parameters.py --template FILE --deployment FILE --settings FILE [--out FILE] [--reset] [--drop-settings]
                        [--as-azd FILE --azd-values FILE] [WHAT]...

The deployment is its `properties`, the settings are the app settings in force, both as the Azure CLI prints them; WHAT is what is
given anew. A deployment replaces all app settings: what was changed by hand and is a parameter is carried over, and anything else
that was set or removed by hand is named, and nothing is written. Without --out nothing can be carried over (a .bicepparam file, or
azd, says all parameters itself), and all of it is named. With --as-azd, the file of parameters that azd fills in from the values of
its environment is given anew, too. Values are never printed, since they may be secrets.
"""

import argparse
import json
import re
import sys
from pathlib import Path

# The app settings of main.bicep whose values come from a parameter as they are.
OF_PARAMETERS = {"ACT_IN": "actIn", "SWEEP_SCHEDULE": "sweepSchedule", "DEFAULT_ZONE": "defaultZone", "CURRENCY": "currency",
                 "KINDS": "kinds"}
# Those that it makes itself.
OF_TEMPLATE = {
    "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__queueServiceUri", "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AZURE_CLIENT_ID", "LEDGER", "MAX_INSTANCES", "BEACONS",
    "NOTICE_EMAIL", "NOTICE_EMAIL_FROM", "NOTICE_EVENTGRID", "SIGN_IN_TENANT",
    "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", "WEBSITE_AUTH_AAD_ALLOWED_TENANTS",
}
# Those of what is made only where a parameter asks for it, with that parameter: without it they must not be there.
ONLY_WITH = {
    "NOTICE_EMAIL": "noticeEmail", "NOTICE_EMAIL_FROM": "noticeEmail", "NOTICE_EVENTGRID": "noticeEventGrid",
    "SIGN_IN_TENANT": "authClientId", "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID": "authClientId",
    "WEBSITE_AUTH_AAD_ALLOWED_TENANTS": "authClientId",
}
# Those that are references to secrets, with the parameter that names the secret.
IN_VAULT = {
    "NOTICE_TEAMS_WEBHOOK": "noticeTeamsInVault", "NOTICE_SLACK_WEBHOOK": "noticeSlackInVault",
    "NOTICE_WEBHOOK_SECRET": "noticeWebhookSignedBy", "NOTICE_AZURE_WEBHOOK": "noticeAzureInVault",
}
# What else is made of more than one parameter, and the parameter that is the first to say it.
OF_SEVERAL = {"NOTICE_WEBHOOK": "noticeWebhook", "NOTICE_TEAMS_AUTH": "noticeTeams", "SIGN_IN": "signIn", "KEEP_URL": "keepUrl",
              "HOLD_QUEUE": "holdSenders"}


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


def as_azd(text, values):
    """The parameters that azd would give: its file, with ${NAME} and ${NAME=default} filled in from its environment."""
    environment = {}
    for line in values.splitlines():
        name, _, value = line.partition("=")
        try:
            environment[name] = json.loads(value)
        except ValueError:
            environment[name] = value.strip('"')
    text = re.sub(r"\$\{(\w+)(?:=([^}]*))?\}", lambda found: json.dumps(environment.get(found[1], found[2] or ""))[1:-1], text)
    return {name: one.get("value") for name, one in json.loads(text)["parameters"].items()}


def undone_by_azd(given, recorded, settings):
    """The names of app settings that azd would make again as they were before somebody changed them: it gives everything each time,
    and only what is another value than the last time was said by somebody."""
    def made_of(known):
        return {name: known.get(of) or None for name, of in OF_PARAMETERS.items()} | settings_of(known)

    now, then = {one["name"]: one.get("value") for one in settings}, made_of(recorded)
    return {name for name, value in made_of(given).items() if value != now.get(name) and (not recorded or value == then.get(name))}


def is_on(value):
    """Whether a parameter asks for something; azd writes what is true as a text."""
    return value not in (None, False, "", "false", "False")


def made_of_notices(known):
    """The app settings of channels, links and sign-in that hang on parameters alone, none where they are not there."""
    vault = (known.get("noticeVaultId") or "").rsplit("/", 1)[-1]
    made = {name: f"@Microsoft.KeyVault(VaultName={vault};SecretName={known[parameter]})" if known.get(parameter) else None
            for name, parameter in IN_VAULT.items()}
    plain, signs_in = known.get("noticeTeams"), known.get("authClientId")
    auth = "url" if made["NOTICE_TEAMS_WEBHOOK"] else "identity" if plain else None
    return made | {
        "NOTICE_TEAMS_WEBHOOK": made["NOTICE_TEAMS_WEBHOOK"] or plain or None, "NOTICE_TEAMS_AUTH": auth,
        "NOTICE_WEBHOOK": known.get("noticeWebhook") or None, "SIGN_IN": (known.get("signIn") or "owner") if signs_in else None,
        "KEEP_URL": known.get("keepUrl") or ("site" if signs_in else None), "HOLD_QUEUE": "true" if known.get("holdSenders") else None,
    }


def made_by_template(known, outputs):
    """The app settings that the template makes of something else, as far as it is known."""
    made = {"MAX_INSTANCES": str(known["maximumInstanceCount"])} if "maximumInstanceCount" in known else {}
    ledger, beacons = ((outputs.get(f"LAMPLIGHTER_{name}") or {}).get("value") for name in ("LEDGER", "BEACONS"))
    if ledger:
        made["LEDGER"] = ledger
    made |= {name: None for name, parameter in ONLY_WITH.items() if not is_on(known.get(parameter))}
    made |= made_of_notices(known)
    if not is_on(known.get("readBeacons")):
        made["BEACONS"] = None
    elif beacons:
        made["BEACONS"] = beacons
    return made


def by_hand(settings, known, outputs):
    """The names of app settings that are not as the earlier deployment made them, and their values: none, of one that was removed."""
    now = {one["name"]: one.get("value") for one in settings}
    if not now:
        return  # It failed before it came so far.
    then = made_by_template(known, outputs)
    then |= {name: known.get(parameter) or None for name, parameter in OF_PARAMETERS.items()}
    then |= {name: str(value) for name, value in settings_of(known).items()}
    for name in sorted(set(now) | set(then)):
        if name in OF_TEMPLATE and name not in then:
            continue  # What it was is not known.
        if now.get(name) != then.get(name):
            yield name, now.get(name)


def carried_over(name, value, known):
    """The value of the parameter that keeps what was done by hand: none, if there is no such parameter."""
    if name not in OF_PARAMETERS or name in settings_of(known):
        return None
    # Where nobody says where to act, nothing is acted on; of the others, a parameter cannot say that there is none.
    return "" if value is None and name == "ACT_IN" else value


def said_anew(name, value, known, anew):
    """Whether what is given anew says what becomes of it."""
    own = settings_of(anew)
    if name in own:
        return True
    if name in settings_of(known):
        return value is None and "settings" in anew
    said_by = OF_PARAMETERS | ONLY_WITH | OF_SEVERAL | IN_VAULT | {"MAX_INSTANCES": "maximumInstanceCount", "BEACONS": "readBeacons"}
    also = {"NOTICE_TEAMS_WEBHOOK": "noticeTeams", "NOTICE_TEAMS_AUTH": "noticeTeamsInVault", "KEEP_URL": "authClientId",
            "SIGN_IN": "authClientId"}
    return said_by.get(name) in anew or also.get(name) in anew


def parameters(template, deployment, settings, anew, undone, given):
    """The file's content."""
    recorded = earlier(deployment, template)
    defaults = {name: one["defaultValue"] for name, one in template["parameters"].items() if "defaultValue" in one}
    known, kept, lost = defaults | recorded, {} if given.reset else dict(recorded), []
    for name, value in by_hand(settings, known, deployment.get("outputs") or {}):
        if name not in undone and said_anew(name, value, known, anew):
            continue
        carried = carried_over(name, value, known)
        if given.out and carried is not None:
            if not given.reset:
                kept[OF_PARAMETERS[name]] = carried
        else:
            lost.append(name if value is not None else f"{name} (removed)")
    if lost and not given.drop_settings:
        raise Lost(f"set or removed by hand, and lost by a deployment: {', '.join(lost)}. Give the parameters that make them so, "
                   "those without one with --parameters settings='{\"NAME\": \"value\", …}', a secret as a reference to Key Vault "
                   "(docs/deploy.md, \"Change settings\"), or give them up with --drop-settings")
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
    for name in ("template", "deployment", "settings"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("out", "as-azd", "azd-values"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--reset", action="store_true")
    parser.add_argument("--drop-settings", action="store_true")
    parser.add_argument("what", nargs="*")
    given = parser.parse_args()
    try:
        anew, settings, deployment = given_anew(given.what), read(given.settings), read(given.deployment)
        template, undone = read(given.template), set()
        if given.as_azd:
            azds = as_azd(Path(given.as_azd).read_text(encoding="utf-8"), Path(given.azd_values).read_text(encoding="utf-8"))
            undone = undone_by_azd(azds | anew, earlier(deployment, template), settings) - {
                name for name in [*OF_PARAMETERS, *settings_of(anew)] if OF_PARAMETERS.get(name, "settings") in anew}
            anew = azds | anew
        made = parameters(template, deployment, settings, anew, undone, given)
    except (Lost, OSError, ValueError) as why:
        sys.exit(f"parameters: {why}")
    if given.out:
        with open(given.out, "w", encoding="utf-8") as file:
            json.dump(made, file, indent=2)


if __name__ == "__main__":
    main()
