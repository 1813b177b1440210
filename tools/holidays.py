#!/usr/bin/env python3
"""Writes crates/core/src/holidays/table.txt: the public holidays of every country and subdivision.

    python3 -m venv /tmp/hvenv && /tmp/hvenv/bin/pip install holidays babel
    npm install --prefix /tmp/cldr cldr-subdivisions-full
    /tmp/hvenv/bin/python tools/holidays.py /tmp/cldr/node_modules/cldr-subdivisions-full

(The versions of the table in the repository stand in its head; a newer one is as good.)

The dates are those of the PyPI package `holidays`, category "public", observed days included. Where a
law on work has a shorter list than the one by which offices close (Hong Kong, Macao), that one counts
too: the package calls it "optional". The English names are Unicode CLDR's. The same versions write the same bytes. crates/core/src/holidays/table.rs
describes and reads the format; what changes here changes there.
"""

import json
import pathlib
import re
import sys
import unicodedata

sys.path.pop(0)  # This folder: this file bears the name of the package it reads.

import babel
import holidays
from holidays.registry import COUNTRIES

FIRST, LAST = 2020, 2045
MONTH = "0123456789abc"
DAY = "0123456789abcdefghijklmnopqrstuv"
OUT = pathlib.Path(__file__).resolve().parent.parent / "crates/core/src/holidays/table.txt"

# What CLDR calls otherwise than people do, or does not know.
NAMES = {
    "HK": "Hong Kong", "MO": "Macao", "MM": "Myanmar", "CD": "DR Congo", "CG": "Republic of the Congo",
    "AU-NSW-WESTERN": "New South Wales, Western Division", "BE-FLEMISH": "Flemish Community",
    "BE-FRENCH": "French Community", "BE-GERMAN": "German-speaking Community",
    "BR-SAO-PAULO-CAPITAL": "São Paulo city", "CH-STADT-ZURICH": "Zürich city", "DE-AUGSBURG": "Augsburg",
    "ES-BARCELONA": "Barcelona city", "FR-6AE": "Alsace", "FR-57": "Moselle",
    "FR-ZONE-A": "School zone A", "FR-ZONE-B": "School zone B", "FR-ZONE-C": "School zone C",
    "NL-MIDDEN": "School region centre", "NL-NOORD": "School region north", "NL-ZUID": "School region south",
    "NZ-SOUTH-CANTERBURY": "South Canterbury", "FR-971": "Guadeloupe", "FR-972": "Martinique",
    "FR-973": "French Guiana", "FR-974": "Réunion", "FR-976": "Mayotte", "FR-BL": "Saint Barthélemy",
    "FR-MF": "Saint Martin", "FR-NC": "New Caledonia", "FR-PF": "French Polynesia",
    "FR-PM": "Saint Pierre and Miquelon", "FR-TF": "French Southern Territories", "FR-WF": "Wallis and Futuna",
    "IT-SU": "South Sardinia",
}
# Names people write that neither source has.
ALIASES = {
    "AE": ["UAE"], "BA": ["Bosnia"], "BE": ["Belgique", "België"], "CD": ["Democratic Republic of the Congo"],
    "CH": ["Schweiz", "Suisse", "Svizzera"], "CI": ["Ivory Coast"], "CV": ["Cabo Verde"],
    "CZ": ["Czech Republic"], "DE": ["Deutschland"], "AT": ["Österreich"], "ES": ["España"], "IT": ["Italia"],
    "FR": ["République française"], "GB": ["UK", "Great Britain", "Britain"], "GR": ["EL", "Hellas"],
    "HK": ["Hong Kong SAR"], "IE": ["Republic of Ireland"], "JP": ["Nippon"], "KR": ["Republic of Korea", "Korea"],
    "MM": ["Burma"], "MO": ["Macau"], "NL": ["Holland", "Nederland", "The Netherlands"], "NO": ["Norge"],
    "PL": ["Polska"], "PS": ["Palestine"], "PT": ["República Portuguesa"], "BR": ["Brasil"],
    "DK": ["Danmark"], "FI": ["Suomi"], "SE": ["Sverige"], "SZ": ["Swaziland"], "TR": ["Turkey"],
    "US": ["United States of America", "America"], "VN": ["Viet Nam"], "TL": ["East Timor"],
}

# Where "public" is the list of the law on work, and "optional" the general one, by which offices close.
GENERAL = {"HK", "MO"}


def plain(text):
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def fold(text):
    """As `fold` of crates/core/src/holidays/meant.rs: lower case, runs of anything but letters and digits are one space."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text).lower()).strip()


def folds(text):
    """The spellings by which one name may be written."""
    german = text.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    spelt = {text, plain(text), german, text.replace("'", "").replace("’", ""), text.replace("&", "and")}
    spelt |= {re.sub(r"\bSt\.", "Saint", s) for s in spelt}
    spelt |= {plain(s) for s in spelt}
    return {fold(s) for s in spelt if not any(unicodedata.combining(c) for c in unicodedata.normalize("NFC", s))}


def code_of(country, subdivision=None):
    """`BR`, `BR-SP`; the package's own subdivisions too, as `BR-SAO-PAULO-CAPITAL`."""
    if subdivision is None:
        return country
    return f"{country}-" + re.sub(r"[^A-Z0-9]+", "-", plain(subdivision).upper())


def dates(country, subdivision=None):
    """The set of public holidays of the years the package knows."""
    cls = getattr(holidays, country)
    first, last = max(FIRST, cls.start_year), min(LAST, cls.end_year)
    found = set()
    for year in range(first, last + 1):  # Year by year: an observed day may spill into the next year.
        kinds = ("public", "optional") if country in GENERAL else ("public",)
        found |= set(holidays.country_holidays(country, subdiv=subdivision, years=year, categories=kinds))
    return {d for d in found if FIRST <= d.year <= LAST}


def short(days):
    return "".join(MONTH[m] + DAY[d] for m, d in sorted(days))


def packed(days):
    """`always/2020/2021/...`: what every year has, then what each has besides; empty years at the end are left off."""
    years = [{(d.month, d.day) for d in days if d.year == y} for y in range(FIRST, LAST + 1)]
    always = set.intersection(*years)
    return "/".join(short(p) for p in [always] + [y - always for y in years]).rstrip("/")


def names(cldr):
    """English names by our codes."""
    english = dict(babel.Locale("en").territories)
    path = cldr / "subdivisions" / "en" / "en.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    for key, name in data["subdivisions"]["localeDisplayNames"]["subdivisions"].items():
        english[f"{key[:2]}-{key[2:]}".upper()] = name
    return english | NAMES


def entry_lines(country, info, english):
    """The lines of one country and its subdivisions."""
    base = dates(country)
    cls = getattr(holidays, country)
    words = [english.get(country, country), info[0], *info[2:], *ALIASES.get(country, [])]
    lines = [line(country, english.get(country, ""), words, packed(base))] if base else []
    seen = {"": ""}  # From packed differences to the first subdivision that has them.
    for subdivision in sorted(cls.subdivisions, key=lambda s: code_of(country, s)):
        code = code_of(country, subdivision)
        own = dates(country, subdivision)
        diff = "~".join(packed(part) for part in (own - base, base - own)).rstrip("~")
        body = "=" + seen[diff] if diff in seen else "+" + diff
        seen.setdefault(diff, code.partition("-")[2])
        local = [a for a, s in cls.subdivisions_aliases.items() if s == subdivision]
        name = english.get(code) or (local[0] if local else subdivision if len(subdivision) > 3 else "")
        lines.append(line(code, name, [name, *local], body))
    return lines


def line(code, name, words, body):
    known = sorted({f for w in words if w for f in folds(w)} - {fold(code), ""})
    return "\t".join([code, name, "|".join(known), body])


def main():
    cldr = pathlib.Path(sys.argv[1])
    version = json.loads((cldr / "package.json").read_text())["version"]
    english = names(cldr)
    infos = {info[1]: info for info in COUNTRIES.values()}
    out = []
    for country in sorted(holidays.list_supported_countries(include_aliases=False)):
        out += entry_lines(country, infos[country], english)
    head = [
        f"# Public holidays {FIRST}-{LAST}. Written by tools/holidays.py; do not edit.",
        f"# Dates: the PyPI package holidays {holidays.__version__} (MIT, see NOTICE).",
        f"# Names: Unicode CLDR {version}, Babel {babel.__version__} (Unicode-3.0, see NOTICE).",
    ]
    OUT.write_text("\n".join(head + sorted(out)) + "\n", encoding="utf-8")
    print(f"{len(out)} codes, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
