"""Nothing personal in anything that a run wrote: values are in messages alone, credentials nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from tests.canary import assert_clean
from tests.integration.audit import assert_known_metrics
from tests.integration.documents import NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from soak.accounts import Accounts
    from soak.world import World

# Its metrics are others, which its own tests hold against the dashboard.
_OF_VERIFY = '"service":"verify"'


def secrets_of(world: World) -> set[str]:
    """Return the credentials that were ever valid, and every Request-Key that is kept."""
    kept = {item["requestKey"] for item in world.items(world.request_keys) if "requestKey" in item}
    return {world.credentials["appKey"], *world.retired, *kept}


def assert_nothing_leaked(world: World, accounts: Accounts, said: Sequence[str]) -> dict[str, int | float]:
    """Search logs, metrics, items, letters, messages and ``said`` (outcomes, the console); return what was searched.

    Raises: AssertionError, which names what was found by its place alone.
    """
    written = world.written()
    secrets = secrets_of(world)
    claims = [event["data"]["verification"]["request"] for event in accounts.told if "verification" in event["data"]]
    claimed = {value for claim in claims for name, value in claim.items() if name != "idType"}
    marks = {value for upload in accounts.uploads for value in upload.values} | claimed
    items = [world.items(world.documents), world.items(world.request_keys)]
    for item in items[1]:
        item.pop("requestKey", None)
    letters = "\n".join(accounts.letters)
    places: dict[str, tuple[str, set[str]]] = {
        "of logs, metrics and outcomes": (written + "\n".join(said), marks | secrets | {NAME}),
        "of items": (json.dumps(items, ensure_ascii=False), marks | secrets | {NAME}),
        "of dead letters": (letters + unquote_plus(letters), marks | secrets),
        "of messages": (json.dumps(accounts.told, ensure_ascii=False), secrets),
    }
    for text, forbidden in places.values():
        assert_clean(text, sorted(forbidden))
    assert_known_metrics(
        "\n".join(line for line in written.splitlines() if line.startswith("{") and _OF_VERIFY not in line)
    )
    searched: dict[str, int | float] = {"secrets and values looked for": len(marks | secrets) + 1}
    return searched | {f"KiB {place}": round(len(text.encode()) / 1024) for place, (text, _) in places.items()}
