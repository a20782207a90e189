"""Who may call: appKey in the path, secretKey in the Authorization header (guide, "Prerequisites")."""

from __future__ import annotations

import hmac


class AcceptedCredentials:
    """The pair that is accepted, unless everything is refused for the time being."""

    def __init__(self, app_key: str, secret_key: str) -> None:
        self._original = (app_key, secret_key)
        self.restore()

    def restore(self) -> None:
        """Accept the pair that the service was started with."""
        self.app_key, self.secret_key = self._original
        self.refused = False

    def are_accepted(self, app_key: str, secret_key: str) -> bool:
        """Tell whether a call with these may go on."""
        same = [
            hmac.compare_digest(given.encode(errors="replace"), held.encode())
            for given, held in ((app_key, self.app_key), (secret_key, self.secret_key))
        ]
        return all(same) and not self.refused
