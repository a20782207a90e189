"""Which proxy leads to a URL, by ``HTTPS_PROXY`` and ``NO_PROXY``: as botocore decides it for AWS."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from sealed_ocr.common.redaction import Redacted


class HttpProxy(Redacted, frozen=True):
    """A proxy that tunnels to HTTPS servers (CONNECT), and the headers that authenticate there."""

    url: str
    headers: dict[str, str]


def proxy_for(url: str) -> HttpProxy | None:
    """Return the proxy for ``url``, or None: there is none, or it is not HTTPS, which a proxy could read."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if parts.scheme != "https" or not proxy or proxy_bypass(parts.netloc):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy.removeprefix('//')}"
    user, password = urlsplit(proxy).username, urlsplit(proxy).password
    if user is None or password is None:
        return HttpProxy(proxy, {})
    return HttpProxy(proxy, urllib3.make_headers(proxy_basic_auth=f"{unquote(user)}:{unquote(password)}"))
