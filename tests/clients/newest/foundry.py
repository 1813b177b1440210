"""What Microsoft's client of Microsoft Foundry sees, as JSON, in the api-version that it was made for.

    foundry.py URL SUBSCRIPTION GROUP

Run by test_foundry.py with the Azure CLI's version and with the newest, each in an environment of its own.
"""

import json
import sys

from azure.core.exceptions import HttpResponseError
from azure.identity import ManagedIdentityCredential
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient


def state(workbench):
    """Where this version says that it runs."""
    # A version without `status` has no such attribute.
    return [workbench.properties.provisioning_state, getattr(workbench.properties, "status", None)]


def tags(resource):
    """Its tags, where this version has them."""
    return getattr(resource, "tags", None)


def workbenches(client, group, account):
    """Listed, read, stopped, restarted and started; refused in between."""
    at = (group, account, "agents", "wb-filipa")
    own = client.workbenches
    seen = {project.name: [one.name for one in own.list(group, account, project.name)]
            for project in client.projects.list(group, account)}
    one = own.get(*at)
    seen["tags"], seen["target"] = tags(one), one.properties.target_cluster_id.split("/")[-1]
    seen["gpus"] = getattr(one.properties, "gpu_count", None)
    seen["made by"], seen["identity"] = one.system_data.created_by, one.identity.type
    seen["states"] = [state(one)]
    for begin in (own.begin_stop, own.begin_stop, own.begin_start, own.begin_start, own.begin_restart):
        poller = begin(*at, polling_interval=1)
        poller.result(timeout=600)
        seen["states"].append([poller.status(), *state(own.get(*at))])
    seen["refused"] = refused(own, at)
    return seen


def refused(own, at):
    """What a start is answered while a stop is under way. The simulator's clock runs: where this computer was busy, the
    stop may have been over before the start came, and is made again."""
    for _ in range(20):
        stop = own.begin_stop(*at, polling_interval=1)
        try:
            start = own.begin_start(*at, polling_interval=1)
        except HttpResponseError as error:
            stop.result(timeout=600)
            return [error.status_code, error.error.code]
        stop.result(timeout=600)
        start.result(timeout=600)
    return None


def failed(client, group, account):
    """A start that is accepted and comes to nothing, followed by its operation."""
    at = (group, account, "speech", "wb-eva")
    operations = []

    def told(raw, _body, _headers):
        operations.append(raw.http_response.headers["Location"].split("/")[-1].split("?")[0])
        return raw

    initial = client.workbenches.begin_start(*at, polling=False, cls=told)
    initial.result(timeout=600)
    location = client.accounts.get(group, account).location
    while (operation := client.compute_operations.get(location, operations[0])).properties.status == "InProgress":
        pass
    errors = [error.code for error in client.workbenches.get(*at).properties.errors]
    return [operation.properties.status, operation.properties.error.code, errors]


def computes(client, group, account):
    """Pools, and a container instance that is stopped and started."""
    seen = {one.name: [one.properties.compute_type, tags(one) is not None, one.properties.provisioning_state]
            for one in client.computes.list(group, account)}
    pools = client.computes.get(group, account, "gpu").properties.pools
    seen["pools"] = [[pool.name, pool.vm_priority, pool.instance_type, pool.node_count] for pool in pools]
    for name, begin in (("stopped", client.computes.begin_stop), ("started", client.computes.begin_start)):
        begin(group, account, "box", polling_interval=1).result(timeout=600)
        seen[name] = client.computes.get(group, account, "box").properties.provisioning_state
    return seen


def main(url, subscription, group):
    client = CognitiveServicesManagementClient(
        ManagedIdentityCredential(), subscription, base_url=url, credential_scopes=[f"{url}/.default"], retry_total=0)
    deployment, = client.managed_compute_deployments.list(group, "aif-team")
    print(json.dumps({
        "accounts": {one.name: [one.kind, one.location, one.tags] for one in client.accounts.list()},
        "research": workbenches(client, group, "aif-research"),
        "team": {one.name: one.tags for one in client.projects.list(group, "aif-team")},
        "failed": failed(client, group, "aif-team"),
        "computes": computes(client, group, "aif-team"),
        "deployment": [deployment.name, deployment.sku.capacity, deployment.properties.total_accelerators],
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])
