from azure.ai.ml import load_compute


def change(client, compute, config):
    compute.tags["lamp-schedule"] = "stop @daily"
    compute.tags.update({"lamp-idle": "60m", "lamp-hold": 'on 3h'})
    compute.tags |= {"lamp-mode": 'dry-run'}
    compute.tags.setdefault("lamp-holidays", "PT")
    extra = dict([("lamp-notice", "never")], owner="ana")
    compute.tags = {**compute.tags, **extra}
    config["lamp-idle"] = "60"
    print({"lamp-idle": "60"}, f"lamp-{config!r}")
    return load_compute("compute.yml", tags=config if config else {"lamp-max-uptime": 12})
