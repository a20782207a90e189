import contextlib
import logging
import ssl

import pytest
from sealed_ocr.ocr.transport import Transport

from emulator.testing import Emulator
from tests.emulator.images import DOCUMENTS
from tests.functions.ocr.callers import ACCESS_KEY_ID, APP_KEY, SECRET_ACCESS_KEY, SECRET_KEY, caller_of
from tests.support.canary import assert_clean, log_text, values_of
from tests.support.certificates import Authority
from tests.support.raw_server import RawServer

# Values as printed on the specimens and as a claim holds them. Four digits of a card may occur by chance.
PERSONAL = [value for value in values_of(DOCUMENTS) if not value.isdigit() or len(value) > 4]
PERSONAL += ["4111111111111111", "8001011234567", "9002022345678", "110912345678", "20150302"]


CREDENTIALS = [APP_KEY, SECRET_KEY, ACCESS_KEY_ID, SECRET_ACCESS_KEY]


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def served(authority):
    return authority.issue("service")


@pytest.fixture(scope="session")
def server_tls(served):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(served.chain, served.key)
    return context


@pytest.fixture(scope="session")
def client_tls(authority):
    """The client's TLS context, which trusts the certificate authority of the tests."""
    return ssl.create_default_context(cafile=authority.file)


@pytest.fixture(params=["HTTP", "TLS"])
def tls(request, server_tls):
    return server_tls if request.param == "TLS" else None


@pytest.fixture
def serve(tls, client_tls):
    """Start servers over HTTP, then over TLS; each with a transport to it."""
    with contextlib.ExitStack() as servers:

        def start(behave, connections=2, **options):
            server = servers.enter_context(RawServer(behave, tls))
            return server, Transport(server.url, connections, client_tls, **options)

        yield start


@pytest.fixture(scope="session")
def plain_emulator():
    with Emulator(max_image_bytes=1_000_000, passport_request_keys=True) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def tls_emulator(served):
    with Emulator(
        max_image_bytes=1_000_000,
        passport_request_keys=True,
        tls_cert=str(served.chain),
        tls_key=str(served.key),
    ) as emulator:
        yield emulator


@pytest.fixture
def emulator(plain_emulator):
    return fresh(plain_emulator)


@pytest.fixture(params=["HTTP", "TLS"])
def any_emulator(request):
    """The emulator over HTTP, then over TLS."""
    return fresh(request.getfixturevalue("plain_emulator" if request.param == "HTTP" else "tls_emulator"))


def fresh(emulator):
    emulator.reset()
    emulator.reset_counters()
    # The emulator has credentials of its own. Those of the canary are longer and unmistakable.
    emulator.accept_credentials(APP_KEY, SECRET_KEY, ACCESS_KEY_ID, SECRET_ACCESS_KEY)
    emulator.app_key, emulator.secret_key = APP_KEY, SECRET_KEY
    return emulator


@pytest.fixture
def caller(emulator):
    return caller_of(emulator)


@pytest.fixture
def any_caller(any_emulator, client_tls):
    return caller_of(any_emulator, context=client_tls)


@pytest.fixture(autouse=True)
def clean_logs(caplog):
    """Check the log records of every test for secrets and personal values."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sealed_ocr")
    yield
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    assert_clean(log_text(records), [*CREDENTIALS, "Bearer ", "/v2.0/appkeys", "/v2.1/appkeys", *PERSONAL])
