#!/usr/bin/env python3
"""Answers as the Bicep compiler does where tools/bicep_check.py asks it, by the translator and test_snapshot.py's own
expansion. BREAK names what is to go wrong."""

import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "tools")]
BREAK = os.environ.get("BREAK", "")


def built(path):
    import bicep_to_arm

    made = bicep_to_arm.compile_file(path)
    if BREAK == "build":
        made["outputs"]["MORE"] = {"type": "string", "value": "more"}
    generator = {"_generator": {"name": "bicep", "version": "0.49.2.45890", "templateHash": "1"}}
    head = {key: made.pop(key) for key in ("$schema", "languageVersion", "contentVersion")}
    return head | {"metadata": generator} | made


def main():
    command, *rest = sys.argv[1:]
    if command == "--version":
        print("Bicep CLI version 0.1.1 (0)" if BREAK == "version" else "Bicep CLI version 0.49.2 (d1e4a4a3d2)")
    elif command == "build":
        print(json.dumps(built(rest[1]), indent=2), end="")
    elif command == "lint":
        if BREAK == "lint" and rest[0].endswith("app.bicep"):
            print(f"{rest[0]}(1,1) : Error no-unused-vars: ...", file=sys.stderr)
            sys.exit(1)
    elif command == "format":
        text = pathlib.Path(rest[1]).read_text()
        print(text.replace("  ", " ") if BREAK == "format" and rest[1].endswith("app.bicep") else text, end="")
    elif command == "build-params":
        print("{}")
    else:
        # Only here, for they take longer to load than all else takes.
        import bicep_to_arm
        import snapshot

        path = pathlib.Path(rest[0])
        assert (command, rest[1:]) == ("snapshot", [
            "--mode", "validate", "--subscription-id", snapshot.SUBSCRIPTION, "--location", snapshot.LOCATION])
        made = snapshot.predict(bicep_to_arm.compile_file(path.with_name("main.bicep")), snapshot.parameters(path))
        if BREAK == "snapshot":
            made["predictedResources"].pop()
        if made != json.loads(path.with_name(path.stem + ".snapshot.json").read_text()):
            print("Snapshot validation failed.")
            sys.exit(1)


if __name__ == "__main__":
    main()
