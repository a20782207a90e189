"""TLS to AWS with the authorities read once.

urllib3 has a context read its file of authorities again for each new connection, and botocore has a context for each
client (urllib3 issue 3623, botocore issue 3171). That is 19 ms of processor time a connection, of which a cold
function's first batch opens dozens.
"""

from __future__ import annotations

import ssl
import threading
from typing import Any


class OnceContext(ssl.SSLContext):
    """A client's context that checks certificate and host name, and reads each file of authorities once.

    Thread-safe.
    """

    # Set on the object, not in __init__: SSLContext makes its objects in __new__ and takes no more arguments.
    _read: frozenset[tuple[object, ...]] = frozenset()
    _lock = threading.Lock()

    def load_verify_locations(self, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        """Take in authorities, as ``SSLContext`` does, unless they have been."""
        told = (cafile, capath, cadata)
        with self._lock:
            if told not in self._read:
                super().load_verify_locations(cafile, capath, cadata)
                self._read |= {told}


def once_context() -> OnceContext:
    """Return a context for all clients of a process."""
    context = OnceContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def pool_options(client: Any) -> dict[str, Any]:
    """Return what a botocore client opens its connections with, other than through a proxy, to be changed.

    botocore takes no context from outside, and no time for the whole of an attempt. What is looked up here is its own
    and may be named otherwise in another version; a start then fails, and so does every test.
    """
    options: dict[str, Any] = client._endpoint.http_session._manager.connection_pool_kw
    return options
