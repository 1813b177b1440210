#!/usr/bin/env bash
# azure-ai-ml 1.35.2 (PyPI): one compute instance with a daily stop schedule makes `compute.list()` yield nothing.
#
# A schedule of a compute instance may recur by `frequency` and `interval` from its `startTime` alone: `schedule` (hours,
# minutes, weekdays) is optional in Azure's REST specification (Recurrence of Microsoft.MachineLearningServices). The SDK
# reads `schedule.hours` without asking whether there is one. Since a page is turned into objects whole, the good instances
# of that page are lost with it, also those listed before; `compute.get` of the one fails alike.
# Seen: `[] AttributeError 'NoneType' object has no attribute 'hours'`; with a cron trigger instead: ['good', 'daily'].
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

class Canned(BaseAdapter):
    """Answers every request with the same list; nothing leaves this computer."""
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

def stop(trigger):
    return {"computeStartStop": [{"id": "1", "status": "Enabled", "action": "Stop", "provisioningStatus": "Completed", **trigger}]}

def listed(trigger):
    session = requests.Session()
    session.mount("https://", Canned({"value": [instance("good", None), instance("daily", stop(trigger))]}))
    client = MLClient(Token(), "00000000-0000-0000-0000-000000000000", "g", "w", enable_telemetry=False, show_progress=False,
                      transport=RequestsTransport(session=session, session_owner=False))
    names = []
    try:
        for one in client.compute.list():
            names.append(one.name)
    except Exception as error:
        return names, f"{type(error).__name__} {error}"
    return names, None

cron = listed({"triggerType": "Cron", "cron": {"expression": "0 19 * * *", "timeZone": "UTC"}})
daily = listed({"triggerType": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1, "timeZone": "UTC",
                                                             "startTime": "2026-11-02T19:00:00"}})
print("cron:", *cron)
print("daily:", *daily)
assert cron == (["good", "daily"], None), cron
assert daily == ([], "AttributeError 'NoneType' object has no attribute 'hours'"), daily
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
echo "as described"
