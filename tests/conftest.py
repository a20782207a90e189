import gc
import os
import socketserver
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from local.processes.aws_clients import AwsClients
from local.processes.child import Child

# Applies to every test. A shared machine may be slow at any moment, and no property is about speed. So there is
# no deadline, and no `settings(...)` of a test sets one. The soak runs many more examples.
settings.register_profile(
    "sealed-ocr",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    max_examples=int(os.environ.get("EXAMPLES", "100")),
)
settings.load_profile("sealed-ocr")


def fail(_server, _request, _client_address):
    """Raise the error of a server's handler again instead of printing it. pytest reports errors in threads."""
    raise


pytest.MonkeyPatch().setattr(socketserver.BaseServer, "handle_error", fail)


@pytest.fixture(scope="session")
def aws_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the emulated AWS, in its own process as the pipeline starts it."""
    child = Child.start_server(tmp_path_factory.mktemp("moto"), "local.processes.moto_server")
    yield child.announcement()["url"]
    child.kill()


@pytest.fixture(scope="session")
def aws(aws_url: str) -> AwsClients:
    return AwsClients(aws_url)


def pytest_collection_finish():
    """Let no garbage collection look at the collected tests and the imported modules again."""
    gc.freeze()


def pytest_sessionfinish():
    """Leave nothing to the last garbage collection.

    A worker that takes five seconds for it is interrupted by execnet, and prints the traceback.
    """
    gc.freeze()
