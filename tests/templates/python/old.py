# Python 2, and not about tags.
print "nothing"
exec "pass"


def make(client):
    client.create(tags={"lamp-idle": "60"})
