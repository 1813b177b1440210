// Reads Adaptive Cards with Microsoft's own renderer, and prints what it has to complain of and what a reader would see.
//   node card.cjs < a JSON array of cards
"use strict";
const { AdaptiveCard, SerializationContext, Versions } = require("adaptivecards/dist/adaptivecards.js");

const cards = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const read = cards.map((json) => {
  const card = new AdaptiveCard();
  const context = new SerializationContext(Versions.v1_4);
  card.parse(json, context);
  const events = [];
  for (let index = 0; index < context.eventCount; index++) {
    events.push(context.getEventAt(index).message);
  }
  const failures = card.validateProperties().validationEvents.map((event) => event.message);
  const texts = [];
  for (let index = 0; index < card.getItemCount(); index++) {
    texts.push(card.getItemAt(index).text);
  }
  return { problems: [...events, ...failures], version: String(card.version), texts };
});
console.log(JSON.stringify(read));
