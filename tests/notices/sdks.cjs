// Sends with Microsoft's own SDKs for JavaScript, unmodified, and prints what each made of it.
//   NODE_EXTRA_CA_CERTS=cert.pem node sdks.cjs < {"endpoint", "mail", "operation", "events"}
"use strict";
const { EmailClient } = require("@azure/communication-email");
const { EventGridPublisherClient } = require("@azure/eventgrid");

const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
// What Entra would give for a scope: its resource is the scope without its last part. Signed by nobody.
const credential = {
  async getToken(scopes) {
    const [scope] = [scopes].flat();
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const aud = given.audience || scope.replace(/\/\.default$/, "");
    return { token: `${part({ alg: "none" })}.${part({ aud })}.`, expiresOnTimestamp: Date.now() + 3600000 };
  },
};
const options = { retryOptions: { maxRetries: 0 } };

async function said(doing) {
  try {
    return await doing();
  } catch (error) {
    return { name: error.name, status: error.statusCode, code: error.code };
  }
}

(async () => {
  const mail = await said(async () => {
    const client = new EmailClient(given.endpoint, credential, options);
    const poller = await client.beginSend(given.mail, { operationId: given.operation, updateIntervalInMs: 1 });
    return poller.pollUntilDone();
  });
  const events = await said(async () => {
    const client = new EventGridPublisherClient(`${given.endpoint}/api/events`, "CloudEvent", credential, options);
    await client.send(given.events);
    return { status: 200 };
  });
  console.log(JSON.stringify({ mail, events }));
})();
