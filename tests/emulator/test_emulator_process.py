"""``python -m emulator``, TLS, and data that no log may contain."""

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from types import SimpleNamespace

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from emulator.control.client import ControlClient
from emulator.faults import kinds
from emulator.testing import Emulator
from tests.emulator.caller import Caller
from tests.emulator.images import specimen
from tests.support.polling import PATIENCE

KEYS = ("--app-key", "canary-app", "--secret-key", "canary-secret")
HOME = Path(__file__).parents[2]
IMAGE = specimen("credit-card")
ID_CARD = specimen("resident")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "emulator")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(built.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(folder / "cert.pem"), str(folder / "key.pem")


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start emulators; those that a failed test leaves running are killed after it."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", *KEYS, "--reader", "specimen", *options],
            cwd=HOME,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def caller_of(process: subprocess.Popen, ca_file: str | None = None) -> Caller:
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["url"]
    return Caller(SimpleNamespace(url=url, app_key="canary-app", secret_key="canary-secret"), ca_file)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_program_prints_its_url_and_stops_on_a_signal(start, stop) -> None:
    process = start("--max-image-bytes", "100000", "--passport-request-keys")
    caller = caller_of(process)
    assert caller.url.startswith("http://127.0.0.1:")
    assert caller.analyze("credit-card", IMAGE)[0].code == 0
    assert caller.analyze("credit-card", IMAGE + bytes(100_000))[0].code == 4131000
    assert "Request-Key" in caller.analyze("id-card", specimen("passport"))[0].headers
    process.send_signal(stop)
    rest, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_the_program_stops_during_a_slow_response(start) -> None:
    process = start()
    caller = caller_of(process)
    ControlClient(caller.url).fault(kinds.Drip(operation="credit-card", interval=60))
    sealed = caller.sealed_image("credit-card", IMAGE)
    response = caller.pool.request(
        "POST", caller.url + caller.path("credit-card"), headers=sealed.headers, body=sealed.body, preload_content=False
    )
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 0
    response.close()


def test_no_personal_data_is_logged(start) -> None:
    process = start()
    caller = caller_of(process)
    control = ControlClient(caller.url)
    sealed = caller.sealed_image("id-card", ID_CARD)
    request_key = caller.post("id-card", sealed).headers["Request-Key"]
    caller.verify(request_key, {"idType": "resident", "name": "canary-name"})
    for fault in (kinds.HalfBody(), kinds.ResetBeforeBody(), kinds.ResetAfterBody(), kinds.Drip(interval=0)):
        control.fault(fault)
        with suppress(urllib3.exceptions.ProtocolError):
            caller.send("GET", caller.path("public-keys/id-card"), {"Authorization": caller.secret_key})
    caller.send("GET", caller.path("canary path"))
    caller.send("POST", caller.path("id-card"), {"Symmetric-Key": "canary\x7fheader"})
    process.terminate()
    out, errors = process.communicate(timeout=PATIENCE)
    assert (out, errors) == ("", "")


def test_no_log_level_shows_credentials(emulator, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    caller = Caller(emulator)
    caller.analyze("id-card", ID_CARD)
    ours = "".join(f"{record.name} {record.getMessage()}" for record in caplog.records if "urllib3" not in record.name)
    assert emulator.app_key not in ours
    assert emulator.secret_key not in ours


def test_a_port_in_use_is_a_one_line_error(start, emulator) -> None:
    process = start("--port", emulator.url.rsplit(":", 1)[1])
    out, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (2, "")
    assert errors.startswith("emulator: cannot start: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_address_that_other_machines_can_reach_is_a_one_line_error(start, host) -> None:
    process = start("--host", host)
    out, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (2, "")
    assert errors.startswith(f"emulator: cannot start: '{host}' is not a loopback address")
    assert errors.count("\n") == 1


def test_https_as_a_program_and_in_process(start, certificate) -> None:
    cert, key = certificate
    process = start("--tls-cert", cert, "--tls-key", key)
    caller = caller_of(process, cert)
    assert caller.url.startswith("https://127.0.0.1:")
    assert caller.analyze("credit-card", IMAGE)[0].code == 0
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 0
    with Emulator(tls_cert=cert, tls_key=key) as emulator:
        caller = Caller(emulator, cert)
        emulator.fault(kinds.ResetAfterBody(operation="credit-card"))
        emulator.fault(kinds.Drip(operation="credit-card", interval=0, part="headers"))
        with pytest.raises(Exception, match="Connection"):
            caller.analyze("credit-card", IMAGE)
        assert caller.analyze("credit-card", IMAGE)[0].code == 0
        assert emulator.counters().paid.total == 2


def test_a_worker_that_reads_images_loads_no_server() -> None:
    # Workers are spawned, so each imports the main module.
    loaded = "import sys, emulator.__main__, emulator.readers.pool; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=HOME, check=False).returncode == 0
