"""Teams and Slack, for which Microsoft has no SDK that posts: their documented rules, and that a sweep keeps them."""

import json
import unittest
import urllib.error
import urllib.request

from slack_sdk.webhook import WebhookClient

import fakes
from fakes import Answer, Services
from services import Told

CARD = {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None,
                                            "content": {"type": "AdaptiveCard", "version": "1.4", "body": []}}]}


class Faked(unittest.TestCase):
    def setUp(self):
        self.now = 0.0
        self.services = Services(clock=lambda: self.now)
        self.addCleanup(self.services.close)

    def post(self, path, body, token=None):
        """Status, and what it says to wait."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        asked = urllib.request.Request(self.services.url + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return answer.status, None
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Retry-After"]

    def test_a_flow_takes_a_token_or_a_sig_and_never_both(self):
        right, wrong = (fakes.token_for(scope) for scope in ("https://service.flow.microsoft.com//.default", "https://management.azure.com/.default"))
        for path, token, status in (("/teams", right, 202), ("/teams", wrong, 401), ("/teams", None, 401), ("/teams?sig=right", None, 202),
                                    ("/teams?sig=wrong", None, 401), ("/teams?sig=right", right, 401)):
            with self.subTest(path=path, token=token):
                self.assertEqual(self.post(path, CARD, token), (status, None))
        self.assertEqual(self.services.came["teams"], [CARD] * 2)

    def test_a_flow_takes_what_it_cannot_post(self):
        large = json.loads(json.dumps(CARD))
        large["attachments"][0]["content"]["body"] = [{"type": "TextBlock", "text": "x" * 29_000}]
        for body in ({"text": "hello"}, large, CARD | {"type": "MessageCard"}):
            self.assertEqual(self.post("/teams?sig=right", body), (202, None))
        self.assertEqual(self.services.came["teams"], [])

    def test_a_flow_posts_25_times_in_5_minutes(self):
        for _ in range(25):
            self.assertEqual(self.post("/teams?sig=right", CARD)[0], 202)
        self.assertEqual(self.post("/teams?sig=right", CARD), (429, "300"))
        self.now = 299
        self.assertEqual(self.post("/teams?sig=right", CARD), (429, "1"))
        self.now = 300
        self.assertEqual(self.post("/teams?sig=right", CARD)[0], 202)

    def test_slack_as_its_own_sdk_reads_it(self):
        client = WebhookClient(f"{self.services.url}/slack")
        sent = client.send(text="hello")
        self.assertEqual((sent.status_code, sent.body), (200, "ok"))
        self.assertEqual(client.send(text="").body, "no_text")
        self.assertEqual(client.send(text="x", blocks=[{"type": "divider"}] * 51).body, "invalid_blocks")
        for status, word in ((410, "channel_is_archived"), (403, "action_prohibited"), (404, "channel_not_found"), (500, "rollup_error")):
            self.services.next("slack", Answer(status, word.encode()))
            sent = client.send(text="hello")
            self.assertEqual((sent.status_code, sent.body), (status, word))
        for _ in range(7):
            client.send(text="hello")
        sent = client.send(text="hello")
        self.assertEqual((sent.status_code, sent.body, sent.headers["retry-after"]), (429, "rate_limited", "10"))


class Signed(Told):
    """A flow that asks for no token gets none."""

    @classmethod
    def settings(cls, url, folder):
        plain = super().settings(url, folder) | {"NOTICE_TEAMS_WEBHOOK": f"{cls.services.url}/teams?api-version=1&sig=right"}
        return {name: value for name, value in plain.items() if name != "NOTICE_TEAMS_AUTH"}

    def test_every_card_appears(self):
        posts = self.services.of("/teams")
        self.assertTrue(posts)
        for heard in posts:
            self.assertEqual((heard.status, heard.headers.get("authorization")), (202, None))
        self.assertEqual(self.services.came["teams"], [heard.json() for heard in posts])
        self.assertNotIn("sig=right", self.printed)

    def test_slack_is_posted_to_as_by_its_own_sdk(self):
        services = Services()
        self.addCleanup(services.close)
        ours = self.services.of("/slack")
        for heard in ours:
            body = heard.json()
            sent = WebhookClient(f"{services.url}/slack").send(
                text=body["text"], blocks=body["blocks"], unfurl_links=body["unfurl_links"], unfurl_media=body["unfurl_media"])
            self.assertEqual(sent.body, "ok")
            theirs = services.heard[-1]
            self.assertEqual((heard.method, heard.path, heard.json()), (theirs.method, theirs.path, theirs.json()))
            self.assertEqual(heard.headers["content-type"].split(";")[0], theirs.headers["content-type"].split(";")[0])


if __name__ == "__main__":
    unittest.main()
