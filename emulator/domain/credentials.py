"""Credentials: appKey in the path, and secretKey (v2.0) or an access key that is exchanged for tokens (v2.1)."""

from __future__ import annotations

import hmac


class AcceptedCredentials:
    """The accepted credentials of both versions.

    Attributes
    ----------
    app_key, secret_key, user_access_key_id, secret_access_key
        The accepted values. An empty value accepts nothing.
    refused
        While it is set, nothing is accepted.
    lacks_role
        Whether the access key's account lacks the role that v2.1 requires.
    """

    def __init__(self, app_key: str, secret_key: str, user_access_key_id: str, secret_access_key: str) -> None:
        self._original = (app_key, secret_key, user_access_key_id, secret_access_key)
        self.restore()

    def restore(self) -> None:
        """Accept the values with which the service was started."""
        self.app_key, self.secret_key, self.user_access_key_id, self.secret_access_key = self._original
        self.refused = False
        self.lacks_role = False

    def accept_app_key(self, app_key: str) -> bool:
        """Return whether a call may name this appKey."""
        return self._accept((app_key, self.app_key))

    def accept_secret_key(self, app_key: str, secret_key: str) -> bool:
        """Return whether a call of v2.0 may use this pair."""
        return self._accept((app_key, self.app_key), (secret_key, self.secret_key))

    def accept_access_key(self, user_access_key_id: str, secret_access_key: str) -> bool:
        """Return whether this access key may have tokens."""
        return self._accept((user_access_key_id, self.user_access_key_id), (secret_access_key, self.secret_access_key))

    def _accept(self, *pairs: tuple[str, str]) -> bool:
        same = [
            bool(held) and hmac.compare_digest(given.encode(errors="replace"), held.encode()) for given, held in pairs
        ]
        return all(same) and not self.refused
