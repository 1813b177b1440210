"""Kinds that azure-ai-ml makes."""
from azure.ai.ml.entities import AmlCompute, ManagedOnlineDeployment, ManagedOnlineEndpoint

train = AmlCompute(name="train", tags={"lamp-schedule": "Mon-Fri 08:00-19:00", "lamp-idle": "30m"})
score = ManagedOnlineEndpoint(name="score", tags={"lamp-schedule.blue": "Mon-Fry 08:00-19:00"})
blue = ManagedOnlineDeployment(name="blue", endpoint_name="score", tags={"lamp-floor": "0"})
