// Reads Adaptive Cards with Microsoft's own renderer, and prints what it has to complain of, the texts that a reader would see,
// and what Markdown makes of them.
//   node card.cjs < a JSON array of cards
"use strict";
const { AdaptiveCard, SerializationContext, Versions } = require("adaptivecards/dist/adaptivecards.js");
const MarkdownIt = require("markdown-it");

const markdown = new (MarkdownIt.default || MarkdownIt)();
const cards = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const read = cards.map((json) => {
  const card = new AdaptiveCard();
  const context = new SerializationContext(Versions.v1_4);
  card.parse(json, context);
  const problems = card.validateProperties().validationEvents.map((event) => event.message);
  for (let index = 0; index < context.eventCount; index++) {
    problems.push(context.getEventAt(index).message);
  }
  const texts = [];
  for (let index = 0; index < card.getItemCount(); index++) {
    texts.push(card.getItemAt(index).text || "");
  }
  return { problems, version: String(card.version), texts, pages: texts.map((text) => markdown.render(text)) };
});
console.log(JSON.stringify(read));
