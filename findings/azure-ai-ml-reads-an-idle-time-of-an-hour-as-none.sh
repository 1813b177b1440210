#!/usr/bin/env bash
# azure-ai-ml 1.35.2 (PyPI): an instance that Azure stops after an hour without use reads as one that has no idle time.
#
# `idleTimeBeforeShutdown` is a duration of ISO 8601 by Azure's REST specification, from PT15M to P3D. Templates (Bicep, ARM,
# Terraform's azapi) write an hour as PT1H. `idle_time_before_shutdown_minutes`, which the SDK names as the one to use, is
# read only from text that begins with PT and a number of minutes: PT60M is 60; PT1H, PT1H30M and P1D are None, without an
# error or a warning. A report of instances without an idle time, made by this SDK or by `az ml compute list`, so accuses
# those that have one. Seconds after the minutes are lost. The deprecated `idle_time_before_shutdown` has the whole text.
# Seen: `PT1H -> None`, `PT1H30M -> None`, `P1D -> None`; `PT60M -> 60`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    azure-ai-ml==1.35.2 azure-core==1.39.0 azure-mgmt-core==1.6.0 requests==2.32.5
cat >"$folder/run.py" <<'PYTHON'
import io, json, logging, time, warnings
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import requests, urllib3
from azure.ai.ml import MLClient
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import BaseAdapter

class Token:
    def get_token(self, *_, **__):
        return AccessToken("none", int(time.time()) + 3600)

class OneInstance(BaseAdapter):
    """Answers every request with an instance of this idle time; nothing leaves this computer."""
    def __init__(self, idle):
        super().__init__()
        self.body = json.dumps({
            "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/computes/ci",
            "name": "ci", "location": "westeurope",
            "properties": {"computeType": "ComputeInstance", "provisioningState": "Succeeded",
                           "properties": {"vmSize": "Standard_DS3_v2", "state": "Running", "idleTimeBeforeShutdown": idle}},
        }).encode()
    def send(self, request, **_):
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url, request
        answer.headers["Content-Type"] = "application/json"
        answer.raw = urllib3.HTTPResponse(io.BytesIO(self.body), status=200, preload_content=False)
        return answer
    def close(self):
        pass

for idle, minutes in {"PT60M": 60, "PT90M": 90, "PT1H": None, "PT1H30M": None, "P1D": None}.items():
    session = requests.Session()
    session.mount("https://", OneInstance(idle))
    client = MLClient(Token(), "00000000-0000-0000-0000-000000000000", "g", "w", enable_telemetry=False, show_progress=False,
                      transport=RequestsTransport(session=session, session_owner=False))
    read = client.compute.get("ci")
    print(f"{idle} -> {read.idle_time_before_shutdown_minutes}")
    assert read.idle_time_before_shutdown_minutes == minutes, "the finding is no longer true"
    assert read.idle_time_before_shutdown == idle
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
echo "as described"
