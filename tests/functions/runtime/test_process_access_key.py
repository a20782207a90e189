"""The analyze handler in a process of its own with an access key in the secret (API v2.1)."""

from __future__ import annotations

import json
from collections.abc import Callable

from emulator.testing import Emulator
from tests.support.analyze_function import AnalyzeProcess, settings
from tests.support.analyze_parts import metrics
from tests.support.cards import upload_cards
from tests.support.stage import Stage


def fill_secret(stage: Stage, user_access_key_id: str, secret_access_key: str) -> None:
    members = {"userAccessKeyId": user_access_key_id, "secretAccessKey": secret_access_key}
    # The audit after the test searches for them, as for the values of documents.
    stage.personal_values |= set(members.values())
    stage.fill_secret(json.dumps({"appKey": stage.emulator.app_key, **members}))


def test_tokens_end_keys_are_rotated_and_no_document_is_paid_twice(
    start: Callable[..., AnalyzeProcess], stage: Stage, emulator: Emulator
) -> None:
    fill_secret(stage, emulator.user_access_key_id, emulator.secret_access_key)
    function = start(settings=settings(stage, emulator.url) | {"OCR_OAUTH_ENDPOINT": emulator.url})

    def deliver(cards: int) -> int:
        upload_cards(stage, cards)
        outcome, again = function.deliver()
        assert outcome.error_type is None
        return again

    assert deliver(4) == 0
    emulator.revoke_tokens()
    assert deliver(4) == 0
    assert emulator.counters().answers["oauth2/token/create"] == {"0": 2}

    # An operator rotates the access key: first in the secret, then in the console.
    fill_secret(stage, "rotated-key-id", "rotated-secret-key")
    emulator.accept_credentials(user_access_key_id="rotated-key-id", secret_access_key="rotated-secret-key")
    assert deliver(2) == 0
    assert emulator.counters().answers["oauth2/token/create"] == {"0": 3, "invalid_client": 1}

    emulator.withhold_role()
    assert deliver(1) == 1
    (waiting,) = [item for item in stage.items(stage.documents) if item["state"] != "done"]
    assert (waiting["state"], waiting["attempts"], waiting["reason"]) == ("free", "0", "ConfigurationFault.4010007")
    emulator.withhold_role(False)
    stage.show_hidden()
    assert function.deliver()[1] == 0

    # The secret goes back to API v2.0, and the access key is stopped.
    stage.fill_secret(json.dumps({"appKey": emulator.app_key, "secretKey": emulator.secret_key}))
    emulator.accept_credentials(user_access_key_id="stopped")
    assert deliver(1) == 0

    counts = emulator.counters()
    assert (counts.paid.total, counts.paid.max_per_image) == (12, 1)
    assert counts.public_key_fetches == {"credit-card": 2}  # one for each version of the API
    assert counts.calls_by_version["v2.0"] == 2
    log = function.log.read_text()
    assert "lacks the role OCR ADMIN" in log
    assert metrics(log)["ConfigurationError"] == 1
    assert len(stage.collect()) == 12
