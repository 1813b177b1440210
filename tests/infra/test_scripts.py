"""infra/deploy.sh, upgrade.sh, upload.sh and remove.sh, as a person runs them."""

import http.server
import json
import re
import subprocess
import threading
import unittest

from common import INFRA, ROOT, template
from scripted import OTHER, SUBSCRIPTION, Scripted, granted, healthy
from test_settings import app_settings

import parameters

LOOKING = re.compile(r"az (version|account|rest|provider list|functionapp list-|storage account show|resource list|deployment sub list)")
NEW_ROLE = "(RoleDefinitionDoesNotExist) The specified role definition with ID '0' does not exist."


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


class Deploy(Scripted):
    def deploy(self, *arguments, script="deploy", looks=False, **options):
        skip = [] if looks else ["--skip-preflight"]
        return self.script(script, "--package", self.package, *skip, *arguments, **options)

    def settings(self):
        return {one["name"]: one["value"] for one in self.state()["app_settings"]}

    def by_hand(self, **settings):
        """Somebody sets app settings."""
        now = {one["name"]: one["value"] for one in self.state()["app_settings"]} | settings
        self.change(app_settings=[{"name": name, "value": value} for name, value in now.items()])

    def changing(self):
        return [call for call in self.calls() if not LOOKING.match(call)]

    def test_the_first_time(self):
        _, said = self.deploy("--location", "westeurope", "--parameters", "defaultZone=Europe/Lisbon", looks=True)
        state = self.state()
        self.assertEqual(list(state["deployments"]), ["lamplighter"])
        self.assertEqual(state["package"], len(b"the package"))
        self.assertEqual(self.settings()["DEFAULT_ZONE"], "Europe/Lisbon")
        self.assertNotIn("ACT_IN", self.settings())
        self.assertIn("it stops nothing", said)
        calls = self.calls()
        self.assertLess(next(i for i, call in enumerate(calls) if "permissions" in call),
                        next(i for i, call in enumerate(calls) if "sub create" in call))

    def test_again_changes_nothing_and_keeps_what_it_was_given(self):
        self.deploy("--location", "westeurope", "--parameters", "defaultZone=Europe/Lisbon", "--parameters", "actIn=all",
                    "--parameters", 'settings={"OWNER_TAG": "team"}', "--parameters", 'alertEmails=["a@example.org"]')
        before = self.state()
        self.deploy()
        self.assertEqual(self.state()["deployments"], before["deployments"])
        self.assertEqual(self.state()["app_settings"], before["app_settings"])
        self.deploy("--parameters", "currency=EUR", script="upgrade")
        self.assertEqual(self.settings(), {one["name"]: one["value"] for one in before["app_settings"]} | {"CURRENCY": "EUR"})
        self.deploy("--reset-parameters", "--parameters", 'settings={"OWNER_TAG": "team"}')
        self.assertEqual((self.settings()["DEFAULT_ZONE"], self.settings()["CURRENCY"]), ("UTC", "USD"))

    def test_what_was_set_by_hand_and_is_a_parameter_is_kept(self):
        self.deploy("--location", "westeurope", "--parameters", "defaultZone=Europe/Lisbon")
        self.by_hand(ACT_IN="all", DEFAULT_ZONE="Asia/Tokyo")
        self.deploy(script="upgrade")
        self.assertEqual((self.settings()["ACT_IN"], self.settings()["DEFAULT_ZONE"]), ("all", "Asia/Tokyo"))
        self.deploy("--parameters", "actIn=", script="upgrade")
        self.assertNotIn("ACT_IN", self.settings())

    def test_what_was_set_by_hand_and_would_be_lost_is_named_and_nothing_happens(self):
        self.deploy("--location", "westeurope", "--parameters", 'settings={"OWNER_TAG": "team"}')
        self.by_hand(EXCLUDE="ml-prod", NOTICE_WEBHOOK="https://hooks.example.org/secret", OWNER_TAG="group")
        before = self.state()
        for script in ("deploy", "upgrade"):
            for given in ([], ["--parameters", 'settings={"OWNER_TAG": "team"}'], ["--parameters", "settings={"]):
                out, said = self.deploy(*given, script=script, code=1)
                self.assertNotIn("hooks.example.org", out + said)
                self.assertEqual(self.state()["deployments"], before["deployments"])
                self.assertEqual(self.state()["app_settings"], before["app_settings"])
        _, said = self.deploy(code=1)
        self.assertIn("EXCLUDE, NOTICE_WEBHOOK, OWNER_TAG", said)
        self.deploy("--parameters", 'settings={"OWNER_TAG": "group", "EXCLUDE": "ml-prod", "NOTICE_WEBHOOK": "@Microsoft.KeyVault(x)"}')
        self.assertEqual(self.settings()["EXCLUDE"], "ml-prod")
        self.by_hand(FAN_OUT_ABOVE="7")
        self.deploy("--drop-settings")
        self.assertNotIn("FAN_OUT_ABOVE", self.settings())
        self.assertEqual(self.settings()["EXCLUDE"], "ml-prod")

    def test_settings_that_the_template_makes_are_known(self):
        self.assertEqual(set(parameters.OF_PARAMETERS) | parameters.OF_TEMPLATE, app_settings())
        self.assertLessEqual(set(parameters.OF_PARAMETERS.values()), set(template()["parameters"]))

    def test_it_stays_where_it_is(self):
        self.deploy("--location", "westeurope")
        _, said = self.deploy("--location", "northeurope", code=1)
        self.assertIn("westeurope already", said)
        # A deployment that was once recorded elsewhere stays there, and its resources in their region.
        deployments = self.state()["deployments"]
        deployments["lamplighter"]["location"] = "swedencentral"
        self.change(deployments=deployments)
        self.deploy("--location", "westeurope")
        call, = (call for call in self.calls() if "sub create" in call)
        self.assertIn("--location swedencentral ", call)
        self.assertIn(" location=westeurope ", call)

    def test_two_installations_stand_side_by_side(self):
        self.deploy("--location", "westeurope", "--name", "lamp-a", "--parameters", "currency=EUR")
        self.deploy("--location", "northeurope", "--name", "lamp-b")
        deployments = self.state()["deployments"]
        self.assertEqual([one["properties"]["parameters"]["currency"]["value"] for one in deployments.values()], ["EUR", "USD"])

    def test_where_something_is_missing_nothing_is_created(self):
        self.change(rest=healthy()["rest"] | {"*/Microsoft.Authorization/permissions?*": granted("*/read")})
        out, _ = self.deploy("--location", "westeurope", code=1, looks=True)
        self.assertIn("missing   may deploy", out)
        self.assertEqual(self.changing(), [])
        self.assertEqual(self.state()["deployments"], {})
        self.deploy("--location", "westeurope")

    def test_missing_providers_are_registered_where_it_is_told_to(self):
        self.change(providers=healthy()["providers"] | {"Microsoft.App": "NotRegistered"})
        self.deploy("--location", "westeurope", code=1, looks=True)
        self.assertEqual(self.state()["deployments"], {})
        self.deploy("--location", "westeurope", "--register", looks=True)
        self.assertEqual(self.state()["providers"]["Microsoft.App"], "Registered")

    def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(self):
        self.change(failures={"deployment sub create": [NEW_ROLE, "(PrincipalNotFound) no"]})
        self.deploy("--location", "westeurope")
        self.assertEqual(self.slept(), ["60", "60"])
        self.change(failures={"deployment sub create": [NEW_ROLE] * 3})
        self.deploy(code=1)
        self.change(failures={"deployment sub create": ["(QuotaExceeded) no"]})
        _, said = self.deploy(code=1)
        self.assertIn("QuotaExceeded", said)
        self.assertEqual(len(self.slept()), 4)

    def test_a_deployment_that_failed_halfway_is_taken_up_again(self):
        self.change(deployments={"lamplighter": {"location": "westeurope", "properties": {
            "parameters": {"location": {"type": "String", "value": "westeurope"}}, "outputs": None}}})
        self.deploy("--parameters", "currency=EUR")
        self.assertEqual(self.settings()["CURRENCY"], "EUR")
        # One that fails on what is there already has no outputs, and what was set by hand is kept all the same.
        deployments = self.state()["deployments"]
        deployments["lamplighter"]["properties"]["outputs"] = None
        self.change(deployments=deployments)
        self.by_hand(ACT_IN="all")
        self.deploy()
        self.assertEqual((self.settings()["CURRENCY"], self.settings()["ACT_IN"]), ("EUR", "all"))

    def test_what_azd_deployed_is_not_overwritten(self):
        self.change(sites=[{"name": "func-lamplighter-abc", "tags": {"azd-env-name": "lamplighter", "application": "lamplighter"}}])
        _, said = self.deploy("--location", "westeurope", code=1)
        self.assertIn("--with azd", said)
        self.assertEqual(self.changing(), [])
        self.deploy("--location", "westeurope", "--reset-parameters")

    def test_a_foreign_project_of_the_same_environment_is_none_of_its_business(self):
        foreign = {"name": "func-shop", "resourceGroup": "rg-shop", "tags": {"azd-env-name": "lamplighter"}}
        self.change(sites=[foreign])
        self.deploy("--location", "westeurope")
        self.by_hand(EXCLUDE="ml-prod")
        _, said = self.deploy(code=1)
        self.assertIn("EXCLUDE", said)
        listing, = (call for call in self.calls() if "appsettings list" in call)
        self.assertIn("func-lamplighter-abc", listing)

    def test_paths_are_those_of_the_caller(self):
        (self.folder / "mine.json").write_text(json.dumps({"parameters": {"currency": {"value": "EUR"}}}))
        self.script("deploy", "--location", "westeurope", "--package", "package.zip", "--parameters", "mine.json", "--skip-preflight", cwd=self.folder)
        self.assertEqual(self.settings()["CURRENCY"], "EUR")
        self.script("deploy", "--package", "package.zip", "--parameters", INFRA / "example.bicepparam", "--skip-preflight", cwd=self.folder)
        call = [call for call in self.calls() if "sub create" in call][-1]
        self.assertIn("--template-file infra/main.bicep --parameters /", call)
        self.assertNotIn("environmentName=", call)

    def test_wrong_usage(self):
        for arguments in (["--location"], ["--nothing"], ["--name", "a/b"], ["--name", "x" * 21], ["--with", "pulumi"], [],
                          ["--location", "westeurope", "--parameters", "environmentName=x"],
                          ["--location", "westeurope", "--with", "azd"]):
            self.deploy(*arguments, code=2)
        self.script("deploy", "--location", "westeurope", "--package", "not-there.zip", code=1)
        self.script("upgrade", "--package", self.package, code=1)
        self.assertEqual(self.changing(), [])
        self.deploy("--location", "westeurope", "--parameters", "noSuchParameter=1", code=1)

    def test_a_dry_run_is_a_script_of_what_it_would_do(self):
        for script, given in (("deploy", ["--location", "westeurope", "--parameters", "alertEmails=[\"o'hara@example.org\"]"]),
                              ("upgrade", ["--parameters", "actIn=all", "--subscription", SUBSCRIPTION])):
            with self.subTest(script):
                before = self.state()
                self.change()
                printed, _ = self.deploy(*given, "--dry-run", script=script, looks=True)
                self.assertEqual(self.calls(), [])
                self.deploy(*given, script=script, looks=True)
                real, made = self.changing(), self.state()
                self.give(before)
                done = self.run_bash("-c", "set -euo pipefail\n" + printed)
                self.assertEqual(done.returncode, 0, printed + done.stderr)
                temporary = re.compile(r"/tmp\S+")
                strip = [temporary.sub("TMP", call) for call in self.changing() if "query location" not in call and "location.value" not in call]
                self.assertEqual(strip, [temporary.sub("TMP", call) for call in real])
                self.assertEqual(self.state()["deployments"], made["deployments"])


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
        curled = (self.folder / "clis.curled").read_text()
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


class Remove(Scripted):
    def setUp(self):
        super().setUp()
        self.script("deploy", "--location", "westeurope", "--package", self.package, "--skip-preflight")
        group = "/providers/Microsoft.Management/managementGroups/mg"
        scopes = [f"/subscriptions/{SUBSCRIPTION}", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-lamplighter", f"/subscriptions/{OTHER}", group]
        self.change(assignments=[{"id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/a", "principalId": "principal-1"} for scope in scopes],
                    roles=[f"Lamplighter operator ({one})" for one in (SUBSCRIPTION, OTHER, "mg")])

    def remove(self, *arguments, **options):
        return self.script("remove", "--ledger", self.folder / "ledger", "--management-group", "mg", *arguments, **options)

    def left(self):
        state = self.state()
        return [state[name] for name in ("assignments", "roles", "groups", "deployments")]

    def test_everything_goes_and_a_second_time_is_no_error(self):
        self.remove("--yes")
        self.assertEqual(self.left(), [[], [], [], {}])
        calls = self.calls()
        order = [next(i for i, call in enumerate(calls) if call.startswith(f"az {part}")) for part in (
            "storage blob download-batch", "role assignment delete", "role definition delete", "group delete", "deployment sub delete")]
        self.assertEqual(order, sorted(order))
        _, said = self.remove("--yes")
        self.assertIn("There is no lamplighter here", said)

    def test_it_asks_for_the_name_of_the_group(self):
        before = self.left()
        for answer in ("", "yes\n", "lamplighter\n"):
            _, said = self.remove(code=1, given=answer)
            self.assertIn("the resource group rg-lamplighter with everything in it", said)
        self.assertEqual(self.left(), before)
        self.remove(given="rg-lamplighter\n")
        self.assertEqual(self.left(), [[], [], [], {}])

    def among_foreign_ones(self, tags):
        """What somebody's own project, of the same environment name, has: in front of everything in every list."""
        foreign = {"resourceGroup": "rg-shop", "tags": tags}
        own = {"groups": {"name": "rg-shop"}, "sites": {"name": "func-shop"}, "storage": {"name": "stshop"}, "identities": {"principalId": "principal-9"}}
        state = self.state()
        self.change(**{kind: [foreign | one, *state[kind]] for kind, one in own.items()})
        return {kind: [foreign | one] for kind, one in own.items()}

    def test_a_foreign_project_of_the_same_environment_stays(self):
        for tags in ({"azd-env-name": "lamplighter"}, {"azd-env-name": "lamplighter", "application": "shop"}, None):
            with self.subTest(tags):
                foreign = self.among_foreign_ones(tags)
                self.remove("--yes")
                state = self.state()
                self.assertEqual({kind: state[kind] for kind in foreign}, foreign)
                self.assertFalse([call for call in self.calls() if "stshop" in call or "principal-9" in call])
                self.change(groups=[], sites=[], storage=[], identities=[])
                self.setUp()

    def test_where_more_than_one_matches_nothing_is_removed(self):
        self.among_foreign_ones({"azd-env-name": "lamplighter", "application": "lamplighter"})
        before = self.left()
        _, said = self.remove("--yes", code=1)
        self.assertIn("rg-shop rg-lamplighter", said)
        printed, _ = self.remove("--dry-run", "--without-ledger")
        self.assertEqual(self.run_bash("-c", "set -euo pipefail\n" + printed).returncode, 1)
        self.assertEqual(self.left(), before)

    def test_the_rights_of_an_identity_that_is_gone_are_taken_away(self):
        deployments = self.state()["deployments"]
        for given, records in ([], deployments), (["--principal", "principal-1"], {}):
            with self.subTest(given):
                self.setUp()
                self.change(groups=[], identities=[], storage=[], sites=[], deployments=records)
                if given:
                    _, said = self.remove("--yes", code=1)
                    self.assertIn("--principal", said)
                self.remove(*given, given="lamplighter\n")
                self.assertEqual(self.left(), [[], [], [], {}])

    def test_a_ledger_that_cannot_be_saved_stops_it(self):
        before = self.left()
        self.change(failures={"storage blob download-batch": ["You do not have the required permissions"]})
        _, said = self.remove("--yes", code=1)
        self.assertIn("Storage Blob Data Reader on stabc", said)
        self.assertEqual(self.left(), before)
        self.remove("--yes", "--without-ledger")

    def test_a_role_that_another_installation_has_stays(self):
        state = self.state()
        another = f"/subscriptions/{OTHER}/providers/Microsoft.Authorization/roleAssignments/b"
        self.change(assignments=[*state["assignments"], {"id": another, "principalId": "principal-2"}])
        _, said = self.remove("--yes", code=1)
        self.assertIn(f"The role of /subscriptions/{OTHER} stays", said)
        self.assertEqual(self.left(), [[{"id": another, "principalId": "principal-2"}], [f"Lamplighter operator ({OTHER})"], [], {}])

    def test_a_role_of_another_name_goes(self):
        deployments = self.state()["deployments"]
        deployments["lamplighter"]["properties"]["parameters"]["roleName"]["value"] = "Night watch"
        for given in ([], ["--role-name", "Night watch"]):
            self.change(deployments={} if given else deployments, roles=[f"Night watch ({one})" for one in (SUBSCRIPTION, OTHER, "mg")])
            self.remove("--yes", *given)
            self.assertEqual(self.state()["roles"], [])

    def test_a_dry_run_is_a_script_of_what_it_would_do(self):
        before = self.state()
        printed, _ = self.script("remove", "--management-group", "mg", "--without-ledger", "--dry-run")
        self.assertEqual(self.state()["groups"], before["groups"])
        self.change()
        done = self.run_bash("-c", "set -euo pipefail\n" + printed)
        self.assertEqual(done.returncode, 0, printed + done.stderr)
        self.assertEqual(self.left(), [[], [], [], {}])

    def test_wrong_usage(self):
        for arguments in (["--ledger"], ["--nothing"], ["--name", "a b"]):
            self.script("remove", *arguments, code=2)


class Azd(Scripted):
    def azd(self, *arguments, script="deploy", **options):
        return self.script(script, "--with", "azd", *arguments, **options)

    def test_it_makes_the_environment_once_and_goes_up(self):
        self.azd("--location", "westeurope", "--parameters", "defaultZone=Europe/Lisbon")
        self.azd("--location", "westeurope", "--parameters", "actIn=all")
        state = self.state()
        self.assertEqual(state["environments"]["lamplighter"], {
            "AZURE_ENV_NAME": "lamplighter", "AZURE_LOCATION": "westeurope", "LAMPLIGHTER_ZONE": "Europe/Lisbon", "LAMPLIGHTER_ACT_IN": "all"})
        self.assertEqual(state["up"], "lamplighter")
        self.azd("--parameters", "actIn=", script="upgrade")
        self.assertEqual(self.state()["environments"]["lamplighter"]["LAMPLIGHTER_ACT_IN"], "")

    def test_each_variable_is_that_of_the_parameters_file(self):
        given = json.loads((INFRA / "main.parameters.json").read_text())["parameters"]
        names = [name for name in given if name not in ("environmentName", "location")]
        self.assertGreater(len(names), 2)
        self.azd("--location", "westeurope", *(word for name in names for word in ("--parameters", f"{name}=value")))
        variables = {given[name]["value"].removeprefix("${").split("=")[0] for name in names}
        self.assertLessEqual(variables, set(self.state()["environments"]["lamplighter"]))

    def test_what_azd_cannot_take_is_refused(self):
        self.azd("--location", "westeurope", "--parameters", "storageSku=Standard_ZRS", code=2)
        self.azd("--location", "westeurope", "--package", self.package, code=2)
        self.azd(script="upgrade", code=1)
        self.assertNotIn("up", self.state())

    def test_too_old_an_azd_is_stopped_before_it_starts(self):
        self.change(azd="1.25.6")
        out, _ = self.azd("--location", "westeurope", code=1)
        self.assertIn("missing   azd ", out)
        self.assertEqual(self.state()["environments"], {})

    def test_a_dry_run_runs_nothing(self):
        printed, _ = self.azd("--location", "westeurope", "--parameters", "actIn=all", "--dry-run")
        self.assertEqual(self.calls(), [])
        self.assertEqual(self.run_bash("-c", "set -eu\n" + printed).returncode, 0)
        self.assertEqual(self.state()["up"], "lamplighter")


class Form(unittest.TestCase):
    def test_shellcheck_finds_nothing(self):
        scripts = sorted(INFRA.glob("*.sh"))
        self.assertGreater(len(scripts), 5)
        done = subprocess.run(["shellcheck", "--external-sources", *scripts], cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_help_tells_every_option(self):
        for script in ("preflight", "deploy", "upload", "remove"):
            path = INFRA / f"{script}.sh"
            done = subprocess.run(["bash", path, "--help"], capture_output=True, text=True, check=True)
            known = set(re.findall(r"^    (--[a-z-]+)(?= \||\))", path.read_text(), re.M)) - {"--help", "--existing"}
            self.assertGreater(len(known), 4)
            for option in known:
                self.assertRegex(done.stdout, rf"{option}\b", script)
            self.assertTrue(path.stat().st_mode & 0o100)

    def test_nothing_is_used_that_the_bash_of_macos_lacks(self):
        for path in INFRA.glob("*.sh"):
            self.assertNotRegex(path.read_text(), r"\b(mapfile|readarray|declare -A|local -n|coproc)\b|\$\{\w+(,,|\^\^|@Q)|\|&|&>>", path.name)


if __name__ == "__main__":
    unittest.main()
