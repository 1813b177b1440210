#!/usr/bin/env bash
# What action.yml runs: checks FILES (one a line) by PROGRAM, or by the one built into RUNNER_TEMP, and writes FORMAT to
# OUTPUT, or to the log. Its exit code is that of `lamplighter lint --files`.
set -euo pipefail

program=${PROGRAM:-${RUNNER_TEMP:?}/lamplighter/release/lamplighter}
files=()
while IFS= read -r line; do
    # Blanks around a pattern come from YAML's indentation.
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    if [[ -n $line ]]; then
        files+=("$line")
    fi
done <<<"${FILES:-.}"
command=("$program" lint --format "${FORMAT:-github}" --files "${files[@]}")
if [[ -n ${OUTPUT:-} ]]; then
    "${command[@]}" >"$OUTPUT"
else
    "${command[@]}"
fi
