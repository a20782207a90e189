import gc
import os
import socketserver

import pytest
from hypothesis import HealthCheck, settings

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


def pytest_sessionfinish():
    """Leave nothing to the last garbage collection.

    A worker that takes five seconds for it is interrupted by execnet, and prints the traceback.
    """
    gc.freeze()
