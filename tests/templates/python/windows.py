import json

tags = {
    "lamp-schedule": """Mon-Fri 08:00-19:00;
        Sat 10:00-9:99""",
    "lamp-idle": "60m",
}
