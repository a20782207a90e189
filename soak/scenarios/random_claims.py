"""Claims in random Unicode, through the verify function: each is refused by its fields, or is one claim in NFC and NFD.

The cards' Request-Keys are spent, so a claim that passes the validation is compared by its HMAC and not sent.
"""

from __future__ import annotations

import json
import time
import unicodedata
import uuid
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TextIO

import hypothesis
from hypothesis import HealthCheck, given, settings
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table

from soak.harness.callers import claim_event
from soak.harness.function_instance import FunctionInstance
from soak.harness.violation import GuaranteeViolation
from tests.support.canary import assert_clean
from tests.support.proxy import Proxy
from tests.support.random_claims import CLAIMS, claims, personal_values

if TYPE_CHECKING:
    from soak.harness.testbed import SoakTestbed

_MOST_TRIES = 50


def run(testbed: SoakTestbed, examples: int, seed: int) -> dict[str, int | float]:
    """Try ``examples`` claims; return their outcomes.

    Raises
    ------
    AssertionError, GuaranteeViolation
        If a response or a log line repeats a value, a refusal names no field, or NFC and NFD are two claims.
    """
    ends: Counter[str] = Counter()
    log = testbed.folder / "random-claims.log"
    documents = {claim["idType"]: _spent_card(testbed, claim["idType"]) for claim in CLAIMS}
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(testbed.aws.url))
        instance = FunctionInstance(testbed.configuration("verify", aws_url=proxy.url), log)
        stack.callback(instance.close)
        instance.invoke(b"{}")
        lines = stack.enter_context(log.open())

        @hypothesis.seed(seed)
        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(claims())
        def ends_well(claim: dict[str, str]) -> None:
            proxy.reset()
            answers = [_answer(instance, documents[claim["idType"]], _in_form(claim, form)) for form in ("NFC", "NFD")]
            _check_secrecy(claim, answers, lines)
            ends[_end(claim, answers, [call.request["Message"] for call in proxy.made("GenerateMac")])] += 1

        ends_well()
    return {"claims": ends.total(), **dict(sorted(ends.items()))}


def _spent_card(testbed: SoakTestbed, id_type: str) -> str:
    keys, document_id = RequestKeys(Table(testbed.aws.dynamodb, testbed.request_keys), 60), uuid.uuid4().hex
    keys.offer(document_id, "a request key", id_type, int(time.time()) + 3600)
    stored = keys.read(document_id)
    attempt = keys.begin(document_id, stored, "", "", "") if stored else None
    if attempt is None:
        raise GuaranteeViolation("a Request-Key that was offered cannot be used")
    keys.end(attempt, "spend", True)
    return document_id


def _in_form(claim: dict[str, str], form: Any) -> bytes:
    return json.dumps({name: unicodedata.normalize(form, value) for name, value in claim.items()}).encode()


def _answer(instance: FunctionInstance, document_id: str, body: bytes) -> dict[str, Any]:
    # On a busy machine, the emulated AWS may take longer than the function waits for it.
    for _ in range(_MOST_TRIES):
        outcome = instance.invoke(claim_event(document_id, body, "a-key"))
        if outcome.error_type is not None:
            raise GuaranteeViolation(f"the function ended with {outcome.error_type}")
        answer: dict[str, Any] = json.loads(json.loads(outcome.payload)["body"])
        if answer["type"] != "temporarily-unavailable":
            return answer
    raise GuaranteeViolation(f"AWS did not answer {_MOST_TRIES} times")


def _check_secrecy(claim: dict[str, str], answers: list[dict[str, Any]], lines: TextIO) -> None:
    assert_clean(json.dumps(answers, ensure_ascii=False) + lines.read(), personal_values(claim))


def _end(claim: dict[str, str], answers: list[dict[str, Any]], messages: list[str]) -> str:
    """Return how both forms ended."""
    composed, decomposed = answers
    if composed != decomposed or len(set(messages)) > 1:
        raise GuaranteeViolation("the same claim in NFC and NFD is two claims")
    if composed["type"] == "request-key-spent" and messages:
        return "passed, with one HMAC for both forms"
    fields = {fault["field"] for fault in composed.get("errors", ())}
    if composed["type"] != "invalid-claim" or not fields or not fields <= claim.keys():
        raise GuaranteeViolation(f"ended as {composed['type']} without a field of the claim")
    return "refused, with the names of the fields"
