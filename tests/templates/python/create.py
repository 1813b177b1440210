"""Creates computes; tags={"lamp-idle": "60"} in a text is no tag."""

from azure.ai.ml.entities import AmlCompute, ComputeInstance, Workspace

# tags = {"lamp-schedule": "Mon-Fry 08:00-19:00"}
SCHEDULE = "Mon-Fry 08:00-19:00"
COMMON_TAGS: dict[str, str] = {"team": "vision", "lamp-notice": "quarter"}
base = {"lamp-idle": "60", **COMMON_TAGS}
unrelated = {"lamp-post": "60"}


def create(client, name, minutes, tags: dict = {"lamp-mode": "dryrun"}):
    instance = ComputeInstance(
        name=name,
        size="Standard_DS3_v2",
        tags={
            **base,
            "lamp-schedule": SCHEDULE,
            "lamp-hold": f"on for {minutes}m",
            "lamp-max-uptime": "%dh" % minutes,
            f"lamp-{name}": "x",
            "lamp-holidays": "DE-"
            "XX",
        },
    )
    client.compute.begin_create_or_update(instance)
    cluster = AmlCompute(name="cpu", tags={"lamp-idle.cpu": "60m"})
    workspace = Workspace(name="ml", tags={"lamp-schedule.cpu": "Mon-Fri 8-19", "lamp-idle": r"60m cpu<10%"})
    return cluster, workspace, unrelated
