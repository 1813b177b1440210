"""infra/upload.sh, as a person runs it."""

import http.server
import json
import threading
import unittest

from scripted import Scripted


class Endpoint:
    """A deployment endpoint: takes a package, and says in turn what it was told to."""

    def __init__(self, case, states, accepts=202):
        self.asked, answers = [], iter(states)

        class Handler(http.server.BaseHTTPRequestHandler):
            def reply(handler, status, text):
                handler.send_response(status)
                handler.end_headers()
                handler.wfile.write(text.encode())

            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                self.asked.append(("POST", handler.path, handler.headers["Authorization"], handler.headers["Content-Type"], body))
                handler.reply(accepts, '"deployment-1"')

            def do_GET(handler):
                self.asked.append(("GET", handler.path, handler.headers["Authorization"]))
                state = next(answers)
                handler.reply(404, "") if state is None else handler.reply(200, json.dumps({"id": "d", "status": state}, indent=1))

            def log_message(handler, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        case.addCleanup(server.server_close)
        case.addCleanup(thread.join)
        case.addCleanup(server.shutdown)
        case.environment = case.environment | {"ENDPOINT": f"http://127.0.0.1:{server.server_port}"}


class Upload(Scripted):
    def upload(self, *arguments, **options):
        return self.script("upload", "--resource-group", "rg", "--name", "app", "--package", self.package, *arguments, **options)

    def test_a_cli_whose_poll_ends_brings_it_itself(self):
        for version in ("2.87.0", "2.91.0", "2.100.0", "3.0.0"):
            self.change(version=version)
            self.upload()
            self.assertIn("config-zip", self.calls()[-1], version)

    def test_with_an_older_one_the_endpoint_is_asked_instead(self):
        endpoint = Endpoint(self, [0, 1, 4])
        self.change(version="2.86.0")
        out, said = self.upload()
        self.assertFalse([call for call in self.calls() if "config-zip" in call])
        self.assertEqual(endpoint.asked[0], ("POST", "/api/publish?RemoteBuild=false&Deployer=lamplighter", "Bearer secret-token",
                                             "application/zip", b"the package"))
        self.assertEqual(endpoint.asked[1:], [("GET", "/api/deployments/latest", "Bearer secret-token")] * 3)
        curled = (self.notes / "curled").read_text()
        self.assertNotIn("secret-token", curled + out + said)
        self.assertIn("2.87.0", said)

    def test_what_the_endpoint_says_is_believed(self):
        Endpoint(self, [None, 1, None])  # Not there yet, at work, and replaced since it is done.
        self.upload("--without-poll")
        for state in (3, 5, 6, -1):
            Endpoint(self, [1, state])
            _, said = self.upload("--without-poll", code=1)
            self.assertIn(f'"status": {state}', said)
        Endpoint(self, [], accepts=401)
        _, said = self.upload("--without-poll", code=1)
        self.assertIn("answered 401", said)

    def test_storage_that_does_not_let_it_in_yet_is_tried_again(self):
        self.change(failures={"functionapp deployment source config-zip": ["[StorageAccessibleCheck] BlobUploadFailed: 403"]})
        self.upload()
        self.assertEqual(self.slept(), ["60"])
        self.change(failures={"functionapp deployment source config-zip": ["(Conflict) another deployment"]})
        _, said = self.upload(code=1)
        self.assertIn("another deployment", said)
        self.assertEqual(self.slept(), ["60"])

    def test_a_dry_run_runs_nothing_and_shows_both_ways(self):
        self.assertIn("config-zip", self.upload("--dry-run")[0])
        printed, _ = self.upload("--dry-run", "--without-poll")
        self.assertEqual(self.calls(), [])
        endpoint = Endpoint(self, [])
        done = self.run_bash("-c", "set -euo pipefail\n" + printed)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(endpoint.asked[0][2:], ("Bearer secret-token", "application/zip", b"the package"))

    def test_wrong_usage(self):
        self.script("upload", "--name", "app", code=2)
        self.script("upload", "--resource-group", "rg", "--name", "app", "--package", "not-there.zip", code=1)
        self.assertEqual(self.calls(), [])


if __name__ == "__main__":
    unittest.main()
