"""Checks after tests: no upload was lost, nothing was paid, and personal data is only where it is allowed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote_plus

from emulator.testing import Emulator
from tests.support.analyze_parts import emf
from tests.support.calls import Call
from tests.support.canary import assert_clean
from tests.support.polling import until
from tests.support.request_keys import take_request_keys
from tests.support.stage import Stage

# All metrics of the function. Their dimensions are kind and service.
_METRICS = {
    "Analyzed",
    "Calls",
    "CallsReserved",
    "ConfigurationError",
    "ContractError",
    "LedgerWriteFailed",
    "LimitExceeded",
    "MalformedEvent",
    "OcrLatency",
    "OfferNotKept",
    "Parked",
    "ParkFailed",
    "PossiblyBilled",
    "PublicKeyFetched",
    "Rejected",
    "Transient",
    "TransientShare",
    "WeakPublicKey",
}
_KINDS = {"credit-card", "id-card", "id-card/stand-alone", "unknown", None}


def assert_nothing_disappeared(stage: Stage) -> None:
    """Check that every announced upload has a message or a dead letter, or waits in the uploads queue."""
    stage.show_hidden()
    waiting = " ".join(record["body"] for record in stage.event(at_most=1000)["Records"])
    parked = " ".join(dead_letter["body"] for dead_letter in stage.collect_dead_letters())
    results = Counter(event["data"]["document"]["eTag"] for event in stage.collect())
    for upload in stage.announced:
        e_tag = upload.record["s3"]["object"]["eTag"]
        assert results[e_tag] or e_tag in waiting or e_tag in parked, "an upload has disappeared"


def assert_deferred_unpaid(stage: Stage, emulator: Emulator, reason: str) -> None:
    """Check that a damaged card waits with its two attempts: no request that was begun came to its end."""
    # A damaged image that fits into one piece is detected before any byte is sent.
    begun = emulator.counters().calls.get("credit-card", 0)
    until(lambda: emulator.counters().incomplete_bodies == begun)
    assert emulator.counters().paid.total == 0
    item = stage.item()
    assert (item["state"], item["attempts"], item["reason"]) == ("free", "0", reason)


def assert_nothing_personal(stage: Stage, written: str) -> None:
    """Check that values are only in messages, object keys only there and in dead letters, credentials nowhere.

    Messages and dead letters are those that ``assert_nothing_disappeared`` has collected.
    """
    emulator = stage.emulator
    credentials = {
        emulator.app_key,
        emulator.secret_key,
        emulator.user_access_key_id,
        emulator.secret_access_key,
        "Bearer ",  # a token follows
    }
    offered = stage.items(stage.request_keys)
    request_keys = take_request_keys(offered)
    items = json.dumps([stage.items(stage.documents), offered], ensure_ascii=False)
    messages = json.dumps([stage.results, stage.result_attributes], ensure_ascii=False)
    dead_letters = " ".join(dead_letter["body"] + str(dead_letter["reason"]) for dead_letter in stage.dead_letters)
    secrets = credentials | request_keys
    claims = [event["data"]["verification"]["request"] for event in stage.results if "verification" in event["data"]]
    values = stage.personal_values | {value for claim in claims for name, value in claim.items() if name != "idType"}
    assert_clean(written, values | stage.object_names | secrets)
    assert_clean(items, values | stage.object_names | secrets)
    assert_clean(dead_letters + unquote_plus(dead_letters), values | secrets)
    assert_clean(messages, secrets)
    # Messages that are sealed are no exception.
    sealed = json.dumps(stage.sealed_messages, ensure_ascii=False, default=str)
    assert_clean(sealed, values | stage.object_names | secrets)


def assert_nothing_ungranted(stage: Stage, calls: Iterable[Call]) -> None:
    """Check that the function called only what the template grants (tests/infra compares the two)."""
    granted = {
        ("ChangeMessageVisibility", stage.uploads_queue.name),
        ("SendMessage", stage.results_queue.name),
        ("SendMessage", stage.dead_letter_queue.name),
        ("SendMessage", f"{stage.name}-review"),
        ("UpdateItem", stage.documents),
        ("UpdateItem", stage.request_keys),
        ("GetSecretValue", stage.secret),
        # Only a test of sealed claims has a key for them.
        ("Encrypt", ""),
    }
    called = {(call.operation, call.resource) for call in calls if call.operation not in {"GetObject", "HeadObject"}}
    assert called <= granted, called - granted


def assert_known_metrics(printed: str) -> None:
    """Check that every metric is a known one, with no dimensions but service and kind."""
    for line, kind, metric in emf(printed):
        (dimensions,) = line["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
        assert metric["Name"] in _METRICS
        assert kind in _KINDS
        assert set(dimensions) <= {"service", "kind"}
