#!/usr/bin/env bash
# adaptivecards 3.0.6 (npm), Microsoft's renderer of Adaptive Cards: of several cards with `"lang": "de"`, shown one after the
# other by one page, every second one is refused its language: `Invalid value "de" for property "lang".`
#
# The same valid card, parsed twice, gives two answers: the check of `lang` remembers where its last search ended (a regular
# expression with the flag `g`, shared by all cards). Nothing but the language is lost, and only there are dates and times
# written by it, so that a list of notices has 18:50 and 6:50 PM in turns. A test with one card cannot see it. A card is
# parsed again where it is shown again, so that what a reader sees also changes with every refresh.
# Seen: `Samstag, 28. November 2026 18:50`, then `Saturday, November 28, 2026 6:50 PM`, and so on in turns.
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

const text = "{{DATE(2026-11-28T18:50:00Z, LONG)}} {{TIME(2026-11-28T18:50:00Z)}}";
const source = JSON.stringify({ type: "AdaptiveCard", version: "1.4", lang: "de", body: [{ type: "TextBlock", text }] });
const show = () => {
    const [card, context] = [new AdaptiveCard(), new SerializationContext()];
    card.parse(JSON.parse(source), context);
    const events = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at).message);
    const shown = card.render().textContent.replace(/\u202f/g, " ");
    console.log(shown, events);
    return [shown, events];
};
const german = ["Samstag, 28. November 2026 18:50", []];
const refused = ["Saturday, November 28, 2026 6:50 PM", ['Invalid value "de" for property "lang".']];
for (const expected of [german, refused, german, refused]) {
    assert.deepStrictEqual(show(), expected, "the finding is no longer true");
}
JS
TZ=UTC LC_ALL=en_US.UTF-8 node run.cjs
