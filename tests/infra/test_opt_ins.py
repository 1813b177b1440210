"""azuredeploy.json worked out with channels of notices, the sign-in and the queue of holds: each with what it needs and no more."""

import unittest

import arm
from common import lamplighter
from test_expanded import OTHER, expand, of, one


class Channels(unittest.TestCase):
    KINDS = ("Microsoft.Communication/communicationServices", "Microsoft.Communication/emailServices",
             "Microsoft.Communication/emailServices/domains", "Microsoft.EventGrid/topics")

    def settings(self, azure):
        config = [made["properties"] for made in of(azure, "Microsoft.Web/sites/config").values() if made["name"].endswith("/appsettings")]
        self.assertEqual(len(config), 1)
        return config[0]

    def more(self, azure):
        """App settings beyond those of a deployment with defaults."""
        usual = self.settings(expand()[0])
        return {name: value for name, value in self.settings(azure).items() if name not in usual}

    def grants(self, azure):
        """Role and place of each grant beyond those of a deployment with defaults."""
        usual = of(expand()[0], "Microsoft.Authorization/roleAssignments")
        return {(made["properties"]["roleDefinitionId"].rsplit("/", 1)[-1], where.split("/providers/Microsoft.Authorization/")[0])
                for where, made in of(azure, "Microsoft.Authorization/roleAssignments").items() if where not in usual}

    def taken(self, azure):
        """The program takes the settings, where App Service gives the site its name."""
        result = lamplighter("settings", "--json", **self.settings(azure), WEBSITE_HOSTNAME="func-lamplighter.azurewebsites.net")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_none_by_default(self):
        azure, outputs = expand()
        for kind in self.KINDS:
            self.assertEqual(of(azure, kind), {})
        self.assertEqual(outputs["LAMPLIGHTER_SIGN_IN_PRINCIPAL_ID"], "")
        for name in self.settings(azure):
            self.assertNotRegex(name, "NOTICE|HOLD|SIGN_IN|KEEP_URL|OVERRIDE|WEBSITE")

    def test_mail(self):
        azure, _ = expand(noticeEmail=True)
        [(account, made)] = of(azure, self.KINDS[0]).items()
        [(domain, managed)] = of(azure, self.KINDS[2]).items()
        self.assertEqual(made["properties"]["linkedDomains"], [domain])
        self.assertIs(made["properties"]["disableLocalAuth"], True)
        self.assertEqual((managed["properties"]["domainManagement"], managed["properties"]["userEngagementTracking"]),
                         ("AzureManaged", "Disabled"))
        for kind in self.KINDS[:2]:
            self.assertRegex(one(azure, kind)["name"], r"^[a-zA-Z0-9-]{1,63}$")
            self.assertEqual(one(azure, kind)["location"], "global")
        self.assertEqual(self.grants(azure), {("09976791-48a7-449e-bb21-39d1a415f350", account)})
        self.assertEqual(self.more(azure), {
            "NOTICE_EMAIL": f"https://{made['properties']['hostName']}",
            "NOTICE_EMAIL_FROM": f"DoNotReply@{managed['properties']['mailFromSenderDomain']}"})
        self.taken(azure)
        longest, _ = expand(noticeEmail=True, environmentName="a" * 20)
        self.assertLessEqual(len(one(longest, self.KINDS[1])["name"]), 63)

    def test_events(self):
        azure, _ = expand(noticeEventGrid=True)
        [(topic, made)] = of(azure, self.KINDS[3]).items()
        self.assertEqual((made["properties"]["inputSchema"], made["properties"]["disableLocalAuth"]), ("CloudEventSchemaV1_0", True))
        self.assertRegex(made["name"], r"^[A-Za-z0-9-]{3,50}$")
        self.assertEqual(self.grants(azure), {("d5a91429-5739-47e2-a06b-3470a27159e7", topic)})
        self.assertEqual(self.more(azure), {"NOTICE_EVENTGRID": made["properties"]["endpoint"]})
        self.taken(azure)
        longest, _ = expand(noticeEventGrid=True, environmentName="a" * 20)
        self.assertLessEqual(len(one(longest, self.KINDS[3])["name"]), 50)

    def test_teams_by_a_token_is_a_plain_parameter(self):
        azure, _ = expand(noticeTeams="https://flows.example/workflows/1?api-version=1")
        self.assertEqual(self.more(azure), {
            "NOTICE_TEAMS_WEBHOOK": "https://flows.example/workflows/1?api-version=1", "NOTICE_TEAMS_AUTH": "identity"})
        self.assertEqual(self.grants(azure), set())
        self.taken(azure)

    def test_secrets_are_references_each_with_the_right_to_read_it_and_no_other(self):
        vault = f"/subscriptions/{OTHER}/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/kv-ours"
        azure, _ = expand(noticeVaultId=vault, noticeTeamsInVault="teams", noticeSlackInVault="slack", noticeAzureInVault="teams",
                          noticeWebhook="https://hooks.example/lamplighter", noticeWebhookSignedBy="whsec")

        def reference(name):
            return f"@Microsoft.KeyVault(VaultName=kv-ours;SecretName={name})"

        self.assertEqual(self.more(azure), {
            "NOTICE_TEAMS_WEBHOOK": reference("teams"), "NOTICE_TEAMS_AUTH": "url", "NOTICE_SLACK_WEBHOOK": reference("slack"),
            "NOTICE_WEBHOOK": "https://hooks.example/lamplighter", "NOTICE_WEBHOOK_SECRET": reference("whsec"),
            "NOTICE_AZURE_WEBHOOK": reference("teams")})
        # What is named twice is granted once.
        self.assertEqual(self.grants(azure), {("4633458b-17de-408a-b875-0445c86b69e6", f"{vault}/secrets/{name}")
                                              for name in ("teams", "slack", "whsec")})
        made = list(azure.made)
        app = next(at for at, where in enumerate(made) if "/Microsoft.Web/sites/" in where)
        self.assertLess(max(at for at, where in enumerate(made) if "/Microsoft.KeyVault/" in where), app,
                        "a reference is read when the app starts, and then not for hours")

    def test_who_may_send_holds_reaches_that_queue_only(self):
        people = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"]
        azure, outputs = expand(holdSenders=people)
        account = next(iter(of(azure, "Microsoft.Storage/storageAccounts")))
        self.assertEqual(self.grants(azure), {("c6a89b2d-59bc-44d0-9896-0f6e12d7b80a", f"{account}/queueServices/default/queues/holds")})
        made = [grant["properties"] for where, grant in of(azure, "Microsoft.Authorization/roleAssignments").items() if "/queues/holds/" in where]
        self.assertEqual(sorted(grant["principalId"] for grant in made), people)
        self.assertEqual(self.more(azure), {"HOLD_QUEUE": "true"})
        self.taken(azure)
        # A person, a group or an identity: Azure looks up which.
        self.assertFalse(any("principalType" in grant for grant in made))
        self.assertTrue(outputs["LAMPLIGHTER_HOLDS"].endswith(".queue.core.windows.net/holds"))

    def test_links_to_the_page(self):
        for url in ("site", "https://keep.example"):
            azure, _ = expand(keepUrl=url)
            self.assertEqual(self.more(azure), {"KEEP_URL": url})
            self.taken(azure)

    def test_owners_sign_in_by_an_identity_of_its_own_and_without_a_secret(self):
        client = "00000000-0000-0000-0000-00000000000c"
        azure, outputs = expand(authClientId=client, signIn="tenant")
        identities = of(azure, "Microsoft.ManagedIdentity/userAssignedIdentities")
        [(own, made)] = [(where, made) for where, made in identities.items() if "sign-in" in made["name"]]
        self.assertEqual(len(identities), 2)
        self.assertEqual(outputs["LAMPLIGHTER_SIGN_IN_PRINCIPAL_ID"], made["properties"]["principalId"])
        site = one(azure, "Microsoft.Web/sites")
        self.assertEqual(site["identity"]["userAssignedIdentities"], {where: {} for where in identities})
        self.assertNotEqual(site["properties"]["keyVaultReferenceIdentity"], own)
        self.assertEqual(self.more(azure), {
            "SIGN_IN": "tenant", "SIGN_IN_TENANT": arm.TENANT, "KEEP_URL": "site", "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID": made["properties"]["clientId"],
            "WEBSITE_AUTH_AAD_ALLOWED_TENANTS": arm.TENANT})
        self.assertEqual(self.settings(azure)["AZURE_CLIENT_ID"], self.settings(azure)["AzureWebJobsStorage__clientId"])
        self.assertNotEqual(self.settings(azure)["AZURE_CLIENT_ID"], made["properties"]["clientId"])
        self.assertEqual(self.grants(azure), set(), "the identity of the sign-in may do nothing")
        [auth] = [made["properties"] for made in of(azure, "Microsoft.Web/sites/config").values() if made["name"].endswith("/authsettingsV2")]
        self.assertIs(auth["platform"]["enabled"], True)
        # Who is not signed in comes through, the app itself checks; the function key guards the rest as before.
        self.assertEqual(auth["globalValidation"], {"requireAuthentication": False, "unauthenticatedClientAction": "AllowAnonymous"})
        entra = auth["identityProviders"]["azureActiveDirectory"]
        self.assertEqual(entra["registration"], {
            "clientId": client, "clientSecretSettingName": "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
            "openIdIssuer": f"https://login.microsoftonline.com/{arm.TENANT}/v2.0"})
        self.assertEqual(entra["validation"]["allowedAudiences"], [client])
        self.assertIs(auth["login"]["tokenStore"]["enabled"], False)
        self.taken(azure)
        for who in ("owner", "tenant"):
            azure, _ = expand(authClientId=client, signIn=who, keepUrl="https://keep.example")
            self.assertEqual((self.more(azure)["KEEP_URL"], self.more(azure)["SIGN_IN"]), ("https://keep.example", who))
            self.taken(azure)

    def test_no_channel_adds_a_right_in_resource_manager(self):
        everything = {"noticeEmail": True, "noticeEventGrid": True, "authClientId": "c", "noticeTeams": "https://x.example"}
        roles = [one(azure, "Microsoft.Authorization/roleDefinitions")["properties"]["permissions"] for azure, _ in (expand(), expand(**everything))]
        self.assertEqual(roles[0], roles[1])


if __name__ == "__main__":
    unittest.main()
