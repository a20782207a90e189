"""The credentials that a local run makes for the emulator."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.domain.api_versions import ApiVersion

# The members of the secret, and the options that tell the emulator to accept them.
_OPTIONS = {
    "appKey": "--app-key",
    "secretKey": "--secret-key",
    "userAccessKeyId": "--user-access-key-id",
    "secretAccessKey": "--secret-access-key",
}
_SECRETS: dict[ApiVersion, tuple[str, ...]] = {
    "v2.0": ("appKey", "secretKey"),
    "v2.1": ("appKey", "userAccessKeyId", "secretAccessKey"),
}


class EmulatorKeys:
    """New credentials for both versions of the API."""

    def __init__(self) -> None:
        self._keys = {name: f"{name}-{secrets.token_hex(8)}" for name in _OPTIONS}

    def options(self) -> list[str]:
        """Return the emulator's command-line options."""
        return [part for name, option in _OPTIONS.items() for part in (option, self._keys[name])]

    def secret(self, api: ApiVersion) -> str:
        """Return the secret's value for a version of the API."""
        return json.dumps({name: self._keys[name] for name in _SECRETS[api]})
