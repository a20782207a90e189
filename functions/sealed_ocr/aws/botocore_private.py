"""What the functions reach of botocore's private parts: its connection pools.

botocore accepts no TLS context, no time limit for a whole attempt and no limit for the idle time of a connection.
urllib3 loads the file of certificate authorities again for each new connection, and botocore makes a context for each
client (urllib3 issue 3623, botocore issue 3171). That costs 19 ms of CPU time for each connection, and the first batch
of a cold function opens dozens.
"""

from __future__ import annotations

import ssl
import threading
import time
from functools import partial
from typing import Any

from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
)

from sealed_ocr.network.connection import Clock, PooledConnection


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


class _Connection(PooledConnection):
    def connect(self) -> None:
        """Connect, and leave what is left of the attempt for sending the request.

        urllib3 bounds the response by what is left of the attempt, but gives sending the whole time again.
        """
        deadline = time.monotonic() + (self.timeout or 0.0)
        super().connect()
        self.timeout = max(deadline - time.monotonic(), 0.001)


# The stubs of botocore describe a mixin of its own that does not derive from urllib3's connection.
class _PlainConnection(_Connection, AWSHTTPConnection):  # type: ignore[misc]  # see above
    pass


class _TlsConnection(_Connection, AWSHTTPSConnection):  # type: ignore[misc]  # see above
    pass


class _Pool(AWSHTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(AWSHTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def configure_pools(client: Any, clocks: tuple[Clock, ...], **options: Any) -> None:
    """Let the connections of a client expire by ``clocks``, and open them with ``options``, also through a proxy.

    Reads private botocore attributes. If an upgrade renames them, start-up and every test fail.
    """
    session = client._endpoint.http_session
    pools = {"http": partial(_Pool, clocks=clocks), "https": partial(_TlsPool, clocks=clocks)}
    # The managers of the session share this dictionary.
    session._pool_classes_by_scheme.update(pools)
    managers = [session._manager]
    if proxy := session._proxy_config.proxy_url_for("https://"):
        managers.append(session._get_proxy_manager(proxy))
    for manager in managers:
        manager.connection_pool_kw.update(options)
