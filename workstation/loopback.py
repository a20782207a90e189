"""Which requests a server on this machine answers: those of programs on it, and of no foreign page.

A server that is bound to loopback can still be reached by every page that a browser on the machine shows. A page can
send a GET or a form without asking (CSRF), and its host name can be made to resolve to 127.0.0.1 (DNS rebinding); then
the browser regards the server as part of the page's own site. Three headers, which no page can change, tell such
requests from those of curl, boto3 and the functions: ``Host``, ``Origin`` and ``Sec-Fetch-Site``.

https://fetch.spec.whatwg.org/#origin-header, https://w3c.github.io/webappsec-fetch-metadata/
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Protocol

FOREIGN_HOST = "this server answers only under a loopback address"
FOREIGN_PAGE = "this server does not answer pages of other sites"
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:]+\]|[^:\[\]]+)(:[0-9]{1,5})?")


class NotLoopbackError(OSError):
    """A server was about to listen on an address that other machines can reach."""


class Headers(Protocol):
    """The headers of a request; names are not case-sensitive."""

    def get(self, name: str, /) -> str | None:
        """Return a header, or None."""
        ...


def require_loopback(host: str) -> None:
    """Check the address that a server is about to listen on.

    Raises
    ------
    NotLoopbackError
        If other machines can reach it. The local servers hold personal data and ask for no credentials.
    """
    if not is_loopback(host):
        raise NotLoopbackError(f"{host!r} is not a loopback address, and this server is for this machine only")


def refusal(headers: Headers, *, serves_page: bool = False) -> str | None:
    """Return why a request is refused, or None if it is answered.

    The port in ``Host`` may be any: it is another one behind a proxy or a forwarded port, and a page that a browser
    loaded from a loopback address was served by this machine.

    Parameters
    ----------
    headers : Headers
        The headers of the request.
    serves_page : bool
        Whether the server has a page of its own, whose requests are answered too: those with ``Host`` as their origin.
    """
    host = headers.get("Host") or ""
    parts = _HOST.fullmatch(host)
    if parts is None or not is_loopback(parts["name"].strip("[]")):
        return FOREIGN_HOST
    if headers.get("Origin") not in ((None, f"http://{host}") if serves_page else (None,)):
        return FOREIGN_PAGE
    if headers.get("Sec-Fetch-Site") not in ((None, "none", "same-origin") if serves_page else (None, "none")):
        return FOREIGN_PAGE
    return None


def is_loopback(host: str) -> bool:
    """Return whether ``host`` is this machine: ``localhost``, or a loopback address without brackets."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
