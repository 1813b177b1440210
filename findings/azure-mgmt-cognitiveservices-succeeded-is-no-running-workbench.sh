#!/usr/bin/env bash
# azure-mgmt-cognitiveservices (PyPI): from one beta to the next, the same code reads a running workbench as nothing at all.
#
# 15.0.0b4 asks by 2026-05-15-preview: a workbench has tags and a location, and its provisioning state has the words Stopped
# and Starting, so that Succeeded is one that runs. 15.0.0b6 asks by 2026-09-15-preview: the model has neither tags nor a
# location (AttributeError), its provisioning state has four words and says nothing of power, and `status` says it, which an
# answer may leave out, as Microsoft's own example of that version does. Whoever read `provisioning_state == "Stopped"` or
# `tags` finds every machine running and without tags after an upgrade.
# Seen: b4: the words Stopped, Starting, Stopping and Restarting, tags and location; b6: none of these words, no tags, no
# location, a `status` of ten words, which is None where the answer has none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/run.py" <<'PYTHON'
import json
import sys
from azure.mgmt.cognitiveservices import __version__, models

body = {
    "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a/projects/p/workbenches/w",
    "name": "w", "type": "Microsoft.CognitiveServices/accounts/projects/workbenches",
    "location": "westeurope", "tags": {"team": "vision"},
    "properties": {"targetClusterId": "/c", "imageLink": "i", "provisioningState": "Succeeded"},
}
read = models.Workbench(body)
# The older one shares the words of an account's computes.
own = getattr(models, "WorkbenchProvisioningState", None) or models.ComputeProvisioningState
states = {state.value for state in own}
power = sorted(states & {"Stopped", "Starting", "Stopping", "Restarting"})
shown = {name: hasattr(read, name) for name in ("tags", "location")}
status = getattr(read.properties, "status", "no such field")
words = len(models.WorkbenchStatus) if hasattr(models, "WorkbenchStatus") else 0
print(__version__, json.dumps({"power": power, "shown": shown, "status": status, "words": words}))
expected = json.loads(sys.argv[1])
assert [power, shown, status, words] == expected, expected
PYTHON
try() {
    python3 -m venv "$folder/$1"
    "$folder/$1/bin/pip" install --quiet --disable-pip-version-check \
        "azure-mgmt-cognitiveservices==$1" azure-core==1.41.0 azure-mgmt-core==1.6.0
    "$folder/$1/bin/python" "$folder/run.py" "$2"
}
try 15.0.0b4 '[["Restarting", "Starting", "Stopped", "Stopping"], {"tags": true, "location": true}, "no such field", 0]'
try 15.0.0b6 '[[], {"tags": false, "location": false}, null, 10]'
echo "as described"
