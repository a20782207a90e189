import os
import socketserver

import pytest
from hypothesis import HealthCheck, settings

# For every test of the tree. A shared machine may be slow at any moment, and no property is about speed, so there is
# no deadline, and no `settings(...)` of a test sets one. The soak tries many more examples.
settings.register_profile(
    "sealed-ocr",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    max_examples=int(os.environ.get("EXAMPLES", "100")),
)
settings.load_profile("sealed-ocr")


def fail(_server, _request, _client_address):
    """Raise what a server's handler raised, instead of printing it: pytest fails a test for an error in a thread."""
    raise


pytest.MonkeyPatch().setattr(socketserver.BaseServer, "handle_error", fail)
