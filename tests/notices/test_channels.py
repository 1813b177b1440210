"""What a sweep posts, judged by the services' own schemas and libraries."""

import datetime
import email.utils
import html.parser
import json
import unittest
import unittest.mock
import uuid

import standardwebhooks
from azure.core.messaging import CloudEvent as AzureCloudEvent
from cloudevents.core.formats.json import JSONFormat

import judge
from judge import node
from services import BROKEN, EVENING, HOSTILE, OBJECT_ID, OWNERS, SECRETS, Told

# The published schema of Logic Apps for Azure's auto-shutdown webhook: which fields there must be.
AZURE = ["skipUrl", "delayUrl60", "delayUrl120", "vmName", "guid", "owner", "vmUrl", "minutesUntilShutdown", "eventType",
         "text", "subscriptionId", "resourceGroupName", "labName"]


class EveryChannel(Told):
    def everybody(self, texts):
        """Each resource is named in one of the texts."""
        for name in OWNERS:
            self.assertTrue(any(name in text for text in texts), f"{name} is told nowhere:\n{self.printed}")

    def test_cards_are_those_of_the_schema_of_1_4_and_of_microsofts_renderer(self):
        posts = [heard.json() for heard in self.services.of("/teams")]
        self.assertEqual(list(judge.teams(posts)), [])
        cards = [post["attachments"][0]["content"] for post in posts]
        mentioned = {entity["mentioned"]["id"] for card in cards for entity in card["msteams"].get("entities", [])}
        self.assertLessEqual({"ana_li@example.org", OBJECT_ID}, mentioned)
        self.assertNotIn(HOSTILE, mentioned)
        read = node("card.cjs", cards)
        self.everybody([text for card in read for text in card["texts"]])

    def test_the_judges_find_faults(self):
        good = self.services.of("/teams")[0].json()["attachments"][0]["content"]
        for body in ([{"type": "TextBlok", "text": "x"}], [{"type": "TextBlock"}], [good]):
            self.assertNotEqual(list(judge.cards([good | {"body": body, "msteams": {}}])), [], body)
        self.assertNotEqual(node("card.cjs", [good | {"body": [{"type": "TextBlok", "text": "x"}]}])[0]["problems"], [])
        for blocks in ([{"type": "sektion"}], [{"type": "section"}], [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]):
            self.assertNotEqual(list(judge.slack([{"text": "x", "blocks": blocks}])), [], blocks)

    def test_what_a_tag_says_is_read_as_it_stands(self):
        cards = [heard.json()["attachments"][0]["content"] for heard in self.services.of("/teams")]
        pages = [Page(page) for card in node("card.cjs", cards) for page in card["pages"]]
        for page in pages:
            self.assertLessEqual(page.tags, {"p", "strong"}, page.text)
        # The character that hides others is written out, everything else is what it was.
        shown = "For " + HOSTILE.replace("\u202e", "\\u202e")
        self.assertIn(shown, [page.text.strip() for page in pages])
        self.assertEqual(Page(node("card.cjs", [card_of("[click](https://evil.example)")])[0]["pages"][0]).tags, {"p", "a"})

    def test_slack_reads_every_block_within_its_lengths(self):
        texts = []
        for heard in self.services.of("/slack"):
            body = heard.json()
            self.assertEqual(list(judge.slack([body])), [])
            self.assertEqual((body["unfurl_links"], body["unfurl_media"]), (False, False))
            for block in body["blocks"]:
                text = block.get("text", {}).get("text", "")
                texts += [text, *(element["text"] for element in block.get("elements", []))]
                # Nothing of a tag is a link or a mention.
                self.assertNotIn("<!", "".join(texts))
                self.assertNotIn("<https://evil.example", "".join(texts))
        self.everybody(texts)

    def test_the_signature_is_good_by_either_secret_and_for_these_bytes_only(self):
        when = datetime.datetime.fromisoformat(EVENING)
        with unittest.mock.patch("standardwebhooks.webhooks.datetime", wraps=datetime.datetime) as clock:
            clock.now.return_value = when
            names = []
            for heard in self.services.of("/webhook"):
                for secret in SECRETS:
                    body = standardwebhooks.Webhook(secret).verify(heard.body, heard.headers)
                for judge, data in [(SECRETS[0], heard.body + b" "), (SECRETS[0][:-4] + "AAAA", heard.body)]:
                    with self.assertRaises(standardwebhooks.WebhookVerificationError):
                        standardwebhooks.Webhook(judge).verify(data, heard.headers)
                self.assertEqual(body["type"], "lamplighter.notice")
                # When it was told: the sweep begins in the evening, and its clock goes on.
                self.assertLess(datetime.datetime.fromisoformat(body["timestamp"]) - when, datetime.timedelta(minutes=2))
                self.assertGreaterEqual(body["timestamp"], EVENING)
                self.assertEqual(body["data"]["id"], heard.headers["webhook-id"])
                self.assertNotIn(".", body["data"]["id"])
                names += [notice["resource"]["name"] for notice in body["data"]["notices"] if notice["resource"]]
        self.everybody(names)

    def test_events_are_cloud_events_by_both_sdks_of_theirs_and_by_microsofts(self):
        kept, kinds = [], set()
        for heard in self.services.of("/api/events"):
            for event in heard.json():
                read = JSONFormat().read(None, json.dumps(event).encode())
                kinds.add(read.get_type())
                self.assertEqual(str(uuid.UUID(read.get_id())), read.get_id())
                kept.append(AzureCloudEvent.from_dict(event))
                self.assertEqual(kept[-1].source, "/lamplighter")
            self.assertEqual(node("events.cjs", heard.json()), [event["id"] for event in heard.json()])
        self.assertEqual(kinds, {f"Lamplighter.{kind}" for kind in ("StopNotice", "UnreadableTag", "WeeklyDigest")})
        # A stop of each, the broken tag, and a week of each owner (whoever created it, where no tag says) and of the platform.
        self.assertEqual(len({event.id for event in kept}), len(OWNERS) + 1 + len(OWNERS) + 1)
        self.everybody([event.data["resource"]["name"] for event in kept if event.data["resource"]])

    def test_a_mail_goes_to_who_has_an_address_and_holds_no_markup_of_a_tags(self):
        # The others are no addresses, and nobody is guessed. No problem either, as other channels have told them.
        self.assertNotIn("nobody's mail address is known", self.printed)
        mails = self.services.of("/emails")
        self.assertEqual(len(mails), 2, "of today, and of last week")
        for ours in mails:
            self.mail(ours)
        plain = [ours.json()["content"]["plainText"] for ours in mails]
        for words in ("ci-ana will be stopped", f"{BROKEN} is neither stopped nor started", "From Mon 16 Nov to Sun 22 Nov"):
            self.assertTrue(any(words in text for text in plain), f"{words}: {plain}")

    def mail(self, ours):
        body = ours.json()
        self.assertEqual(body["recipients"]["to"], [{"address": "ana_li@example.org"}])
        self.assertEqual(str(uuid.UUID(ours.headers["operation-id"])), ours.headers["operation-id"])
        page = Page(body["content"]["html"])
        self.assertLessEqual(page.tags, {"html", "body", "p", "b", "br", "a"})
        self.assertIn("ci-ana", page.text)
        self.assertIn("ci-ana", body["content"]["plainText"])
        self.assertEqual(email.utils.parseaddr(body["senderAddress"]), ("", "notices@example.org"))

    def test_every_service_took_what_it_was_sent(self):
        for heard in self.services.heard:
            self.assertIn(heard.status, (200, 202), heard.path)
        self.assertEqual({name: len(came) > 0 for name, came in self.services.came.items()},
                         dict.fromkeys(("teams", "slack", "email", "eventgrid", "webhook", "azure"), True))

    def test_azures_own_shape_has_every_field_of_its_published_schema_as_a_text(self):
        bodies = [heard.json() for heard in self.services.of("/azure")]
        for body in bodies:
            self.assertEqual(sorted(body), sorted(AZURE))
            self.assertTrue(all(isinstance(value, str) for value in body.values()), body)
        self.everybody([body["vmName"] for body in bodies])

    def test_no_secret_is_printed_and_hidden_characters_go_nowhere(self):
        for secret in [*SECRETS, self.services.url]:
            self.assertNotIn(secret, self.printed)
        self.assertIn("\u202e", HOSTILE)
        for heard in self.services.heard:
            self.assertNotIn("\u202e", json.dumps(heard.json(), ensure_ascii=False))


def card_of(text):
    return {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": text}]}


class Page(html.parser.HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = set(), ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


if __name__ == "__main__":
    unittest.main()
