"""A server that plays every service that notices go to, with the rules, limits and faults that the services document.

What it takes, Microsoft's own SDKs send it unmodified (test_sdks.py); what it refuses, it refuses with the status, headers and
code that those SDKs read. Where a service says nothing (a second mail with the same Operation-Id), it does the worse of the two.
"""

import base64
import binascii
import collections
import dataclasses
import http.server
import json
import math
import ssl
import subprocess
import threading
import time
import urllib.parse
import uuid

AUDIENCES = {"teams": "https://service.flow.microsoft.com/", "email": "https://communication.azure.com/",
             "eventgrid": "https://eventgrid.azure.net"}
BATCH = "application/cloudevents-batch+json"
EVENT = "application/cloudevents+json"
MEGABYTE = 1024 * 1024


@dataclasses.dataclass
class Heard:
    """One request, and what it was answered: nothing, where it hung or was cut off."""

    path: str
    headers: dict
    body: bytes
    method: str = "POST"
    status: int | None = None

    def json(self):
        return json.loads(self.body)

    @property
    def query(self):
        return urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query, keep_blank_values=True)


@dataclasses.dataclass
class Answer:
    status: int
    body: object = b""
    headers: dict = dataclasses.field(default_factory=dict)

    def raw(self):
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Refused(Exception):
    """The service does not take it."""

    def __init__(self, status, code, text="", **headers):
        super().__init__(code)
        self.answer = Answer(status, {"error": {"code": code, "message": text or code}},
                             {"x-ms-error-code": code} | {name.replace("_", "-"): value for name, value in headers.items()})


class Limit:
    """No more than `most` within `seconds`. Refused ones count too where the service says so."""

    def __init__(self, *most_in_seconds, refused_count=False):
        self.most_in_seconds, self.refused_count, self.at = most_in_seconds, refused_count, collections.deque()

    def wait(self, now):
        """How long to wait before the next; 0 if it may come, and is counted."""
        waits = [0]
        for most, seconds in self.most_in_seconds:
            within = [at for at in self.at if now - at < seconds]
            if len(within) >= most:
                waits.append(within[-most] + seconds - now)
        if max(waits) == 0 or self.refused_count:
            self.at.append(now)
        return max(waits)


def audience(headers):
    """For whom the bearer token is; nothing where there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token.count(".") != 2:
        return None
    part = token.split(".")[1]
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))).get("aud")
    except (binascii.Error, ValueError):
        return None


def token_for(scope):
    """What Entra would give for a scope: its resource is the scope without its last part. Signed by nobody."""
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'aud': scope.removesuffix('/.default')})}."


def certificate(folder):
    """A certificate for 127.0.0.1 that vouches for itself, with its key."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


class Services(http.server.ThreadingHTTPServer):
    """All of them, on one port, each under its path. `heard` is every request; `came` is what got to people, by service."""

    # One more connection than the usual five may wait.
    request_queue_size = 64

    def __init__(self, tls=None, clock=time.monotonic):
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard, self.came = [], collections.defaultdict(list)
        self.clock, self.released = clock, threading.Event()
        self.faults = collections.defaultdict(collections.deque)
        self.down = set()
        self.limits = {
            "teams": Limit((25, 300)), "slack": Limit((10, 10)), "email status": Limit((10, 60), (20, 3600), refused_count=True),
            "email azure": Limit((5, 60), (10, 3600), refused_count=True), "email own": Limit((30, 60), (100, 3600), refused_count=True),
        }
        # Operations of mails: what is asked for once is under way, then it is at its end.
        self.operations, self.ends_as, self.lock = {}, "Succeeded", threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.url = f"https://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """Who is cut off hangs up."""

    def close(self):
        self.released.set()
        self.shutdown()
        self.server_close()

    def of(self, path):
        return [heard for heard in self.heard if heard.path.startswith(path)]

    def next(self, service, *faults):
        """What the next posts to a service meet, one each (of "email status": the next questions): "hang" (no answer), "drop" (the connection is cut), "lost" (taken,
        and nobody ever sees it), or an Answer."""
        self.faults[service].extend(faults)

    def answer(self, heard):
        """An Answer; None where there is none."""
        service = service_of(heard)
        asked = f"{service} status" if heard.method == "GET" else service
        with self.lock:
            fault = self.faults[asked].popleft() if self.faults[asked] else None
        if service in self.down or fault == "drop":
            return None
        if fault == "hang":
            self.released.wait()
            return None
        if isinstance(fault, Answer):
            return fault
        try:
            with self.lock:
                return RULES[service](self, heard, self.came[service] if fault != "lost" else [])
        except Refused as refused:
            return refused.answer

    def paced(self, limit, refuse):
        wait = self.limits[limit].wait(self.clock())
        if wait > 0:
            raise refuse(str(math.ceil(wait)))


def service_of(heard):
    path = urllib.parse.urlsplit(heard.path).path
    for beginning, service in (("/teams", "teams"), ("/slack", "slack"), ("/emails", "email"), ("/api/events", "eventgrid"),
                               ("/topics/", "eventgrid"), ("/azure", "azure"), ("/webhook", "webhook")):
        if path.startswith(beginning):
            return service
    return "nobody"


def read_json(heard):
    try:
        return json.loads(heard.body)
    except ValueError:
        raise Refused(400, "InvalidJson") from None


def throttled(seconds):
    return Refused(429, "TooManyRequests", **{"Retry_After": seconds})


def nobody(_, heard, __):
    raise Refused(404, "NotFound", heard.path)


def webhook(_, heard, came):
    came.append(read_json(heard))
    return Answer(200, b"ok")


def teams(services, heard, came):
    """A flow whose trigger asks for a token, or one with a sig in its URL: either refuses what the other asks for."""
    if heard.method != "POST":
        raise Refused(404, "NotFound")
    token = audience(heard.headers)
    if "sig" in heard.query:
        if "authorization" in heard.headers:
            raise Refused(401, "DirectApiRequestHasMoreThanOneAuthorization", "the request has a sig and an Authorization header")
        if heard.query["sig"] != ["right"]:
            raise Refused(401, "DirectApiInvalidAuthorizationScheme")
    elif token != AUDIENCES["teams"]:
        raise Refused(401, "DirectApiAuthorizationRequired", f"a token for {token}")
    services.paced("teams", throttled)
    body = read_json(heard)
    # The flow answers before it posts: what it cannot post fails in its own run history, and nobody here hears of it.
    if len(heard.body) <= 28 * 1024 and body.get("type") == "message" and is_card(body):
        came.append(body)
    return Answer(202)


def is_card(body):
    kinds = [(one.get("contentType"), one.get("contentUrl"), (one.get("content") or {}).get("type")) for one in body.get("attachments", [])]
    return kinds == [("application/vnd.microsoft.card.adaptive", None, "AdaptiveCard")]


def slack(services, heard, came):
    """An incoming webhook: one word as plain text, and no JSON."""
    def said(status, word, **headers):
        refused = Refused(status, word)
        refused.answer = Answer(status, word.encode(), {"Content-Type": "text/plain"} | headers)
        return refused

    services.paced("slack", lambda seconds: said(429, "rate_limited", **{"Retry-After": seconds}))
    try:
        body = json.loads(heard.body)
    except ValueError:
        raise said(400, "invalid_payload") from None
    if not body.get("text") and not body.get("blocks"):
        raise said(400, "no_text")
    if len(body.get("blocks", [])) > 50:
        raise said(400, "invalid_blocks")
    came.append(body)
    return Answer(200, b"ok", {"Content-Type": "text/plain"})


def email(services, heard, came):
    """Azure Communication Services' REST API for mail."""
    if audience(heard.headers) != AUDIENCES["email"]:
        # A resource that takes no key, and a token for somebody else.
        raise Refused(401, "Denied", "Denied by the resource provider.")
    versions = heard.query.get("api-version", [])
    if len(versions) != 1:
        raise Refused(400, "MissingApiVersionParameter")
    if versions[0] not in ("2023-03-31", "2025-09-01"):
        raise Refused(400, "UnsupportedApiVersionValue", versions[0])
    path = urllib.parse.urlsplit(heard.path).path
    if heard.method == "POST" and path == "/emails:send":
        return send_mail(services, heard, came)
    if heard.method == "GET" and path.startswith("/emails/operations/"):
        return mail_status(services, path.rsplit("/", 1)[-1])
    raise Refused(404, "NotFound")


def send_mail(services, heard, came):
    body = read_json(heard)
    sender = str(body.get("senderAddress", "")).lower()
    services.paced("email azure" if sender.endswith(".azurecomm.net") else "email own", throttled)
    recipients = body.get("recipients", {})
    everybody = [one for kind in ("to", "cc", "bcc") for one in recipients.get(kind, [])]
    content = body.get("content", {})
    known = {"senderAddress", "content", "recipients", "replyTo", "headers", "attachments", "userEngagementTrackingDisabled"}
    complete = sender and recipients.get("to") and all("@" in one.get("address", "") for one in everybody)
    if set(body) - known or not complete or not content.get("subject") or not (content.get("plainText") or content.get("html")):
        raise Refused(400, "BadRequest")
    if len(everybody) > 50:
        raise Refused(400, "TooManyRecipients")
    if len(heard.body) > 10 * MEGABYTE:
        raise Refused(413, "RequestEntityTooLarge")
    asked = heard.headers.get("operation-id")
    try:
        operation = str(uuid.UUID(asked)) if asked else str(uuid.uuid4())
    except ValueError:
        raise Refused(400, "BadRequest", "Operation-Id is no UUID") from None
    # Whether the service sends it once where the Operation-Id is an old one, is not known.
    came.append(body)
    services.operations[operation] = ["Running", services.ends_as]
    place = f"{services.url}/emails/operations/{operation}?api-version={heard.query['api-version'][0]}"
    return Answer(202, {"id": operation, "status": "Running"}, {"Operation-Location": place})


def mail_status(services, operation):
    services.paced("email status", throttled)
    if operation not in services.operations:
        raise Refused(404, "OperationNotFound")
    steps = services.operations[operation]
    status = steps.pop(0) if len(steps) > 1 else steps[0]
    why = {"error": {"code": "EmailDroppedAllRecipientsSuppressed", "message": "suppressed"}} if status == "Failed" else {}
    return Answer(200, {"id": operation, "status": status} | why)


def eventgrid(_, heard, came):
    """A custom topic whose schema is CloudEvents, and a topic of a namespace."""
    url = urllib.parse.urlsplit(heard.path)
    namespaced = url.path.startswith("/topics/")
    if heard.method != "POST" or (namespaced and not url.path.endswith(":publish")):
        raise Refused(404, "NotFound")
    if audience(heard.headers) != AUDIENCES["eventgrid"]:
        raise Refused(401, "Unauthorized")
    if heard.query.get("api-version") not in ([["2023-11-01"], ["2024-06-01"]] if namespaced else [["2018-01-01"]]):
        raise Refused(400, "BadRequest", f"the api version {heard.query.get('api-version')} is not supported")
    if len(heard.body) > MEGABYTE:
        raise Refused(413, "RequestEntityTooLarge")
    kind = heard.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in (BATCH, EVENT):
        raise Refused(400 if not namespaced else 415, "BadRequest", f"this topic takes CloudEvents, not {kind}")
    events = read_json(heard)
    events = events if kind == BATCH else [events]
    if not isinstance(events, list) or not all(is_event(event) for event in events):
        raise Refused(400, "BadRequest", "an attribute that every CloudEvent has is missing")
    came.extend(events)
    return Answer(200, {} if namespaced else b"")


def is_event(event):
    needed = ("id", "source", "type", "specversion")
    return isinstance(event, dict) and all(isinstance(event.get(name), str) and event[name] for name in needed) and event["specversion"] == "1.0"


RULES = {"teams": teams, "slack": slack, "email": email, "eventgrid": eventgrid, "azure": webhook, "webhook": webhook, "nobody": nobody}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def take(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        heard = Heard(self.path, headers, body, self.command)
        self.server.heard.append(heard)
        answer = self.server.answer(heard)
        if answer is None:
            self.close_connection = True
            return
        heard.status, raw = answer.status, answer.raw()
        self.send_response(answer.status)
        kind = "text/plain" if isinstance(answer.body, bytes) else "application/json"
        for name, value in ({"Content-Type": kind} | answer.headers | {"Content-Length": str(len(raw))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PUT = do_DELETE = take

    def log_message(self, *_):
        pass
