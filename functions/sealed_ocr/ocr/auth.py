"""How a request authenticates: with a secretKey (API v2.0) or with a token (API v2.1, see ``tokens``).

What the secret holds decides which version of the API is used.
"""

from __future__ import annotations

import re
from typing import Any, Literal, Protocol

import msgspec

from sealed_ocr.common.redaction import Redacted
from sealed_ocr.ocr.errors import ConfigurationFault

ApiVersion = Literal["v2.0", "v2.1"]
ACCEPTED_FORMS = (
    '{"appKey": "…", "secretKey": "…"} (API v2.0) or '
    '{"appKey": "…", "userAccessKeyId": "…", "secretAccessKey": "…"} (API v2.1)'
)

_APP_KEY = re.compile(r"[A-Za-z0-9._~-]+")
_VISIBLE = re.compile(r"[\x21-\x7e]+")
# Basic authentication separates the two parts at the first colon.
_NO_COLON = re.compile(r"[\x21-\x39\x3b-\x7e]+")
_MEMBERS = {"appKey": _APP_KEY, "secretKey": _VISIBLE, "userAccessKeyId": _NO_COLON, "secretAccessKey": _VISIBLE}
_V2_0 = ("secretKey",)
_V2_1 = ("userAccessKeyId", "secretAccessKey")
# The shortest words count only alone or before a separator: a real key may begin with any three letters.
_PLACEHOLDER = re.compile(
    r"[<{\[$].*[>}\])]?|x{3,}|put([-_ ].*|your.*|here)?"
    r"|(change|replace|fill|insert|your|todo|example|dummy|placeholder).*",
    re.IGNORECASE,
)


class Authorization(Redacted, frozen=True):
    """What one request authenticates with: the version of the API, the appKey for its path, and its headers."""

    version: ApiVersion
    app_key: str
    headers: dict[str, str]

    def path(self, operation: str) -> str:
        """Return the URL path of ``operation``."""
        return f"/{self.version}/appkeys/{self.app_key}/{operation}"


class Authenticator(Protocol):
    """Authenticates requests. It may itself make requests. Thread-safe."""

    @property
    def version(self) -> ApiVersion:
        """The version of the API. Public keys and Request-Keys of one version are never used with the other."""

    def authorize(self) -> Authorization:
        """Return the authorization of a request that is sent now; raise an ``OcrError`` if there is none."""

    def invalidate(self, refused: Authorization) -> None:
        """Never return ``refused`` again, if there can be another. The service refused its token."""


class SecretKeyAuth(Redacted, frozen=True):
    """API v2.0: the secretKey goes into the header ``Authorization``."""

    app_key: str
    secret_key: str

    @property
    def version(self) -> ApiVersion:
        """The version of the API."""
        return "v2.0"

    def authorize(self) -> Authorization:
        """Return the one authorization."""
        return Authorization(self.version, self.app_key, {"Authorization": self.secret_key})

    def invalidate(self, refused: Authorization) -> None:
        """Do nothing: there is no token."""


class AccessKey(Redacted, frozen=True):
    """API v2.1: the appKey, and the access key of a user account that tokens are requested with."""

    app_key: str
    user_access_key_id: str
    secret_access_key: str


def parse_secret(value: str | bytes) -> SecretKeyAuth | AccessKey:
    """Read the secret's value, one of ``ACCEPTED_FORMS``, stored as text or as binary.

    Raises
    ------
    ConfigurationFault
        If it is anything else, or holds a placeholder. The text names the member and never quotes its value.
    """
    try:
        found = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        subject = "the secret is binary; it" if isinstance(value, bytes) else "the secret"
        raise ConfigurationFault(f"{subject} must be JSON of the form {ACCEPTED_FORMS}, all strings")
    both = [name for name in _MEMBERS if name in found]
    if any(name in found for name in _V2_0) and any(name in found for name in _V2_1):
        raise ConfigurationFault(
            f"the secret has members of both forms ({', '.join(both)}); leave one form: {ACCEPTED_FORMS}"
        )
    names = ("appKey", *(_V2_1 if any(name in found for name in _V2_1) else _V2_0))
    if not all(isinstance(found.get(name), str) for name in names):
        raise ConfigurationFault(f"the secret must be JSON of the form {ACCEPTED_FORMS}, all strings")
    values = [_checked(name, found) for name in names]
    return AccessKey(*values) if len(values) > len(("appKey", *_V2_0)) else SecretKeyAuth(*values)


def _checked(name: str, found: dict[str, Any]) -> str:
    value: str = found[name]
    if not value.strip() or _PLACEHOLDER.fullmatch(value.strip()):
        raise ConfigurationFault(f"the secret's {name} is empty or a placeholder; fill in the console's value")
    if not _MEMBERS[name].fullmatch(value):
        raise ConfigurationFault(f"the secret's {name} has characters that no such key has; copy it again")
    return value
