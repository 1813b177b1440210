"""The KQL of alerts and workbook: Microsoft's parser takes it, it names only fields that the program writes, and, run on
lines that the program really wrote, it says what it should."""

import json
import re
import subprocess
import unittest

import duckdb_kql

from common import HERE, INFRA, NPM, ROOT, Running, ask, environment, lamplighter

MAIN_FIELDS = {"timestamp", "level", "message", "target"}


OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def questions():
    """The queries of docs/operations.md, by the number of the question."""
    return {int(number): query for number, query in re.findall(r"^### (\d+)\. .*?^```kusto\n(.*?)^```", OPERATIONS, re.M | re.S)}


def queries():
    """Name and text of each."""
    found = {path.name: path.read_text() for path in sorted((INFRA / "alerts").glob("*.kql"))}
    found |= {f"question {number}": query for number, query in questions().items()}
    for item in json.loads((INFRA / "workbook.json").read_text())["items"]:
        if item["type"] == 3:
            found["workbook: " + item["name"]] = item["content"]["query"]
    return found


def calls_in(text, macros):
    """What stands between the parentheses of each call, which may hold calls itself."""
    for call in re.finditer(rf"\b(?:{macros})!\(", text):
        depth, end = 1, call.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield text[call.end() : end - 1]


def fields_in_source():
    """The fields of each event, as the program writes them down: only for events that no test here provokes."""
    sources = [path for crate in ("agent", "azure") for path in sorted((ROOT / "crates" / crate / "src").rglob("*.rs"))]
    text = "\n".join(path.read_text() for path in sources)
    fields = {}
    for call in calls_in(text, "info|warn|error"):
        event = re.search(r'event = "([\w-]+)"', call)
        if event:
            before_words = re.split(r'\n\s*"', call.split('"{')[0])[0]
            names = re.findall(r"(?:^|[\s,])(\w+)(?= =|,)", before_words)
            fields.setdefault(event.group(1), set()).update(names)
    return fields


class Queries(unittest.TestCase):
    def test_there_are_some(self):
        self.assertGreaterEqual(len(queries()), 15)

    def test_microsofts_parser_takes_them(self):
        asked = json.dumps([{"name": name, "query": query} for name, query in queries().items()]
                           + [{"name": "a wrong one", "query": "traces | where mesage == 1"}])
        result = subprocess.run(["node", HERE / "kql.cjs", NPM], input=asked, capture_output=True, text=True, check=True)
        wrong = json.loads(result.stdout)
        self.assertTrue(wrong.pop().startswith("a wrong one: Error: The name 'mesage'"), "the parser found nothing wrong")
        self.assertEqual(wrong, [])

    def test_every_item_of_the_workbook_has_a_name_of_its_own_and_asks_the_component(self):
        workbook = json.loads((INFRA / "workbook.json").read_text())
        names = [item["name"] for item in workbook["items"]]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(workbook["fallbackResourceIds"], ["COMPONENT_ID"])
        for item in workbook["items"]:
            if item["type"] == 3:
                self.assertEqual(item["content"]["resourceType"], "microsoft.insights/components")
                self.assertEqual(item["content"]["timeContextFromParameter"], "TimeRange")


class Lines(Running):
    """Real lines of real sweeps, in a table as Application Insights has them."""

    def setUp(self):
        super().setUp()
        self.lines = []
        self.table = duckdb_kql.connect()
        self.addCleanup(self.table.close)
        self.table.sql('CREATE TABLE traces("timestamp" TIMESTAMP, message VARCHAR, severityLevel INTEGER)')

    def take(self, text):
        for text in filter(None, text.splitlines()):
            try:
                line = json.loads(text)
            except ValueError:
                self.fail(f"a line that is no JSON: {text!r}")
            at = line.get("timestamp", "2026-11-24T21:00:00Z")
            self.lines.append(line)
            self.table.execute("INSERT INTO traces VALUES (?, ?, 1)", [at.rstrip("Z"), text])

    def run_query(self, name):
        relation = duckdb_kql.kql(self.table, queries()[name])
        return [dict(zip(relation.columns, row)) for row in relation.fetchall()]

    def sweep(self, url, **more):
        """One sweep as the timer runs it, but at the simulator's time."""
        result = lamplighter("sweep", "--json", "--wait", "--at", self.now(url), **{**self.settings(url), **more})
        self.take(result.stdout)
        self.take(result.stderr)
        return result

    def fields(self, event):
        found = {field for line in self.lines if line.get("event") == event for field in line}
        self.assertTrue(found, f"no {event} line was written")
        return found

    def test_each_query_names_only_fields_that_are_written(self):
        url = self.evening()
        fault = {"pathContains": "ml-two/computes", "status": 403, "method": "GET"}
        self.assertLess(ask(f"{url}/simulator/faults", "POST", [fault])[0], 300)
        self.sweep(url)
        self.take(self.failing_handler())
        written = {event: self.fields(event) for event in ("sweep", "decision", "action", "problem")}
        # Only rounds that are spread over instances have it.
        written["sweep"].add("answered")
        written |= {event: names | MAIN_FIELDS for event, names in fields_in_source().items() if event not in written}
        anything = set().union(*written.values(), *self.lines)
        for name, query in queries().items():
            with self.subTest(name):
                named = set(re.findall(r"\bline\.(\w+)", query))
                events = re.findall(r"line\.event (?:==|in) \(?((?:'[\w-]+'(?:, )?)+)", query)
                events = {event for group in events for event in re.findall(r"'([\w-]+)'", group)}
                self.assertLessEqual(events, set(written), "an event that nobody writes")
                allowed = set().union(*(written[event] for event in events)) if events else anything
                if "startswith 'the sweep failed'" in query or "'ERROR'" in query:
                    allowed |= anything
                self.assertEqual(named - allowed - {"event"}, set())

    def test_the_fields_of_each_event_are_the_documented_ones(self):
        url = self.evening()
        fault = {"pathContains": "ml-two/computes", "status": 403, "method": "GET"}
        self.assertLess(ask(f"{url}/simulator/faults", "POST", [fault])[0], 300)
        self.sweep(url)
        rows = re.findall(r"^- \*\*(`[a-z`, -]+`)\*\*: (.*?)\. ", OPERATIONS[OPERATIONS.index("## Log lines"):], re.M | re.S)
        documented = {}
        for events, fields in rows:
            for event in re.findall(r"`([a-z-]+)`", events):
                documented[event] = set(re.findall(r"`(\w+)`", fields))
        real = {event: self.fields(event) - MAIN_FIELDS - {"event"} for event in ("sweep", "decision", "action", "problem")}
        # Only in rounds that are spread over instances.
        real["sweep"].add("answered")
        for event, fields in real.items():
            self.assertEqual(documented[event], fields, event)
        for event, fields in fields_in_source().items():
            self.assertEqual(documented[event], documented[event] | (fields - {"event"}), event)
        self.assertEqual(set(documented), set(fields_in_source()))

    def test_the_ten_questions_are_answered(self):
        self.assertEqual(sorted(questions()), list(range(1, 11)))
        url = self.evening()
        self.sweep(url, ACT_IN="")
        would = {(row["action"], row["resource"]) for row in self.run_query("question 5")}
        self.assertLessEqual({("stop", "ci-late"), ("start", "ci-early")}, would)
        self.assertEqual(self.run_query("question 1"), [])
        self.sweep(url, ACT_IN="all")
        actions = {(row["action"], row["resource"]) for row in self.run_query("question 1")}
        self.assertLessEqual({("stop", "ci-late"), ("start", "ci-early")}, actions)
        self.assertEqual({row["resource"] for row in self.run_query("question 6")}, {"ci-wrong"})
        self.assertEqual([row["resource"] for row in self.run_query("question 3")], ["ci-full"])
        last = self.run_query("question 7")[0]
        self.assertGreater(last["resources"], 0)
        [answer] = self.run_query("question 7")[:1]
        self.assertEqual(answer["failed"], next(line for line in reversed(self.lines) if line.get("event") == "sweep")["failed"])
        for number in (2, 4, 8, 9, 10):
            self.run_query(f"question {number}")

    def test_stops_beyond_the_limit_raise_the_alert(self):
        url = self.evening()
        self.sweep(url, MAX_STOPS_PER_SWEEP="0")
        [row] = self.run_query("stops-limited.kql")
        self.assertGreater(row["stop_limited"], 0)
        limited = {row["resource"] for row in self.run_query("question 9") if row["reason"] == "stop-limit"}
        self.assertIn("ci-late", limited)

    def failing_handler(self):
        """What the handler writes when a sweep cannot do its work: Azure is not there."""
        closed = "http://127.0.0.1:9"
        handler = self.start("serve", **self.settings(closed), FUNCTIONS_CUSTOMHANDLER_PORT=self.port(),
                             SWEEP_DEADLINE="5s", REQUEST_TIMEOUT="1s")
        status, _ = self.ask_handler("/sweep", "POST", {"Data": {}, "Metadata": {}},
                                     {"X-Azure-Functions-InvocationId": "5f0c2b1e-0d7e-4f6a-9c7b-2a1d3e4f5a6b"})
        self.assertEqual(status, 500)
        return handler.out.read_text() + handler.err.read_text()

    def test_a_failed_sweep_raises_the_alert(self):
        self.take(self.failing_handler())
        self.assertEqual(self.run_query("sweep-missing.kql"), [])
        [row] = self.run_query("sweep-failing.kql")
        self.assertTrue(row["text"].startswith("the sweep failed"), row)
        # What the app's first start found out about it is told beside it.
        first = [line["message"] for line in self.lines if line.get("event") == "doctor"]
        failures = [failure["what"] for failure in self.run_query("workbook: failures") if failure["what"] not in first]
        self.assertEqual(failures, [row["text"]])

    def test_a_sweep_that_left_something_out_raises_the_alert(self):
        url = self.evening()
        fault = {"pathContains": "ml-two/computes", "status": 403, "method": "GET"}
        self.assertLess(ask(f"{url}/simulator/faults", "POST", [fault])[0], 300)
        self.sweep(url)
        self.assertEqual(len(self.run_query("sweep-missing.kql")), 1)
        [row] = self.run_query("sweep-failing.kql")
        self.assertGreater(row["problems"], 0)
        self.assertTrue(any("ml-two" in row["what"] for row in self.run_query("workbook: problems")))

    def test_refused_actions_and_unreadable_tags_raise_alerts_and_show(self):
        url = self.evening()
        fault = {"pathContains": "ci-late/stop", "status": 403, "method": "POST"}
        self.assertLess(ask(f"{url}/simulator/faults", "POST", [fault])[0], 300)
        self.sweep(url)
        summary = next(line for line in self.lines if line.get("event") == "sweep")
        self.assertEqual(self.run_query("sweep-failing.kql"), [])
        [failing] = self.run_query("actions-failing.kql")
        self.assertEqual(failing["failed"], summary["failed"])
        self.assertGreater(summary["failed"], 0)
        refused = {row["resource"]: row["wrong_state"] for row in self.run_query("workbook: refused")}
        self.assertEqual(refused, {"ci-full": True, "ci-late": False})
        [unreadable] = self.run_query("unreadable-tags.kql")
        self.assertEqual(unreadable["unreadable"], 1)
        [tag] = self.run_query("workbook: unreadable")
        self.assertEqual((tag["resource"], tag["owner"]), ("ci-wrong", "team@example.org"))
        self.assertIn("lamp-schedule", tag["what_is_wrong"])
        acted = {(row["resource"], row["action"]) for row in self.run_query("workbook: decisions")}
        self.assertLessEqual({("ci-late", "stop"), ("ci-other", "stop"), ("ci-early", "start")}, acted)
        sums = {row["name"]: row["value"] for row in self.run_query("workbook: sums")}
        self.assertEqual((sums["stops"], sums["starts"], sums["failed actions"], sums["sweeps"]),
                         (summary["stops"], summary["starts"], summary["failed"], 1))
        now = {row["name"]: row["value"] for row in self.run_query("workbook: now")}
        self.assertEqual((now["resources"], now["unreadable tags"]), (summary["resources"], 1))
        reasons = {row["reason"]: row["resources"] for row in self.run_query("workbook: reasons")}
        self.assertEqual(reasons, json.loads(summary["reasons"]))

    def test_savings_add_up(self):
        url = self.evening()
        self.sweep(url)
        for hours in (1, 11, 1):
            self.assertEqual(ask(f"{url}/simulator/clock", "POST", {"advanceSeconds": hours * 3600})[0] // 100, 2)
            self.sweep(url)
        saved = sum(float(line["saved"]) for line in self.lines if line.get("event") == "sweep")
        self.assertGreater(saved, 0)
        shown = {row["name"]: row["value"] for row in self.run_query("workbook: sums")}
        self.assertAlmostEqual(shown["saved, USD"], saved)
        self.assertAlmostEqual(sum(row["saved"] for row in self.run_query("workbook: saved")), saved)
        self.assertTrue(self.run_query("workbook: rate"))
        self.assertEqual(sum(row["stops"] for row in self.run_query("workbook: actions")), shown["stops"])


if __name__ == "__main__":
    unittest.main()
