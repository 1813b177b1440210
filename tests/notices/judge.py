"""What the services' own schemas and libraries say of a body.

    judge.py < {"teams": [body...], "slack": [body...]}      prints each fault, a line each
"""

import json
import pathlib
import subprocess
import sys

import jsonschema
from slack_sdk.models.blocks import Block

HERE = pathlib.Path(__file__).parent
SCHEMA = json.loads((HERE / "schemas" / "adaptive-card-1.4.0.json").read_text())


def node(script, value):
    """What a script of this folder makes of a value."""
    done = subprocess.run(["node", HERE / script], input=json.dumps(value), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def cards(found):
    """Faults of Adaptive Cards."""
    for card, read in zip(found, node("card.cjs", found)):
        # Teams' own part, which the schema does not know.
        plain = {name: value for name, value in card.items() if name != "msteams"}
        for error in jsonschema.Draft6Validator(SCHEMA).iter_errors(plain):
            yield f"schema of cards: {error.message[:200]}"
        yield from (f"renderer of cards: {problem}" for problem in read["problems"])
        if read["version"] != "1.4":
            yield f"version of a card: {read['version']}"
        for entity in card["msteams"].get("entities", []):
            if not any(entity["text"] in block["text"] for block in card["body"]):
                yield f"nobody is mentioned in the text: {entity}"


def teams(posts):
    """Faults of messages to a flow."""
    found = []
    for post in posts:
        (attachment,) = post["attachments"]
        wrap = (post["type"], attachment["contentType"], attachment["contentUrl"])
        if wrap != ("message", "application/vnd.microsoft.card.adaptive", None):
            yield f"a flow does not read {wrap}"
        if len(json.dumps(post, ensure_ascii=False).encode()) > 28 * 1024:
            yield "more than 28 KB"
        found.append(attachment["content"])
    yield from cards(found)


def slack(bodies):
    """Faults of messages to Slack."""
    for body in bodies:
        if len(body["blocks"]) > 50:
            yield f"{len(body['blocks'])} blocks"
        if not 0 < len(body["text"]) <= 4000:
            yield f"a text of {len(body['text'])} characters"
        for block in body["blocks"]:
            parsed = Block.parse(block)
            # An unknown type becomes nothing, silently.
            if parsed is None:
                yield f"no block of Slack's: {block}"
                continue
            try:
                # This checks lengths, and what must be there.
                if parsed.to_dict() != block:
                    yield f"read as another: {block}"
            except Exception as error:
                yield f"{error}: {json.dumps(block)[:200]}"


if __name__ == "__main__":
    given = json.load(sys.stdin)
    faults = [*teams(given["teams"]), *slack(given["slack"])]
    print("\n".join(faults))
    print(f"judged {len(given['teams'])} cards and {len(given['slack'])} messages", file=sys.stderr)
    sys.exit(1 if faults else 0)
