"""No secret, key or connection string in anything that is deployed, and no function that would fetch one."""

import re
import subprocess
import unittest

from common import ROOT

PATTERNS = {
    "a storage account key": r"AccountKey=|SharedAccessKey|(?<!sha512-)(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==",
    "a SAS": r"[?&]sig=[A-Za-z0-9%]{8,}",
    "a function that fetches keys": r"\blist(Keys|Secrets|AccountSas|ServiceSas|ConnectionStrings|Credentials|\w*Keys)\s*\(",
    "an instrumentation key": r"InstrumentationKey\s*[=:]|APPINSIGHTS_INSTRUMENTATIONKEY",
    "a connection string": r"DefaultEndpointsProtocol|EndpointSuffix=",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a token": r"\beyJ[A-Za-z0-9_-]{20,}\.|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{20,}|\bnpm_[A-Za-z0-9]{30,}",
    "a client secret": r"AZURE_CLIENT_SECRET|clientSecret(?!SettingName\b)|[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{30,}",
    "a password": r"(?i)\bpassword\s*[=:]\s*['\"]?[^\s'\"{$]{4,}",
    "a webhook": r"https://\S*(webhook\.office\.com|hooks\.slack\.com|logic\.azure\.com)/\S+",
}
PLACES = ("infra", ".github", "azure.yaml", "host.json", "function", "docs/deploy.md", "tests/infra", "tools/bicep_*.py")
ALLOWED = {"tests/infra/test_secrets.py"}


def files():
    result = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *PLACES], cwd=ROOT,
                            capture_output=True, text=True, check=True)
    return [name for name in result.stdout.splitlines() if name not in ALLOWED and (ROOT / name).is_file()]


def findings(text):
    return [what for what, pattern in PATTERNS.items() if re.search(pattern, text)]


class Secrets(unittest.TestCase):
    def test_none_is_there(self):
        self.assertGreater(len(files()), 25)
        for name in files():
            with self.subTest(name):
                self.assertEqual(findings((ROOT / name).read_text()), [])

    def test_the_patterns_find_what_they_are_for(self):
        examples = [
            "AccountName=a;AccountKey=" + "A" * 86 + "==", "https://a.blob.core.windows.net/c?sv=1&sig=abcdefgh123",
            "value: account.listKeys().keys[0].value", "InstrumentationKey=0000", "DefaultEndpointsProtocol=https;",
            "-----BEGIN RSA " + "PRIVATE KEY-----", "ghp_" + "a" * 36, "AZURE_CLIENT_SECRET: x", "password: 'hunter22'",
            "https://x.webhook.office.com/webhookb2/abc",
        ]
        for example in examples:
            self.assertTrue(findings(example), example)

    def test_no_path_of_a_developers_computer(self):
        for name in files():
            text = (ROOT / name).read_text()
            self.assertIsNone(re.search(r"(?<![\w/.<-])/(home|root|Users|work)/\w", text), name)


if __name__ == "__main__":
    unittest.main()
