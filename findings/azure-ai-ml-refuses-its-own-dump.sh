#!/usr/bin/env bash
# azure-ai-ml 1.35.2 (PyPI), Python 3.11 or later: `compute.dump()` writes names of Python's enums in place of Azure's words,
# and `load_compute()` refuses what `dump()` wrote as soon as the instance has a native schedule.
#
# Since Python 3.11 an enum that is also a str formats as `Class.MEMBER`. The SDK's dump formats: the state of a running
# instance is written `ComputeInstanceState.RUNNING`, its provisioning state `ProvisioningState.SUCCEEDED`, though
# `instance.state == "Running"` holds in the program. Whoever greps such files for `Running` finds no instance.
# The fields `schedule_id` and `provisioning_state` of a schedule are written too, and are unknown to the SDK's own schema:
# an instance without a schedule is read back, one with a schedule raises ValidationError ("Unknown field.").
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    azure-ai-ml==1.35.2 azure-core==1.39.0 azure-mgmt-core==1.6.0 requests==2.32.5
cat >"$folder/run.py" <<'PYTHON'
import io, json, logging, sys, time, warnings
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import requests, urllib3
from azure.ai.ml import MLClient, load_compute
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from marshmallow import ValidationError
from requests.adapters import BaseAdapter

class Token:
    def get_token(self, *_, **__):
        return AccessToken("none", int(time.time()) + 3600)

class Canned(BaseAdapter):
    """Answers every request with the same body; nothing leaves this computer."""
    def __init__(self, body):
        super().__init__()
        self.body = json.dumps(body).encode()
    def send(self, request, **_):
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url, request
        answer.headers["Content-Type"] = "application/json"
        answer.raw = urllib3.HTTPResponse(io.BytesIO(self.body), status=200, preload_content=False)
        return answer
    def close(self):
        pass

def instance(name, schedules):
    return {"id": f"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/computes/{name}",
            "name": name, "location": "westeurope",
            "properties": {"computeType": "ComputeInstance", "provisioningState": "Succeeded",
                           "properties": {"vmSize": "Standard_DS3_v2", "state": "Running", "schedules": schedules}}}

def dumped(name, schedules):
    session = requests.Session()
    session.mount("https://", Canned(instance(name, schedules)))
    client = MLClient(Token(), "00000000-0000-0000-0000-000000000000", "g", "w", enable_telemetry=False, show_progress=False,
                      transport=RequestsTransport(session=session, session_owner=False))
    one = client.compute.get(name)
    assert one.state == "Running"
    path = f"{sys.argv[1]}/{name}.yml"
    one.dump(path)
    return path

plain = dumped("plain", None)
lines = [line.strip() for line in open(plain) if "state:" in line]
print(*lines, sep="\n")
assert lines == ["provisioning_state: ProvisioningState.SUCCEEDED", "state: ComputeInstanceState.RUNNING"], lines
assert load_compute(plain).name == "plain"
print("plain: read back")

scheduled = dumped("scheduled", {"computeStartStop": [{
    "id": "1", "status": "Enabled", "action": "Stop", "provisioningStatus": "Completed", "triggerType": "Cron",
    "cron": {"expression": "0 19 * * *", "timeZone": "UTC"}}]})
try:
    load_compute(scheduled)
    raise SystemExit("scheduled: read back too")
except ValidationError as error:
    unknown = [name for name in ("provisioning_state", "schedule_id") if f'"{name}"' in str(error)]
    print("scheduled: refused for", *unknown)
    assert unknown == ["provisioning_state", "schedule_id"] and "Unknown field." in str(error), error
PYTHON
"$folder/venv/bin/python" "$folder/run.py" "$folder"
echo "as described"
