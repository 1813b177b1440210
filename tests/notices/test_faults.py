"""Sweeps over services that fail, each in another way: what the ledger says was told is what the services took, and nothing
comes twice."""

import json
import pathlib
import random
import shutil
import tempfile
import unittest
import urllib.request

from fakes import Answer, Services
from services import EVENING, OWNERS, SECRETS, Told, fleet, simulator, sweep

FAULTS = {
    "teams": ["drop", Answer(429, {}, {"Retry-After": "30"}), Answer(410), Answer(500), Answer(401, {"error": {"code": "DirectApiAuthorizationRequired"}})],
    "slack": ["drop", Answer(410, b"channel_is_archived"), Answer(403, b"action_prohibited"), Answer(404, b"channel_not_found"),
              Answer(400, b"user_not_found"), Answer(500, b"rollup_error"), Answer(429, b"rate_limited", {"Retry-After": "1"})],
    "email": ["drop", Answer(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "60"}), Answer(401), Answer(503)],
    "eventgrid": ["drop", Answer(401), Answer(503), Answer(429), Answer(413)],
    "webhook": ["drop", Answer(500), Answer(301, b"", {"Location": "https://elsewhere.example/"})],
    "azure": ["drop", Answer(404), Answer(408)],
}

PATHS = {"teams": "/teams", "slack": "/slack", "email": "/emails:send", "eventgrid": "/api/events", "webhook": "/webhook", "azure": "/azure"}


class Faulty(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lamplighter-notices-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "fleet.json").write_text(json.dumps(fleet()))
        self.services = Services()
        self.addCleanup(self.services.close)

    def sweep(self, url, at=EVENING):
        return sweep(Told.settings.__func__(self, url, self.folder), at)

    def told(self):
        """By resource and channel, what the ledger says of each notice. Of one that reached nobody at first there are two records."""
        found, failed = {}, {}
        for path in sorted((self.folder / "ledger" / "records").rglob("notice-*.json")):
            record = json.loads(path.read_text())["record"]
            name, of = record["resource"]["name"], failed if record["id"].endswith(":failed") else found
            self.assertNotIn(name, of, "told twice")
            of[name] = {one["channel"]: one["outcome"] for one in record["told"]}
        return failed | found

    def took(self, name, channel):
        """The requests about a resource that a service took."""
        return [heard for heard in self.services.of(PATHS[channel]) if name.encode() in heard.body and heard.status in (200, 202)]

    def agree(self, printed):
        told = self.told()
        for name in OWNERS:
            for channel in PATHS:
                with self.subTest(name=name, channel=channel):
                    accepted = told.get(name, {}).get(channel) == "accepted"
                    self.assertEqual(len(self.took(name, channel)), int(accepted), printed)
        return told

    def play(self, seed):
        chance = random.Random(seed)
        for service, faults in FAULTS.items():
            self.services.next(service, *chance.sample(faults, chance.randint(0, 2)))
        with simulator(self.folder) as url:
            printed = self.sweep(url)
        told = self.agree(printed)
        self.assertEqual(set(told), set(OWNERS))
        for secret in (*SECRETS, self.services.url):
            self.assertNotIn(secret, printed)

    def test_what_is_refused_is_told_as_refused_and_what_was_taken_as_taken(self):
        for seed in range(8):
            with self.subTest(seed=seed):
                self.setUp()
                self.play(seed)

    def test_what_hangs_or_is_lost_costs_the_others_nothing(self):
        self.services.next("email", "hang")
        self.services.next("webhook", "lost", "lost", "lost", "lost")
        with simulator(self.folder) as url:
            told = self.agree(self.sweep(url))
        self.assertEqual(told["ci-ana"]["email"], "failed")
        for name in OWNERS:
            self.assertEqual({told[name][channel] for channel in ("teams", "slack", "webhook", "eventgrid", "azure")}, {"accepted"})
        # Accepted is all that can be known: of these nobody ever saw one.
        self.assertEqual(self.services.came["webhook"], [])

    def test_where_everything_is_down_the_same_message_comes_later_and_once(self):
        self.services.down.update(FAULTS)
        with simulator(self.folder) as url:
            self.sweep(url)
            self.assertEqual({outcome for outcomes in self.agree("").values() for outcome in outcomes.values()}, {"failed", "unfit"})
            before = {path: self.ids(path) for path in PATHS.values()}
            self.services.down.clear()
            forward(url, 120)
            printed = self.sweep(url, "2026-11-23T18:47:00Z")
        for name, outcomes in self.agree(printed).items():
            self.assertIn("accepted", outcomes.values(), name)
        for path, first in before.items():
            with self.subTest(path):
                self.assertTrue(first)
                self.assertLessEqual(first, self.ids(path), "a message that comes again is the same message")
                self.assertEqual(len(self.ids(path)), len(self.ids(path, taken=True)))

    def ids(self, path, taken=False):
        """What says of a message that it is the same when it comes again."""
        found = set()
        for heard in self.services.of(path):
            if heard.status is not None or not taken:
                body = heard.json()
                found |= {event["id"] for event in body} if isinstance(body, list) else {
                    heard.headers.get("operation-id") or heard.headers.get("webhook-id") or body.get("guid") or names(heard)}
        return found


def forward(url, seconds):
    """Sets the simulator's clock ahead."""
    body = json.dumps({"advanceSeconds": seconds}).encode()
    asked = urllib.request.Request(f"{url}/simulator/clock", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(asked, timeout=60).close()


def names(heard):
    """Teams and Slack know of no id: whom it is about."""
    return tuple(name for name in OWNERS if name.encode() in heard.body)


if __name__ == "__main__":
    unittest.main()
