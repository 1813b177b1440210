// What Microsoft's clients of virtual machines and managed clusters for Node.js see, as JSON.
//
//     node resources.mjs URL SUBSCRIPTION GROUP TOKEN

import { ComputeManagementClient } from "@azure/arm-compute";
import { ContainerServiceClient } from "@azure/arm-containerservice";

const [endpoint, subscription, group, token] = process.argv.slice(2);
const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
const options = { endpoint, credentials: { scopes: [`${endpoint}/.default`] }, retryOptions: { maxRetries: 0 } };
const waits = { updateIntervalInMs: 100 };

const machines = new ComputeManagementClient(credential, subscription, options).virtualMachines;
const power = async () => (await machines.instanceView(group, "vm-on")).statuses.at(-1).code;
const powers = [await power()];
await machines.deallocate(group, "vm-on", waits);
powers.push(await power());
await machines.start(group, "vm-on", waits);
powers.push(await power());
const listed = [];
for await (const vm of machines.listAll()) listed.push(vm.name);
const quota = await machines.start(group, "vm-quota", waits).then(() => null, (error) => [error.statusCode, error.code]);

const clusters = new ContainerServiceClient(credential, subscription, options).managedClusters;
const state = async () => {
    const one = await clusters.get(group, "aks");
    return [one.powerState.code, one.provisioningState];
};
const states = [await state()];
await clusters.stop(group, "aks", waits);
states.push(await state());
await clusters.start(group, "aks", waits);
states.push(await state());

console.log(JSON.stringify({ powers, listed: listed.sort(), quota, states }));
