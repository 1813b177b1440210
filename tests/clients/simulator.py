"""A simulator for one test class: over TLS, with a certificate made for it, gone when the class is done."""

import datetime
import ipaddress
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import unittest.mock
import urllib.request
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = pathlib.Path(__file__).parent
FLEET = json.loads((HERE / "fleet.json").read_text())
SUBSCRIPTION = FLEET["subscriptions"][0]["id"]
GROUP = FLEET["subscriptions"][0]["resourceGroups"][0]["name"]
WORKSPACE = FLEET["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["name"]
INSTANCES = FLEET["subscriptions"][0]["resourceGroups"][0]["workspaces"][0]["instances"]
# What App Service would put beside the address of the identity; not a secret here.
IDENTITY_HEADER = "any-word-will-do"
# The simulated world runs this much faster: a stop of 90 s is over in 0.3 s.
SPEED = 300


class SimulatorTest(unittest.TestCase):
    """Starts a new simulator for the class, and points this process's environment at it."""

    # The file of its fleet, or a name that `--fleet` knows.
    fleet = "fleet.json"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="lamplighter-clients-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cert, key = make_certificate(cls.folder)
        cls.log = open(cls.folder / "simulator.log", "w+")
        cls.addClassCleanup(cls.log.close)
        fleet = HERE / cls.fleet if cls.fleet.endswith(".json") else cls.fleet
        cls.process = subprocess.Popen(
            [os.environ["LAMPLIGHTER"], "simulator", "--port", "0", "--fleet", fleet,
             "--start", "2026-11-24T10:00:00Z", "--speed", str(SPEED), "--page-size", "2",
             "--identity-header", IDENTITY_HEADER, "--tls-cert", cert, "--tls-key", key],
            stdout=subprocess.PIPE, stderr=cls.log, text=True)
        cls.addClassCleanup(cls._end)
        first = cls.process.stdout.readline()
        try:
            cls.url = json.loads(first)["listening"]
        except (ValueError, KeyError):
            cls.log.seek(0)
            raise AssertionError(f"the simulator did not start: {first}{cls.log.read()}") from None
        assert cls.url.startswith("https://127.0.0.1:"), cls.url
        cls.environment = {
            "REQUESTS_CA_BUNDLE": str(cert),
            "IDENTITY_ENDPOINT": f"{cls.url}/msi/token",
            "IDENTITY_HEADER": IDENTITY_HEADER,
            "ARM_CLOUD_METADATA_URL": f"{cls.url}/metadata/endpoints?api-version=2022-09-01",
        }
        cls.trust = ssl.create_default_context(cafile=cert)
        patch = unittest.mock.patch.dict(os.environ, cls.environment)
        patch.start()
        cls.addClassCleanup(patch.stop)

    @classmethod
    def _end(cls):
        cls.process.kill()
        cls.process.wait()
        cls.process.stdout.close()

    def calls(self):
        """Calls by method and route, as the simulator counted them."""
        with urllib.request.urlopen(f"{self.url}/simulator/calls", context=self.trust) as answer:
            routes = json.load(answer)["routes"]
        return {(route["method"], route["route"]): route["count"] for route in routes}


def make_certificate(folder: pathlib.Path, ca=True):
    """A certificate for 127.0.0.1 that vouches for itself, and its key, as PEM files. Rustls takes it only where it is no
    authority's; OpenSSL only where it is one's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lamplighter simulator")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .sign(key, hashes.SHA256()))
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return cert_file, key_file
