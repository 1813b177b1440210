"""host.json and every function.json agree with what the handler serves, with the package and with the Bicep."""

import json
import re
import unittest

from common import INFRA, ROOT, Running, environment, lamplighter

import bicep_to_arm
import package

HOST = json.loads((ROOT / "host.json").read_text())
FUNCTIONS = {path.parent.name: json.loads(path.read_text()) for path in sorted((ROOT / "function").glob("*/function.json"))}
# What HTTP function serves which path, with a method that must be answered.
HTTP = {"health": [("GET", "/api/health")], "report": [("GET", "/api/report")]}
HTTP |= {"keep": [("POST", "/api/keep")], "resource": [("POST", "/api/resource")]}
# Those that owners call, who have no function key.
ANONYMOUS = {"keep", "resource"}
NEEDS_BUNDLE = {"queueTrigger", "queue", "blobTrigger", "blob"}


def bindings(kind=None):
    return [(name, one) for name, function in FUNCTIONS.items() for one in function["bindings"] if kind in (None, one["type"])]


def queues_of_bicep():
    text = (INFRA / "modules" / "storage.bicep").read_text()
    return set(re.findall(r"queueServices/queues@[^\n]*\n  parent: queues\n  name: '([^']+)'", text))


class Files(unittest.TestCase):
    def test_host_starts_the_binary_under_the_name_it_has_in_the_package(self):
        description = HOST["customHandler"]["description"]
        self.assertEqual(description["defaultExecutablePath"], package.EXECUTABLE)
        self.assertEqual(description["arguments"], ["serve"])
        self.assertTrue(HOST["customHandler"]["enableForwardingHttpRequest"])

    def test_no_log_line_is_sampled_away(self):
        sampling = HOST["logging"]["applicationInsights"]["samplingSettings"]
        self.assertLessEqual({"Request", "Trace", "Exception"}, set(sampling["excludedTypes"].split(";")))

    def test_a_sweep_ends_before_the_host_kills_it(self):
        hours, minutes, _ = map(int, HOST["functionTimeout"].split(":"))
        result = lamplighter("settings", SWEEP_DEADLINE=f"{hours * 60 + minutes}m")
        self.assertNotEqual(result.returncode, 0, "a deadline as long as functionTimeout was taken")

    def test_every_function_is_one_the_tests_know(self):
        self.assertEqual(set(FUNCTIONS), {"sweep", "workspace", "poison", "holds", *HTTP})
        for name, function in FUNCTIONS.items():
            triggers = [one["type"] for one in function["bindings"] if one["type"].endswith("Trigger")]
            self.assertEqual(len(triggers), 1, name)
        # The host forwards HTTP only to functions of exactly one trigger and one output.
        for name in HTTP:
            self.assertEqual(sorted(one["type"] for one in FUNCTIONS[name]["bindings"]), ["http", "httpTrigger"])

    def test_no_two_routes_take_the_same_path(self):
        # The host tries them in the alphabetical order of names, and not the one that fits best first.
        routes = [one["route"] for _, one in bindings("httpTrigger")]
        self.assertEqual(len(routes), len(set(routes)))
        for route in routes:
            self.assertRegex(route, r"^[a-z]+$")

    def test_a_queue_needs_the_extension_bundle_and_is_in_the_bicep(self):
        self.assertLessEqual({"workspaces", "workspaces-poison"}, queues_of_bicep())
        used = [one for _, one in bindings() if one["type"] in NEEDS_BUNDLE]
        if used:
            self.assertEqual(HOST["extensionBundle"]["id"], "Microsoft.Azure.Functions.ExtensionBundle")
        for one in used:
            self.assertIn(one["connection"], ("AzureWebJobsStorage",))
            if "queue" in one["type"]:
                self.assertIn(one["queueName"], queues_of_bicep())

    def test_settings_that_bindings_name_are_set_by_the_bicep(self):
        named = set(re.findall(r"%(\w+)%", json.dumps(FUNCTIONS)))
        self.assertIn("SWEEP_SCHEDULE", named)
        text = (INFRA / "modules" / "app.bicep").read_text()
        for name in named:
            self.assertRegex(text, rf"\n +{name}: ")

    def test_nothing_runs_at_cold_start(self):
        for name, one in bindings("timerTrigger"):
            self.assertNotIn("runOnStartup", one, name)


class Served(Running):
    def setUp(self):
        super().setUp()
        nowhere = self.settings("http://127.0.0.1:9")
        self.start("serve", **nowhere, FUNCTIONS_CUSTOMHANDLER_PORT=self.port(), SWEEP_DEADLINE="5s", REQUEST_TIMEOUT="1s", KEEP_URL="https://lamp.example")

    def test_every_function_is_served_and_nothing_else(self):
        self.assertEqual(self.ask_handler("/")[0], 200)
        for name, function in FUNCTIONS.items():
            trigger = next(one for one in function["bindings"] if one["type"].endswith("Trigger"))
            with self.subTest(name):
                if trigger["type"] == "httpTrigger":
                    self.check_http(name, trigger)
                else:
                    # It is there (405 for another method), and a body that is no invocation is refused, not unknown;
                    # but what was given up is noted, and what asks for a hold told of, whatever it is.
                    self.assertEqual(self.ask_handler(f"/{name}")[0], 405)
                    self.assertEqual(self.ask_handler(f"/{name}", "POST", "text")[0], 200 if name in ("poison", "holds") else 400)
        for name in {"other", "api"} - set(FUNCTIONS):
            self.assertEqual(self.ask_handler(f"/{name}", "POST", {})[0], 404, name)

    def check_http(self, name, trigger):
        self.assertEqual(trigger["authLevel"], "anonymous" if name in ANONYMOUS else "function")
        for method, path in HTTP[name]:
            self.assertEqual(path, "/api/" + trigger["route"])
            self.assertIn(method.lower(), trigger["methods"])
            self.assertNotIn(self.ask_handler(path, method)[0], (404, 405))
            self.assertEqual(self.ask_handler(path + "/no-such-thing")[0], 404)


class Package(Running):
    def test_the_programs_own_layout_is_that_of_the_zip(self):
        self.assertEqual(lamplighter("package", self.folder / "own").returncode, 0)
        package.lay_out(self.folder / "own" / "lamplighter", self.folder / "zipped")
        seen = []
        for root in ("own", "zipped"):
            files = sorted(path for path in (self.folder / root).rglob("*") if path.is_file())
            seen.append([(str(path.relative_to(self.folder / root)), path.stat().st_mode, path.read_bytes()) for path in files])
        self.assertEqual([one[:2] for one in seen[0]], [one[:2] for one in seen[1]])
        self.assertEqual(seen[0], seen[1])


if __name__ == "__main__":
    unittest.main()
