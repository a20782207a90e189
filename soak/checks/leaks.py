"""Search for leaks: personal values may appear in messages only, credentials and keys nowhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from soak.checks.symmetric_keys import keys_in
from soak.harness.violation import GuaranteeViolation
from tests.support.audit import assert_known_metrics
from tests.support.canary import assert_clean
from tests.support.documents import NAME
from tests.support.request_keys import take_request_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soak.harness.testbed import SoakTestbed

# The verify function has other metrics. Its own tests compare them with the dashboard.
_OF_VERIFY = '"service":"verify"'


def search_for_leaks(testbed: SoakTestbed, console: str) -> dict[str, int | float]:
    """Search everything that a run wrote.

    Parameters
    ----------
    testbed
        The testbed: its logs, metrics, answers, items, messages and dead letters.
    console
        The output of this process.

    Returns
    -------
    dict
        How much was searched.

    Raises
    ------
    AssertionError, GuaranteeViolation
        If something was found. The text does not repeat it.
    """
    items = [testbed.items(testbed.documents), testbed.items(testbed.request_keys)]
    evidence = testbed.evidence
    evidence.messages += testbed.results.drain()
    evidence.dead_letters += [*testbed.uploads_dlq.drain(), *testbed.results_dlq.drain()]
    secrets = evidence.secrets | {testbed.credentials["appKey"], *testbed.retired_secrets}
    # A Request-Key may appear in its own table.
    secrets |= take_request_keys(items[1])
    values = evidence.values | _claimed(evidence.messages)
    output, dead_letters = testbed.all_output(), _text(evidence.dead_letters)
    places: dict[str, tuple[str, set[str]]] = {
        "of logs, metrics and outcomes": (output, values | secrets | {NAME}),
        "of the soak's own output": (console, values | secrets | {NAME}),
        "of items": (json.dumps(items, ensure_ascii=False), values | secrets | {NAME}),
        "of dead letters": (dead_letters + unquote_plus(dead_letters), values | secrets),
        "of messages": (_text(evidence.messages), secrets),
    }
    fingerprints = testbed.emulator.symmetric_keys()
    for text, forbidden in places.values():
        assert_clean(text, sorted(forbidden))
        if keys_in(text, fingerprints):
            raise GuaranteeViolation("a symmetric key appears in a text")
    assert_known_metrics(
        "\n".join(line for line in output.splitlines() if line.startswith("{") and _OF_VERIFY not in line)
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
    # The bodies, without a second level of escaping.
    return "\n".join(message["Body"] + json.dumps(message.get("MessageAttributes")) for message in messages)
