#!/usr/bin/env bash
# adaptivecards 3.0.6 (npm), Microsoft's renderer of Adaptive Cards: `{{DATE(…)}}` and `{{TIME(…)}}` of an instant that has a
# fraction of a second are not replaced. The reader sees the braces.
#
# The functions take an instant of RFC 3339 and show it in the reader's own time zone. RFC 3339 allows a fraction, and
# JavaScript's own `toISOString()` always writes one (18:50:00.000Z), as .NET's format `o` does. The renderer knows whole
# seconds only, and says nothing of others: no event while parsing, no error. So a card that was tried with a time written by
# hand shows `{{TIME(2026-11-28T18:50:00.000Z)}}` to people once a program writes the time.
# Seen: `2026-11-28T18:50:00.000Z -> {{DATE(2026-11-28T18:50:00.000Z, LONG)}} {{TIME(2026-11-28T18:50:00.000Z)}}`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit --ignore-scripts adaptivecards@3.0.6 jsdom@26.1.0
cat >run.cjs <<'JS'
const assert = require("node:assert");
const { JSDOM } = require("jsdom");

const { window } = new JSDOM("<!DOCTYPE html>");
Object.assign(globalThis, { window, self: window, document: window.document, HTMLElement: window.HTMLElement });
const { AdaptiveCard, SerializationContext } = require("adaptivecards/dist/adaptivecards.js");
AdaptiveCard.onProcessMarkdown = (text, result) => Object.assign(result, { outputHtml: text, didProcess: true });

const both = (instant) => `{{DATE(${instant}, LONG)}} {{TIME(${instant})}}`;
const shown = (instant) => {
    const [card, context] = [new AdaptiveCard(), new SerializationContext()];
    card.parse({ type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text: both(instant) }] }, context);
    assert.strictEqual(context.eventCount, 0);
    const text = card.render().textContent.replace(/\u202f/g, " ");
    console.log(`${instant} -> ${text}`);
    return text;
};
for (const whole of ["2026-11-28T18:50:00Z", "2026-11-28T19:50:00+01:00"]) {
    assert.strictEqual(shown(whole), "Saturday, November 28, 2026 6:50 PM");
}
for (const fraction of [new Date("2026-11-28T18:50:00Z").toISOString(), "2026-11-28T18:50:00.0000000+00:00"]) {
    assert.strictEqual(new Date(fraction).getTime(), Date.UTC(2026, 10, 28, 18, 50));
    assert.strictEqual(shown(fraction), both(fraction), "the finding is no longer true");
}
JS
TZ=UTC LC_ALL=en_US.UTF-8 node run.cjs
