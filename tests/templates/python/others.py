from azure.ai.ml.entities import ComputeInstance
from azure.mgmt.storage import models
from azure.mgmt.web.models import Site, SiteConfig as Config
from azure.mgmt.resource.resources.models import ResourceGroup

WEB_TAGS = {"lamp-team": "web", "lamp-hold": "on 3h"}


def create(client, port):
    site = Site(location="westeurope", tags={**WEB_TAGS, "lamp-web": "shop", "lamp-port": port})
    store = models.StorageAccountCreateParameters(tags={"lamp-store": "shop"})
    config = Config(tags={"lamp-config": "shop"})
    group = ResourceGroup(location="westeurope", tags={"lamp-web": "shop"})
    compute = ComputeInstance(name="ci", tags={"lamp-web": "shop"})
    return client.other.begin_create(site, store, config, group, compute, tags={"lamp-other": "shop"})
