"""What the functions reach of botocore's private parts: the options of its connection pools.

botocore accepts no TLS context and no time limit for a whole attempt. urllib3 loads the file of certificate authorities
again for each new connection, and botocore makes a context for each client (urllib3 issue 3623, botocore issue 3171).
That costs 19 ms of CPU time for each connection, and the first batch of a cold function opens dozens.
"""

from __future__ import annotations

import ssl
import threading
from typing import Any


class SharedTlsContext(ssl.SSLContext):
    """A client context that checks certificate and host name, and loads each file of authorities once.

    Thread-safe.
    """

    # A class attribute, because SSLContext creates its objects in __new__ and takes no further arguments.
    _loaded: frozenset[tuple[object, ...]] = frozenset()
    _lock = threading.Lock()

    def load_verify_locations(self, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        """Load authorities as ``SSLContext`` does, unless they are loaded already."""
        source = (cafile, capath, cadata)
        with self._lock:
            if source not in self._loaded:
                super().load_verify_locations(cafile, capath, cadata)
                self._loaded |= {source}


def shared_tls_context() -> SharedTlsContext:
    """Return a context for all clients of a process."""
    context = SharedTlsContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def pool_options(client: Any) -> dict[str, Any]:
    """Return the options, to be changed, with which a client opens connections (other than through a proxy).

    Reads private botocore attributes. If an upgrade renames them, start-up and every test fail.
    """
    options: dict[str, Any] = client._endpoint.http_session._manager.connection_pool_kw
    return options
