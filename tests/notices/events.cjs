// Reads CloudEvents with their own SDK, which checks them by their JSON schema, and prints their ids.
//   node events.cjs < a JSON array of events
"use strict";
const { CloudEvent, HTTP } = require("cloudevents");

const body = require("node:fs").readFileSync(0, "utf8");
const events = HTTP.toEvent({ headers: { "content-type": "application/cloudevents-batch+json" }, body });
const ids = events.map((event) => {
  const strict = new CloudEvent(JSON.parse(JSON.stringify(event)), true);
  strict.validate();
  return strict.id;
});
console.log(JSON.stringify(ids));
