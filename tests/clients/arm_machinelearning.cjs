// Reads and scales with @azure/arm-machinelearning, unmodified, and prints what it made of it.
//   NODE_EXTRA_CA_CERTS=cert.pem node arm_machinelearning.cjs < {"url", "header", "subscription", "group", "workspace"}
"use strict";
const { AzureMachineLearningWorkspaces } = require("@azure/arm-machinelearning");

const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
// As App Service gives it to an identity.
const credential = {
  async getToken(scopes) {
    const resource = [scopes].flat()[0].replace(/\/\.default$/, "");
    const query = new URLSearchParams({ "api-version": "2019-08-01", resource });
    const answer = await fetch(`${given.url}/msi/token?${query}`, { headers: { "X-IDENTITY-HEADER": given.header } });
    return { token: (await answer.json()).access_token, expiresOnTimestamp: Date.now() + 3600000 };
  },
};

async function all(pages) {
  const found = [];
  for await (const one of pages) found.push(one);
  return found;
}

(async () => {
  const client = new AzureMachineLearningWorkspaces(credential, given.subscription, { endpoint: given.url });
  const of = [given.group, given.workspace];
  const quickly = { updateIntervalInMs: 100 };
  const computes = await all(client.computeOperations.list(...of));
  const deployments = await all(client.onlineDeployments.list(...of, "churn"));
  const sku = (capacity) => ({ sku: { name: "Default", capacity } });
  const scaled = await client.onlineDeployments.beginUpdateAndWait(...of, "churn", "blue", sku(2), quickly);
  const scaleSettings = { minNodeCount: 0, maxNodeCount: 6, nodeIdleTimeBeforeScaleDown: "PT5M" };
  const update = { properties: { scaleSettings } };
  const cluster = await client.computeOperations.beginUpdateAndWait(...of, "cpu-warm", update, quickly);
  const refused = await client.onlineDeployments
    .beginUpdateAndWait(...of, "churn", "green", sku(0), quickly)
    .then(() => 200, (error) => error.statusCode);
  console.log(JSON.stringify({
    computes: Object.fromEntries(computes.map((one) => [one.name, one.properties.computeType])),
    deployments: Object.fromEntries(deployments.map((one) => [one.name, one.sku.capacity])),
    scaled: { name: scaled.name, capacity: scaled.sku.capacity, state: scaled.properties.provisioningState },
    cluster: {
      name: cluster.name,
      min: cluster.properties.properties.scaleSettings.minNodeCount,
      state: cluster.properties.provisioningState,
    },
    refused,
  }));
})();
