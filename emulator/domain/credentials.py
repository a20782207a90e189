"""Credentials: appKey in the path, secretKey in the Authorization header (guide, "Prerequisites")."""

from __future__ import annotations

import hmac


class AcceptedCredentials:
    """The accepted pair of appKey and secretKey. While `refused` is set, no pair is accepted."""

    def __init__(self, app_key: str, secret_key: str) -> None:
        self._original = (app_key, secret_key)
        self.restore()

    def restore(self) -> None:
        """Accept the pair with which the service was started."""
        self.app_key, self.secret_key = self._original
        self.refused = False

    def are_accepted(self, app_key: str, secret_key: str) -> bool:
        """Return whether a call may use this pair."""
        same = [
            hmac.compare_digest(given.encode(errors="replace"), held.encode())
            for given, held in ((app_key, self.app_key), (secret_key, self.secret_key))
        ]
        return all(same) and not self.refused
