"""What Microsoft's clients of virtual machines, managed clusters and Spark pools see, as JSON.

    resources.py URL SUBSCRIPTION GROUP

Run by test_resources.py with the Azure CLI's versions and with the newest, each in an environment of its own.
"""

import json
import sys

from azure.core.exceptions import HttpResponseError
from azure.identity import ManagedIdentityCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.containerservice import ContainerServiceClient
from azure.mgmt.synapse import SynapseManagementClient


def power(client, group, name):
    """The power, and what else the instance view has."""
    view = client.virtual_machines.instance_view(group, name)
    codes = [status.code for status in view.statuses]
    return [code for code in codes if code.startswith("PowerState/")][0]


def refusal(begin):
    """Status, code and message of what is refused."""
    try:
        begin().result(timeout=600)
    except HttpResponseError as error:
        return [error.status_code, error.error.code, error.message]
    return None


def virtual_machines(client, group):
    """Read, deallocated, started; refused for want of quota."""
    seen = {"listed": sorted(vm.name for vm in client.virtual_machines.list_all())}
    seen["in group"] = sorted(vm.name for vm in client.virtual_machines.list(group))
    one = client.virtual_machines.get(group, "vm-on")
    seen["size"], seen["os"] = one.hardware_profile.vm_size, one.storage_profile.os_disk.os_type
    seen["tags"] = one.tags
    seen["spot"] = client.virtual_machines.get(group, "vm-spot").priority
    expanded = client.virtual_machines.get(group, "vm-on", expand="instanceView")
    seen["expanded"] = [status.code for status in expanded.instance_view.statuses]
    states = client.virtual_machines.list_all(status_only="true")
    seen["states"] = {vm.name: vm.instance_view.statuses[-1].code for vm in states}
    seen["powers"] = [power(client, group, "vm-on")]
    for begin in (client.virtual_machines.begin_deallocate, client.virtual_machines.begin_start):
        poller = begin(group, "vm-on", polling_interval=1)
        poller.result(timeout=600)
        seen["powers"] += [poller.status(), power(client, group, "vm-on")]
    seen["no quota"] = refusal(lambda: client.virtual_machines.begin_start(group, "vm-quota", polling_interval=1))
    seen["no room"] = refusal(lambda: client.virtual_machines.begin_start(group, "vm-room", polling_interval=1))
    return seen


def clusters(client, group):
    """Read, stopped, started; refused where it cannot be stopped."""
    seen = {"listed": sorted(cluster.name for cluster in client.managed_clusters.list())}
    one = client.managed_clusters.get(group, "aks")
    seen["tier"] = one.sku.tier
    seen["pools"] = [[pool.name, pool.mode, pool.count, pool.vm_size, pool.max_count] for pool in one.agent_pool_profiles]
    seen["powers"] = [one.power_state.code, one.provisioning_state]
    for begin in (client.managed_clusters.begin_stop, client.managed_clusters.begin_start):
        poller = begin(group, "aks", polling_interval=1)
        poller.result(timeout=600)
        now = client.managed_clusters.get(group, "aks")
        seen["powers"] += [poller.status(), now.power_state.code, now.provisioning_state]
    seen["automatic"] = refusal(lambda: client.managed_clusters.begin_stop(group, "aks-auto", polling_interval=1))
    return seen


def pools(client, group):
    """Read; its tags changed."""
    one = client.big_data_pools.get(group, "syn", "pool")
    tagged = client.big_data_pools.update(group, "syn", "pool", {"tags": {"owner": "eva@example.org"}})
    listed = client.big_data_pools.list_by_workspace(group, "syn")
    return {
        "pause": [one.auto_pause.enabled, one.auto_pause.delay_in_minutes],
        "scale": [one.auto_scale.min_node_count, one.auto_scale.max_node_count],
        "size": one.node_size, "tags": tagged.tags, "listed": [pool.name for pool in listed],
    }


def main():
    url, subscription, group = sys.argv[1:]
    seen = {}
    for name, of, client in (
        ("virtual machines", virtual_machines, ComputeManagementClient),
        ("clusters", clusters, ContainerServiceClient),
        ("pools", pools, SynapseManagementClient),
    ):
        with client(ManagedIdentityCredential(), subscription, base_url=url,
                    credential_scopes=[f"{url}/.default"], retry_total=0) as opened:
            seen[name] = of(opened, group)
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
