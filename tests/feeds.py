#!/usr/bin/env python3
"""Public calendars as they are today, read by Lamplighter.

    tests/feeds.py            those of tests/feeds.txt; tests/nightly does so
    tests/feeds.py FOLDER     the .ics files of a folder instead

Fails where a calendar that was fetched cannot be read, or where a day is missing that a look at its lines, in the simplest
way, finds in it. An address that does not answer, or answers with something else, is only listed: that is no fault here.
LAMPLIGHTER names the program; without it, tests/build builds it.
"""

import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
TODAY = datetime.date.today()
# Addresses at once, and seconds for each.
AT_ONCE, PATIENCE = 8, 30


def program():
    given = os.environ.get("LAMPLIGHTER")
    return given or subprocess.run(["bash", HERE / "build"], check=True, capture_output=True, text=True).stdout.strip()


def addresses():
    """The lines of feeds.txt: an address, or one with {} and the words that stand there in turn."""
    for line in (HERE / "feeds.txt").read_text().splitlines():
        address, *words = line.split() if line.strip() and not line.startswith("#") else [""]
        if address:
            yield from (address.replace("{}", word) for word in words) if words else [address]


def fetched(folder):
    """The calendars that came, by address."""
    def fetch(address):
        try:
            request = urllib.request.Request(address, headers={"User-Agent": "lamplighter-feeds"})
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return address, answer.read(8 << 20)
        except Exception as error:  # Whatever a stranger's server does.
            return address, f"{type(error).__name__}: {error}"

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for number, (address, content) in enumerate(pool.map(fetch, addresses())):
            if isinstance(content, str) or b"BEGIN:VCALENDAR" not in content[:1000].replace(b"\0", b"").upper():
                print(f"not a calendar today: {address}: {content[:80]!r}")
                continue
            path = folder / f"{number}.ics"
            path.write_bytes(content)
            yield address, path


def plain_days(content):
    """The days of the year to come on which a single all-day event begins that nothing cancels or moves."""
    text = re.sub(r"\r?\n[ \t]", "", content.decode("utf-8", errors="replace"))
    days = set()
    for event in re.findall(r"^BEGIN:VEVENT\r?$(.*?)^END:VEVENT\r?$", text, re.S | re.M):
        start = re.search(r"^DTSTART(?:;VALUE=DATE)?:(\d{4})(\d\d)(\d\d)\r?$", event, re.M)
        if start and not re.search(r"^(?:STATUS:CANCELLED|EXDATE|RECURRENCE-ID|RRULE:.+UNTIL)", event, re.M):
            try:
                days.add(datetime.date(*map(int, start.groups())))
            except ValueError:
                continue
    return {day for day in days if TODAY < day < TODAY + datetime.timedelta(days=360)}


def lint(lamplighter, path):
    """What Lamplighter makes of a calendar: its days, and what it says."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    result = subprocess.run(
        [lamplighter, "lint", "--json", "lamp-schedule=daily 08:00-19:00", "lamp-holidays=cal"], capture_output=True, text=True,
        timeout=600, env=kept | {"CALENDARS": json.dumps({"cal": str(path)})})
    if result.returncode:
        return set(), [f"exit {result.returncode}: {result.stderr}"]
    findings = json.loads(result.stdout)["resources"][0]
    days = {datetime.date.fromisoformat(one["date"]) for one in findings.get("daysOff", [])}
    return days, [warning for warning in findings["warnings"] if "calendar cal" in warning]


def main(arguments):
    lamplighter = program()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        given = [(str(path), path) for where in arguments for path in sorted(pathlib.Path(where).rglob("*.ics"))]
        calendars = given if arguments else list(fetched(folder))
        failed = 0
        for name, path in calendars:
            days, said = lint(lamplighter, path)
            missing = plain_days(path.read_bytes()) - days
            for line in said:
                print(f"{name}: {line}")
            if missing or any("until it can be read" in line or line.startswith("exit") for line in said):
                failed += 1
                print(f"FAILED: {name}: {sorted(map(str, missing))} missing")
        print(f"{len(calendars)} calendars read, {failed} of them wrongly")
        # None at all is a network that is not there, and proves nothing.
        return 1 if failed or not calendars else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
