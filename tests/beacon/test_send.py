"""Writing the document: identity endpoints, blob storage, folders, and what must never be said."""
import base64
import json
import urllib.parse

from support import BLOB, FOUNDRY_BLOBS, WORKBENCH, Emulated, Place, Stub, module, sas

TOKEN = "head.%s.signature-nobody-may-see" % base64.urlsafe_b64encode(b'{"oid":"x","idtyp":"app"}').decode().rstrip("=")
SECRET = "a-secret-nobody-may-see"
GUID = "11112222-3333-4444-5555-666677778888"


def created(_number, _handler):
    return 201, {}, ""


class Sending(Place):
    def setUp(self):
        super().setUp()
        self.answer = lambda number, handler: (200, {}, json.dumps({"access_token": TOKEN, "expires_on": "1"}))
        self.identity = Stub(self, lambda number, handler: self.answer(number, handler))

    def blob(self, answer=created):
        self.storage = Stub(self, answer)
        return self.storage.url + "/account/beacons"

    def send(self, url, **more):
        ran = self.run_script(**{"DESTINATION": url, "MSI_ENDPOINT": self.identity.url + "/MSI/auth", "MSI_SECRET": SECRET, **more})
        for secret in (TOKEN, "signature-nobody", SECRET, "nobody-sees"):
            self.assertNotIn(secret, ran.said)
            self.assertNotIn(secret, (self.state / "state.json").read_text())
        return ran

    def asked(self):
        """The one question to the identity endpoint: path, query, headers."""
        self.assertEqual(len(self.identity.asked), 1)
        one = self.identity.asked[0]
        url = urllib.parse.urlsplit(one["path"])
        return url.path, dict(urllib.parse.parse_qsl(url.query)), {name.lower(): value for name, value in one["headers"].items()}

    def test_with_a_compute_instances_identity(self):
        ran = self.send(self.blob() + "/some/prefix/")
        self.assertEqual(ran.code, 0, ran.said)
        path, query, headers = self.asked()
        self.assertEqual((path, query), ("/MSI/auth", {"resource": "https://storage.azure.com/", "api-version": "2017-09-01"}))
        self.assertEqual(headers["secret"], SECRET)
        put = self.storage.asked[0]
        self.assertEqual((put["method"], put["path"]), ("PUT", "/account/beacons/some/prefix/" + BLOB))
        headers = {name.lower(): value for name, value in put["headers"].items()}
        self.assertEqual((headers["authorization"], headers["x-ms-blob-type"], headers["x-ms-version"]), ("Bearer " + TOKEN, "BlockBlob", "2021-12-02"))
        document = json.loads(put["body"])
        self.keeps_to_the_form(document)
        self.assertEqual(self.remembered()["at"], document["at"])

    def test_which_identity(self):
        self.send(self.blob(), CLIENT_ID=GUID)
        self.assertEqual(self.asked()[1]["clientid"], GUID)

    def test_the_instances_own_word_on_its_identity(self):
        (self.root / "etc" / "environment.sso").write_text(
            f"MSI_ENDPOINT={self.identity.url}/sso\nMSI_SECRET='{SECRET}'\nDEFAULT_IDENTITY_CLIENT_ID={GUID}\n")
        ran = self.send(self.blob(), MSI_ENDPOINT=None, MSI_SECRET=None)
        self.assertEqual(ran.code, 0, ran.said)
        path, query, headers = self.asked()
        self.assertEqual((path, query["clientid"], headers["secret"]), ("/sso", GUID, SECRET))

    def test_a_placeholder_is_no_client_id(self):
        self.send(self.blob(), DEFAULT_IDENTITY_CLIENT_ID="clientid")
        self.assertNotIn("clientid", self.asked()[1])

    def test_with_an_app_services_identity(self):
        ran = self.send(self.blob(), MSI_ENDPOINT=None, MSI_SECRET=None, IDENTITY_ENDPOINT=self.identity.url + "/id", IDENTITY_HEADER=SECRET, CLIENT_ID=GUID)
        self.assertEqual(ran.code, 0, ran.said)
        path, query, headers = self.asked()
        self.assertEqual((path, query), ("/id", {"api-version": "2019-08-01", "resource": "https://storage.azure.com/", "client_id": GUID}))
        self.assertEqual(headers["x-identity-header"], SECRET)

    def test_a_workbenchs_document_by_its_identity_and_its_notice(self):
        told = json.dumps({"version": 1, "at": "2026-11-23T18:45:00Z", "notices": []})
        ran = self.send(self.blob(lambda number, handler: (201, {}, "") if handler.command == "PUT" else (200, {}, told)), COMPUTE_ID=WORKBENCH,
                        MSI_ENDPOINT=None, MSI_SECRET=None, IDENTITY_ENDPOINT=self.identity.url + "/id", IDENTITY_HEADER=SECRET)
        self.assertEqual(ran.code, 0, ran.said)
        self.assertEqual(self.asked()[2]["x-identity-header"], SECRET)
        blob = FOUNDRY_BLOBS[WORKBENCH]
        self.assertEqual([(one["method"], one["path"]) for one in self.storage.asked],
                         [("PUT", f"/account/beacons/{blob}"), ("GET", f"/account/beacons/notice/{blob}")])

    def test_with_a_virtual_machines_identity(self):
        script = module()
        script.environment = lambda name: ""
        self.assertEqual(script.token_request(""), ("http://169.254.169.254/metadata/identity/oauth2/token", {
            "api-version": "2018-02-01", "resource": "https://storage.azure.com/"}, {"Metadata": "true"}))
        self.assertEqual(script.token_request(GUID)[1]["client_id"], GUID)

    def test_a_persons_token_is_not_used(self):
        claims = base64.urlsafe_b64encode(b'{"scp":"user_impersonation","upn":"anna@example.com"}').decode().rstrip("=")
        self.answer = lambda number, handler: (200, {}, json.dumps({"access_token": f"h.{claims}.s"}))
        ran = self.send(self.blob())
        self.assertEqual(ran.code, 1)
        self.assertIn("that of a person", ran.err)
        self.assertNotIn("anna", ran.said)
        self.assertEqual(self.storage.asked, [])

    def test_no_token(self):
        for answer, said in (((400, {}, "no identity"), "answered 400"), ((200, {}, "[]"), "something else"),
                             ((200, {}, '{"access_token": "a\\nb"}'), "something else"),
                             ((302, {"Location": "http://127.0.0.1:1/"}, ""), "answered 302")):
            self.answer = lambda number, handler, answer=answer: answer
            ran = self.send(self.blob())
            self.assertEqual(ran.code, 1)
            self.assertIn(said, ran.err)
            self.assertEqual(self.storage.asked, [])

    def test_an_identity_endpoint_that_is_late_is_asked_again(self):
        ok = self.answer
        self.answer = lambda number, handler: (500, {}, "") if number == 1 else ok(number, handler)
        self.assertEqual(self.send(self.blob()).code, 0)
        self.assertEqual(len(self.identity.asked), 2)

    def test_storage_that_stumbles_is_tried_three_times(self):
        ran = self.send(self.blob(lambda number, handler: (503 if number < 3 else 201 if handler.command == "PUT" else 404, {}, "")))
        self.assertEqual((ran.code, [one["method"] for one in self.storage.asked]), (0, ["PUT", "PUT", "PUT", "GET"]), ran.said)

    def test_storage_that_lies_down_is_not_tried_for_ever_and_the_look_is_kept(self):
        ran = self.send(self.blob(lambda number, handler: (500, {"x-ms-error-code": "InternalError"}, "")))
        self.assertEqual((ran.code, len(self.storage.asked)), (1, 3))
        self.assertIn("127.0.0.1 answered 500 (InternalError)", ran.err)
        self.assertEqual(self.remembered()["since"], self.remembered()["at"])

    def test_a_refusal_is_told_and_not_repeated(self):
        ran = self.send(self.blob(lambda number, handler: (403, {"x-ms-error-code": "AuthorizationPermissionMismatch"}, TOKEN)))
        self.assertEqual((ran.code, len(self.storage.asked)), (1, 1))
        self.assertIn("answered 403 (AuthorizationPermissionMismatch)", ran.err)

    def test_a_redirect_is_not_followed(self):
        elsewhere = Stub(self, created)
        ran = self.send(self.blob(lambda number, handler: (307, {"Location": elsewhere.url + "/stolen"}, "")))
        self.assertEqual(ran.code, 1)
        self.assertIn("answered 307", ran.err)
        self.assertEqual(elsewhere.asked, [])

    def test_nobody_listens(self):
        url = self.blob()
        self.storage.server.shutdown()
        self.storage.server.server_close()
        ran = self.send(url)
        self.assertEqual(ran.code, 1)
        self.assertIn("could not write to 127.0.0.1: Connection refused", ran.err)

    def test_a_sas_needs_no_token_and_is_never_said(self):
        ran = self.send(self.blob() + "?sv=2021-12-02&sig=nobody-sees%3D")
        self.assertEqual(ran.code, 0, ran.said)
        self.assertEqual(self.identity.asked, [])
        put = self.storage.asked[0]
        self.assertEqual(put["path"], "/account/beacons/" + BLOB + "?sv=2021-12-02&sig=nobody-sees%3D")
        self.assertNotIn("Authorization", put["headers"])
        ran = self.send(self.blob(lambda number, handler: (403, {}, "")) + "?sig=nobody-sees")
        self.assertEqual(ran.code, 1)

    def test_names_are_written_as_urls_want_them(self):
        compute = "/subscriptions/%s/resourceGroups/Gr%%C3%%BC(n)_x/providers/microsoft.machinelearningservices/workspaces/W/computes/C" % GUID
        ran = self.send(self.blob(), COMPUTE_ID=urllib.parse.unquote(compute))
        self.assertEqual(ran.code, 0, ran.said)
        self.assertEqual(self.storage.asked[0]["path"], f"/account/beacons/{GUID}/gr%C3%BC%28n%29_x/w/c.json")

    def test_into_a_folder_whole(self):
        self.look()
        written = self.out / BLOB
        self.assertEqual(written.stat().st_mode & 0o777, 0o644)
        before = written.stat().st_ino
        self.look()
        self.assertNotEqual(written.stat().st_ino, before)  # renamed into place, not written over
        self.assertEqual([path.name for path in written.parent.iterdir()], [written.name])

    def test_show_writes_nothing(self):
        ran = self.run_script("--show", DESTINATION=None)
        self.assertEqual(ran.code, 0, ran.said)
        self.keeps_to_the_form(json.loads(ran.out))
        self.assertFalse(self.state.exists())
        self.assertEqual(list(self.out.iterdir()), [])


class Azurite(Emulated):
    """Microsoft's own emulator judges the request and the SAS."""

    def test_a_document_through_blob_storage(self):
        container = self.container()
        ran = self.run_script(DESTINATION=f"{container}?{sas('cw')}")
        self.assertEqual(ran.code, 0, ran.said)
        first = json.loads(self.call("GET", f"{container}/{BLOB}?{sas('r')}"))
        self.keeps_to_the_form(first)
        ran = self.run_script(DESTINATION=f"{container}?{sas('cw')}")
        self.assertEqual(ran.code, 0, ran.said)
        second = json.loads(self.call("GET", f"{container}/{BLOB}?{sas('r')}"))
        self.assertEqual(second["since"], first["since"])
        # A right that is not in the SAS.
        ran = self.run_script(DESTINATION=f"{container}?{sas('r')}")
        self.assertEqual(ran.code, 1)
        self.assertIn("answered 403 (AuthorizationPermissionMismatch)", ran.err)
        self.assertNotIn("sig", ran.said)
