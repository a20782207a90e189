"""A typed client of the control endpoints, for tests and programs that start the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import urllib3

from emulator.domain.key_pairs import KeyService
from emulator.domain.malformed_keys import MalformedKey
from emulator.faults.kinds import AnyFault


@dataclass(frozen=True)
class Paid:
    """Analyses that the vendor would bill. The keys of `by_image` are SHA-256 (hex) of plain images."""

    total: int
    max_per_image: int
    by_image: dict[str, int]


@dataclass(frozen=True)
class Counts:
    """The counters since their last reset. README.md explains each."""

    calls: dict[str, int]
    calls_by_version: dict[str, int]
    public_key_fetches: dict[str, int]
    answers: dict[str, dict[str, int]]
    paid: Paid
    verdicts: dict[str, int]
    repeated_symmetric_keys: int
    incomplete_bodies: int
    raw: dict[str, Any] = field(repr=False)


class ControlError(Exception):
    """The service refused a control request. The message gives the reason."""


class ControlClient:
    """Calls the control endpoints of a running service. `ca_file` verifies the service's certificate."""

    def __init__(self, url: str, ca_file: str | None = None) -> None:
        self.url = url
        self._pool = urllib3.PoolManager(ca_certs=ca_file, retries=False, timeout=10)

    def fault(self, fault: AnyFault) -> None:
        """Queue a fault behind the pending ones."""
        self._call("POST", "/faults", msgspec.json.encode(fault))

    def clear_faults(self) -> None:
        """Remove all pending faults."""
        self._call("DELETE", "/faults")

    def counters(self) -> Counts:
        """Return the counters."""
        raw = self._call("GET", "/counters")
        return Counts(
            calls=raw["calls"],
            calls_by_version=raw["callsByVersion"],
            public_key_fetches=raw["publicKeyFetches"],
            answers=raw["answers"],
            paid=Paid(raw["paid"]["total"], raw["paid"]["maxPerImage"], raw["paid"]["byImage"]),
            verdicts=raw["verdicts"],
            repeated_symmetric_keys=raw["repeatedSymmetricKeys"],
            incomplete_bodies=raw["incompleteBodies"],
            raw=raw,
        )

    def symmetric_keys(self) -> dict[str, int]:
        """Return how often each symmetric key was used since the last reset, by its SHA-256 (hex)."""
        return self._call("GET", "/symmetric-keys")

    def reset_counters(self) -> None:
        """Set all counters to zero."""
        self._call("DELETE", "/counters")

    def journal(self, after: int = 0) -> dict[str, Any]:
        """Return the current `revision` and the `calls` that changed after revision `after`. See README.md."""
        return self._call("GET", f"/journal?after={after}")

    def rotate(self, service: KeyService | Literal["*"] = "*", after: int = 0, bits: int = 2048) -> None:
        """Replace the key pair, at once or after `after` more sealed calls of the service."""
        self._call("POST", "/rotations", msgspec.json.encode({"service": service, "after": after, "bits": bits}))

    def publish_key(self, key: MalformedKey | None, service: KeyService | Literal["*"] = "*") -> None:
        """Publish a malformed key instead of the real one; None restores the real one."""
        self._call("PUT", "/public-keys", msgspec.json.encode({"key": key, "service": service}))

    def accept_credentials(
        self,
        app_key: str | None = None,
        secret_key: str | None = None,
        user_access_key_id: str | None = None,
        secret_access_key: str | None = None,
    ) -> None:
        """Change the accepted credentials; None keeps a value. Another access key ends the tokens of the previous."""
        change = {
            "appKey": app_key,
            "secretKey": secret_key,
            "userAccessKeyId": user_access_key_id,
            "secretAccessKey": secret_access_key,
        }
        self._call("PUT", "/credentials", msgspec.json.encode(change))

    def refuse_credentials(self, refused: bool = True) -> None:
        """Refuse all credentials, or stop doing so."""
        self._call("PUT", "/credentials", msgspec.json.encode({"refused": refused}))

    def withhold_role(self, withheld: bool = True) -> None:
        """Take the role that v2.1 requires from the access key's account, or give it back."""
        self._call("PUT", "/credentials", msgspec.json.encode({"lacksRole": withheld}))

    def change_tokens(
        self, lifetime_seconds: float | None = None, reused: bool | None = None, expires_in_as_text: bool | None = None
    ) -> None:
        """Change how tokens are issued from now on; None keeps a value. See README.md."""
        change = {"lifetimeSeconds": lifetime_seconds, "reused": reused, "expiresInAsText": expires_in_as_text}
        self._call("PUT", "/tokens", msgspec.json.encode(change))

    def revoke_tokens(self) -> None:
        """Revoke all tokens."""
        self._call("DELETE", "/tokens")

    def shift_clock(self, seconds: float) -> None:
        """Set the service's clock ahead of the real time. Request-Keys and tokens use it."""
        self._call("PUT", "/clock", msgspec.json.encode({"shiftSeconds": seconds}))

    def reset(self) -> None:
        """Undo the effects of all control calls. Key versions, issued Request-Keys and tokens stay."""
        self._call("DELETE", "")

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _call(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        response = self._pool.request(method, f"{self.url}/_emulator{path}", body=body)
        answer: dict[str, Any] = response.json()
        if response.status != 200:
            raise ControlError(answer.get("error", f"HTTP {response.status}"))
        return answer
