#!/usr/bin/env bash
# azure-core 1.41.0 (PyPI): `CloudEvent.from_dict` reads the time of an event with the wrong offset.
#
# CloudEvents 1.0 says that `time` is a timestamp of RFC 3339, whose offset is part of it: 19:45+01:00 is 18:45 UTC. Of an
# offset's hours, `from_dict` of `azure.core.messaging.CloudEvent` takes the first digit for all: +01:00 counts as +00:00,
# +05:30 as +00:30, +11:00 as +01:00. There is no error: the event is some hours off, and is sent on so (azure-eventgrid
# 4.22.1 writes 19:45Z for the first). With `Z`, and where the constructor is given a datetime, the instant is right; PyPI's
# cloudevents 2.2.0 reads all of them right.
# Seen: `2026-11-23T19:45:00+01:00 -> 2026-11-23T19:45:00+00:00`, `2026-11-24T05:45:00+11:00 -> 2026-11-24T05:45:00+01:00`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check azure-core==1.41.0 cloudevents==2.2.0
cat >"$folder/run.py" <<'PYTHON'
import json
from datetime import datetime

from azure.core.messaging import CloudEvent
from cloudevents.core.formats.json import JSONFormat

for time, read in {
    "2026-11-23T18:45:00Z": "2026-11-23T18:45:00+00:00",
    "2026-11-23T19:45:00+01:00": "2026-11-23T19:45:00+00:00",
    "2026-11-23T13:45:00-05:00": "2026-11-23T13:45:00+00:00",
    "2026-11-24T00:15:00+05:30": "2026-11-24T00:15:00+00:30",
    "2026-11-24T05:45:00+11:00": "2026-11-24T05:45:00+01:00",
}.items():
    event = {"specversion": "1.0", "id": "a", "source": "/example", "type": "example", "time": time}
    instant = datetime.fromisoformat(time.replace("Z", "+00:00"))
    azures, others = CloudEvent.from_dict(event).time, JSONFormat().read(None, json.dumps(event).encode()).get_time()
    print(f"{time} -> {azures.isoformat()}")
    assert others == instant, others
    assert CloudEvent(source="/example", type="example", time=instant).time == instant
    assert azures.isoformat() == read, "the finding is no longer true"
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
