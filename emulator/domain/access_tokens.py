"""The access tokens of API v2.1 (facts, "v2.1: tokens")."""

from __future__ import annotations

import secrets

from emulator.domain.clock import Clock

LIFETIME_SECONDS = 86_400
# The service hands out a token again only while this much is left of it (facts).
SHORTEST_REST_SECONDS = 60


class TokenStore:
    """The valid tokens, each with the time of its end. Several tokens of one access key live side by side."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: dict[str, float] = {}
        self.restore()

    def restore(self) -> None:
        """Restore the initial behaviour. Issued tokens stay."""
        self.lifetime_seconds: float = LIFETIME_SECONDS
        self.reused = False
        self.expires_in_as_text = False

    def issue(self) -> tuple[str, int]:
        """Return a token and the seconds that are left of it: a new one or, with `reused`, the longest-lived one."""
        now = self._clock.now()
        self._ends = {token: end for token, end in self._ends.items() if now < end}
        if self.reused and self._ends:
            token, end = max(self._ends.items(), key=lambda item: item[1])
            if end - now >= SHORTEST_REST_SECONDS:
                return token, int(end - now)
        token = secrets.token_urlsafe(48)
        self._ends[token] = now + self.lifetime_seconds
        return token, int(self.lifetime_seconds)

    def is_valid(self, token: str) -> bool:
        """Return whether the token was issued, has not expired and has not been revoked."""
        return self._clock.now() < self._ends.get(token, 0.0)

    def revoke(self, token: str) -> None:
        """Revoke a token. An unknown one is ignored (RFC 7009, section 2.2)."""
        self._ends.pop(token, None)

    def revoke_all(self) -> None:
        """Revoke all tokens, as the console does when an access key is stopped."""
        self._ends.clear()
