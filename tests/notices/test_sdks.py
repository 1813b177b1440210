"""Microsoft's own SDKs, unmodified and over TLS, against the fakes: what they send is taken, what is wrong they read as the
service's refusal. So the fakes are no easier than the services, and what a sweep posts is compared with what the SDKs do."""

import email
import email.message
import email.policy
import os
import pathlib
import shutil
import tempfile
import unittest
import unittest.mock
import urllib.parse
import uuid

from azure.communication.email import EmailClient
from azure.core.credentials import AccessToken, AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceResponseError
from azure.core.messaging import CloudEvent
from azure.eventgrid import EventGridPublisherClient

import fakes
from fakes import Answer, Services
from judge import node
from services import OWNERS, Told

# Of the headers those that a service goes by.
MATTER = ("content-type", "operation-id", "accept")
MAIL = {"senderAddress": "DoNotReply@0f8fad5b.azurecomm.net", "recipients": {"to": [{"address": "ana@example.org"}]},
        "content": {"subject": "Soon", "plainText": "ci-ana will be stopped."}}


class Credential:
    """Gives what Entra would give for a scope; or what it would give for another."""

    def __init__(self, audience=None):
        self.audience = audience

    def get_token(self, *scopes, **_):
        (scope,) = scopes
        return AccessToken(fakes.token_for(self.audience or scope), 4102444800)


class Secured(unittest.TestCase):
    """Fakes that speak TLS, with a clock that stands still."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="lamplighter-tls-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.cert, cls.key = fakes.certificate(folder)
        # As a proxy's certificate is given to them: for `requests`, and for Node.
        trusting = unittest.mock.patch.dict(os.environ, REQUESTS_CA_BUNDLE=str(cls.cert), NODE_EXTRA_CA_CERTS=str(cls.cert))
        trusting.start()
        cls.addClassCleanup(trusting.stop)

    def setUp(self):
        self.now = 0.0
        self.sdk = Services(tls=(self.cert, self.key), clock=lambda: self.now)
        self.addCleanup(self.sdk.close)

    def mailer(self, audience=None, **options):
        client = EmailClient(self.sdk.url, Credential(audience), retry_total=0, **options)
        self.addCleanup(client.close)
        return client

    def send_mail(self, body=None, **options):
        return self.mailer().begin_send(body or MAIL, polling_interval=0, **options).result()

    def publish(self, events, audience=None, topic=None, credential=None):
        place = {"namespace_topic": topic} if topic else {}
        endpoint = self.sdk.url if topic else f"{self.sdk.url}/api/events"
        with EventGridPublisherClient(endpoint, credential or Credential(audience), retry_total=0, **place) as client:
            client.send(events)

    def javascript(self, **given):
        return node("sdks.cjs", {"endpoint": self.sdk.url, "operation": str(uuid.uuid4()), "mail": MAIL, "events": []} | given)


def shape(heard):
    """What a service goes by, but for the token, of which it is for whom, and the host."""
    url = urllib.parse.urlsplit(heard.path)
    headers = {name: heard.headers.get(name) for name in MATTER}
    # A charset of JSON says nothing; and where nothing is said, anything is accepted.
    headers["content-type"] = (headers["content-type"] or "").replace(" ", "").lower().removesuffix(";charset=utf-8")
    headers["accept"] = headers["accept"] in (None, "*/*", "application/json")
    return heard.method, url.path, heard.query, headers, fakes.audience(heard.headers)


class Same(Secured, Told):
    """The very same mail and events, sent by a sweep and by the SDKs: one request is like the other."""

    def test_a_mail(self):
        for ours in self.services.of("/emails:send"):
            with self.subTest(ours.json()["content"]["subject"]):
                self.sdk.heard.clear()
                self.sdk.came.clear()
                self.mail(ours)

    def mail(self, ours):
        self.assertEqual(ours.status, 202)
        operation = ours.headers["operation-id"]
        result = self.send_mail(ours.json(), operation_id=operation)
        self.assertEqual((result["status"], result["id"]), ("Succeeded", operation))
        # In JavaScript one field goes by another name than on the wire.
        named = {name.replace("userEngagementTrackingDisabled", "disableUserEngagementTracking"): value for name, value in ours.json().items()}
        other = self.javascript(mail=named, operation=operation)
        self.assertEqual((other["mail"]["status"], other["mail"]["id"]), ("Succeeded", operation))
        theirs = self.sdk.of("/emails:send")
        self.assertEqual(len(theirs), 2)
        for heard in theirs:
            self.assertEqual(shape(ours), shape(heard))
            self.assertEqual(ours.json(), heard.json())
        self.assertEqual(self.sdk.came["email"], [ours.json()] * 2)
        # Both asked until it was done.
        self.assertEqual([heard.status for heard in self.sdk.of("/emails/operations/")], [200] * 4)

    def test_events_to_a_custom_topic(self):
        ours = self.services.of("/api/events")
        events = [event for heard in ours for event in heard.json()]
        # A stop of each, the broken tag, and the week of each owner and of the platform.
        self.assertEqual(len(events), len(OWNERS) + 1 + len(OWNERS) + 1)
        self.publish([CloudEvent.from_dict(event) for event in events])
        said = self.javascript(events=[event | {"time": None} for event in events])
        self.assertEqual(said["events"], {"status": 200})
        python, javascript = self.sdk.of("/api/events")
        for heard in ours:
            for theirs in (python, javascript):
                self.assertEqual(shape(heard), shape(theirs))
        self.assertEqual([heard.status for heard in ours], [200] * len(ours))
        # The same names of attributes; and the values, but for the time, which the SDK writes in its own way.
        by_id = {event["id"]: event for event in python.json()}
        for event in events:
            theirs = by_id[event["id"]]
            self.assertEqual({name: value for name, value in event.items() if name != "time"},
                             {name: value for name, value in theirs.items() if name != "time"})
        self.assertLessEqual({name for event in events for name in event}, {name for event in javascript.json() for name in event})

    def test_a_mail_is_read_by_a_reader_of_mime_as_it_was_written(self):
        mails = self.services.came["email"]
        self.assertEqual(len(mails), 2, "of today, and of last week")
        for ours in mails:
            with self.subTest(ours["content"]["subject"]):
                self.read_back(ours)
        # It would not be if a line break of a name stood in its subject.
        with self.assertRaises(ValueError):
            mime(mails[0] | {"content": mails[0]["content"] | {"subject": "a\r\nBcc: everybody@example.org"}})

    def read_back(self, ours):
        read = email.message_from_bytes(mime(ours), policy=email.policy.default)
        self.assertEqual([list(part.defects) for part in read.walk()], [[]] * 3)
        self.assertEqual(read["Subject"], ours["content"]["subject"])
        self.assertEqual([address.addr_spec for address in read["To"].addresses], ["ana_li@example.org"])
        self.assertEqual([address.addr_spec for address in read["From"].addresses], ["notices@example.org"])
        plain, html = (read.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
        self.assertEqual(plain.strip(), ours["content"]["plainText"].strip())
        self.assertEqual(html.strip(), ours["content"]["html"].strip())
        for text in (plain, html):
            self.assertIn("ci-ana", text)
            self.assertTrue("19:00" in text or "From Mon 16 Nov" in text, text)


class Namespaced(Secured, Told):
    """A topic of a namespace, which has another path, version and answer."""

    @classmethod
    def settings(cls, url, folder):
        return super().settings(url, folder) | {"NOTICE_EVENTGRID": f"{cls.services.url}/topics/notices:publish"}

    def test_events(self):
        ours = self.services.of("/topics/")
        events = [event for heard in ours for event in heard.json()]
        # A stop of each, the broken tag, and the week of each owner and of the platform.
        self.assertEqual(len(events), len(OWNERS) + 1 + len(OWNERS) + 1)
        self.publish([CloudEvent.from_dict(event) for event in events], topic="notices")
        (theirs,) = self.sdk.of("/topics/")
        for heard in ours:
            self.assertEqual((heard.status, shape(heard)), (200, shape(theirs)))
        self.assertEqual({event["id"] for event in self.sdk.came["eventgrid"]}, {event["id"] for event in events})


class Refusals(Secured):
    """What the services refuse, the SDKs read as they would the services' own refusal."""

    EVENT = CloudEvent(source="/lamplighter", type="Lamplighter.StopNotice", data={"a": 1})

    def code(self, kind, call):
        with self.assertRaises(kind) as caught:
            call()
        return caught.exception

    def test_a_token_for_another_is_refused(self):
        for audience in ("https://communication.azure.com", "https://management.azure.com/"):
            refused = self.code(ClientAuthenticationError, lambda: self.mailer(audience).begin_send(MAIL))
            self.assertEqual((refused.status_code, refused.error.code), (401, "Denied"))
            self.assertEqual(self.code(ClientAuthenticationError, lambda: self.publish([self.EVENT], audience)).status_code, 401)
            self.assertEqual(self.code(ClientAuthenticationError, lambda: self.publish([self.EVENT], audience, "t")).status_code, 401)
            said = self.javascript(audience=audience, events=[{"source": "/x", "type": "y", "data": {}}])
            self.assertEqual((said["mail"]["status"], said["events"]["status"]), (401, 401))
        # There are no keys.
        self.assertEqual(self.code(ClientAuthenticationError, lambda: self.publish([self.EVENT], credential=AzureKeyCredential("k"))).status_code, 401)
        keyed = EmailClient(self.sdk.url, AzureKeyCredential("a2V5"), retry_total=0)
        self.assertEqual(self.code(ClientAuthenticationError, lambda: keyed.begin_send(MAIL)).status_code, 401)
        self.assertEqual(dict(self.sdk.came), dict.fromkeys(self.sdk.came, []))

    def test_versions_and_forms(self):
        self.sdk.limits["email azure"] = fakes.Limit()
        self.send_mail()
        self.assertEqual(self.mailer(api_version="2023-03-31").begin_send(MAIL, polling_interval=0).result()["status"], "Succeeded")
        old = self.mailer(api_version="2021-10-01-preview")
        self.assertEqual(self.code(HttpResponseError, lambda: old.begin_send(MAIL)).status_code, 400)
        nobody, everybody = dict(MAIL, recipients={"to": []}), dict(MAIL, recipients={"to": [{"address": f"a{i}@example.org"} for i in range(51)]})
        for body in (nobody, everybody, dict(MAIL, content={"subject": "x"}), dict(MAIL, content={"plainText": "x"})):
            self.assertEqual(self.code(HttpResponseError, lambda body=body: self.mailer().begin_send(body)).status_code, 400)
        self.assertEqual(len(self.sdk.came["email"]), 2)
        # A topic whose schema is CloudEvents takes no events of Event Grid's own schema.
        own = {"id": "1", "subject": "x", "eventType": "y", "eventTime": "2026-11-23T18:45:00Z", "data": {}, "dataVersion": "1"}
        self.assertEqual(self.code(HttpResponseError, lambda: self.publish([own])).status_code, 400)
        self.publish([self.EVENT])
        self.publish(self.EVENT, topic="t")
        self.assertEqual(len(self.sdk.came["eventgrid"]), 2)
        large = CloudEvent(source="/x", type="y", data="x" * fakes.MEGABYTE)
        self.assertEqual(self.code(HttpResponseError, lambda: self.publish([large])).status_code, 413)

    def test_limits_of_mail_and_that_retries_count(self):
        for _ in range(5):
            self.send_mail()
        refused = self.code(HttpResponseError, self.send_mail)
        self.assertEqual((refused.status_code, refused.error.code), (429, "TooManyRequests"))
        wait = int(refused.response.headers["Retry-After"])
        self.assertEqual(wait, 60)
        # Whoever asks early asks for longer.
        self.now = 30
        self.code(HttpResponseError, self.send_mail)
        self.now = 61
        self.send_mail()
        self.assertEqual(len(self.sdk.came["email"]), 6)
        # Ten within the hour, those that were refused among them; then no more, however slowly.
        for self.now in (200, 300):
            self.send_mail()
        self.now = 600
        self.assertEqual(self.code(HttpResponseError, self.send_mail).status_code, 429)
        own = dict(MAIL, senderAddress="notices@example.org")
        for _ in range(30):
            self.mailer().begin_send(own)
        self.assertEqual(self.code(HttpResponseError, lambda: self.mailer().begin_send(own)).status_code, 429)

    def test_asking_how_a_mail_is_has_a_limit_too(self):
        self.assertEqual(self.code(HttpResponseError, self.unknown).status_code, 404)
        for _ in range(9):
            self.code(HttpResponseError, self.unknown)
        self.assertEqual(self.code(HttpResponseError, self.unknown).status_code, 429)

    def unknown(self):
        """The status of a mail that nobody has sent."""
        place = f"{self.sdk.url}/emails/operations/{uuid.uuid4()}?api-version=2025-09-01"
        self.sdk.next("email", Answer(202, {"id": "x", "status": "Running"}, {"Operation-Location": place}))
        return self.mailer().begin_send(MAIL, polling_interval=0).result()

    def test_a_mail_that_was_taken_may_fail(self):
        self.sdk.ends_as = "Failed"
        self.assertEqual(self.code(HttpResponseError, self.send_mail).error.code, "EmailDroppedAllRecipientsSuppressed")

    def test_faults(self):
        self.sdk.next("email", "lost", "drop", Answer(503, {"error": {"code": "ServiceUnavailable", "message": ""}}))
        self.assertEqual(self.send_mail()["status"], "Succeeded")
        self.assertEqual(self.sdk.came["email"], [], "taken, and nobody ever sees it")
        self.code(ServiceResponseError, self.send_mail)
        self.assertEqual(self.code(HttpResponseError, self.send_mail).status_code, 503)
        self.sdk.next("email", "hang")
        self.code(ServiceResponseError, lambda: self.mailer().begin_send(MAIL, read_timeout=0.2))
        self.sdk.down.add("eventgrid")
        self.code(ServiceResponseError, lambda: self.publish([self.EVENT]))
        self.sdk.down.clear()
        self.publish([self.EVENT])
        self.assertEqual(len(self.sdk.came["eventgrid"]), 1)
        self.assertEqual([heard.status for heard in self.sdk.of("/api/events")], [None, 200])


def mime(body):
    """The mail that the service would send, as far as its JSON says it."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["Subject"] = body["senderAddress"], body["content"]["subject"]
    message["To"] = ", ".join(one["address"] for one in body["recipients"]["to"])
    message.set_content(body["content"]["plainText"])
    message.add_alternative(body["content"]["html"], subtype="html")
    return message.as_bytes()


if __name__ == "__main__":
    unittest.main()
