"""Writes down what the clocks of every zone do from 2019 to 2037, by Python's zoneinfo and PyPI's tzdata:

    version 2026f
    Europe/Lisbon 0 WET 1585443600 3600 WEST 1603587600 0 WET ...

A name, what its clocks are ahead of UTC at first, and by what abbreviation; then each change: when, and the same two.
"""

import importlib.resources
import zoneinfo
from datetime import datetime, timezone

import tzdata

DAY = 86_400
FROM, TO = (int(datetime(year, 1, 1, tzinfo=timezone.utc).timestamp()) for year in (2019, 2038))


def shown(zone, at):
    there = datetime.fromtimestamp(at, zone)
    return int(there.utcoffset().total_seconds()), there.tzname()


def changes(zone):
    """Clocks are compared day by day: none changes twice within one."""
    now = shown(zone, FROM)
    line = [*now]
    for day in range(FROM, TO, DAY):
        after = shown(zone, day + DAY)
        if after != now:
            low, high = day, day + DAY
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if shown(zone, middle) == now else (low, middle)
            line += [high, *after]
            now = after
    return line


def main():
    zoneinfo.reset_tzpath(to=[])  # The package's data, not the system's.
    print("version", tzdata.IANA_VERSION)
    known = {}
    for name in sorted(zoneinfo.available_timezones()):
        data = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
        if data not in known:
            known[data] = changes(zoneinfo.ZoneInfo(name))
        print(name, *known[data])


if __name__ == "__main__":
    main()
