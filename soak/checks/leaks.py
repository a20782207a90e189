"""Nothing personal in anything that a run wrote: values are in messages alone, credentials and keys nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from soak.checks.symmetric_keys import keys_in
from soak.harness.violation import GuaranteeViolation
from tests.support.audit import assert_known_metrics
from tests.support.canary import assert_clean
from tests.support.documents import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soak.harness.testbed import World

# Its metrics are others, which its own tests hold against the dashboard.
_OF_VERIFY = '"service":"verify"'


def search(world: World, console: str) -> dict[str, int | float]:
    """Search all that a run wrote: logs, metrics, answers, items, letters, messages, this process's ``console``.

    Returns how much was searched. Raises: AssertionError or GuaranteeViolation, which don't repeat what they found.
    """
    items = [world.items(world.documents), world.items(world.request_keys)]
    evidence = world.evidence
    evidence.messages += world.results.drain()
    evidence.letters += [*world.dead.drain(), *world.dead_results.drain()]
    secrets = evidence.secrets | {world.credentials["appKey"], *world.retired}
    # A Request-Key may stand in its own table.
    secrets |= {item.pop("requestKey") for item in items[1] if "requestKey" in item}
    values = evidence.values | _claimed(evidence.messages)
    written, letters = world.written(), _text(evidence.letters)
    places: dict[str, tuple[str, set[str]]] = {
        "of logs, metrics and outcomes": (written, values | secrets | {NAME}),
        "of the soak's own output": (console, values | secrets | {NAME}),
        "of items": (json.dumps(items, ensure_ascii=False), values | secrets | {NAME}),
        "of dead letters": (letters + unquote_plus(letters), values | secrets),
        "of messages": (_text(evidence.messages), secrets),
    }
    fingerprints = world.emulator.symmetric_keys()
    for text, forbidden in places.values():
        assert_clean(text, sorted(forbidden))
        if keys_in(text, fingerprints):
            raise GuaranteeViolation("a symmetric key stands in a text")
    assert_known_metrics(
        "\n".join(line for line in written.splitlines() if line.startswith("{") and _OF_VERIFY not in line)
    )
    searched: dict[str, int | float] = {
        "secrets and values looked for": len(values | secrets) + 1,
        "symmetric keys looked for": len(fingerprints),
    }
    return searched | {f"KiB {place}": round(len(text.encode()) / 1024, 1) for place, (text, _) in places.items()}


def _claimed(messages: Iterable[Any]) -> set[str]:
    data = [json.loads(message["Body"])["data"] for message in messages]
    claims = [one["verification"]["request"] for one in data if "verification" in one]
    return {value for claim in claims for name, value in claim.items() if name != "idType"}


def _text(messages: Iterable[Any]) -> str:
    # Bodies as they are, not escaped once more.
    return "\n".join(message["Body"] + json.dumps(message.get("MessageAttributes")) for message in messages)
