"""How a request authenticates: the part that the tokens of API v2.1 would replace."""

from __future__ import annotations

import re

import msgspec

from sealed_ocr.common.redaction import Redacted
from sealed_ocr.ocr.errors import ConfigurationFault

_APP_KEY = re.compile(r"[A-Za-z0-9._~-]+")
_SECRET_KEY = re.compile(r"[\x21-\x7e]+")
# The shortest words count only alone or before a separator: a real key may begin with any three letters.
_PLACEHOLDER = re.compile(
    r"[<{\[$].*[>}\])]?|x{3,}|put([-_ ].*|your.*|here)?"
    r"|(change|replace|fill|insert|your|todo|example|dummy|placeholder).*",
    re.IGNORECASE,
)


class _Secret(msgspec.Struct, rename="camel"):
    app_key: str
    secret_key: str


class Credentials(Redacted, frozen=True):
    """The appKey of the project (part of every URL) and its secretKey (the header ``Authorization``)."""

    app_key: str
    secret_key: str

    @classmethod
    def from_secret(cls, text: str) -> Credentials:
        """Read ``{"appKey": …, "secretKey": …}``.

        Raises
        ------
        ConfigurationFault
            If it is anything else, or a placeholder. The text names the member and never quotes its value.
        """
        try:
            secret = msgspec.json.decode(text, type=_Secret)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise ConfigurationFault(
                'the secret must be JSON of the form {"appKey": "…", "secretKey": "…"}, both strings'
            ) from None
        for name, value, allowed in (
            ("appKey", secret.app_key, _APP_KEY),
            ("secretKey", secret.secret_key, _SECRET_KEY),
        ):
            if not value.strip() or _PLACEHOLDER.fullmatch(value.strip()):
                raise ConfigurationFault(f"the secret's {name} is empty or a placeholder; fill in the console's value")
            if not allowed.fullmatch(value):
                raise ConfigurationFault(f"the secret's {name} has characters that no such key has; copy it again")
        return cls(secret.app_key, secret.secret_key)

    def path(self, operation: str) -> str:
        """Return the URL path of ``operation``."""
        return f"/v2.0/appkeys/{self.app_key}/{operation}"

    def headers(self) -> dict[str, str]:
        """Return the headers of every request."""
        return {"Authorization": self.secret_key}
