"""Stale public keys and credentials are refreshed exactly once, by one of several threads."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.auth import SecretKeyAuth
from sealed_ocr.ocr.errors import ConfigurationFault, Rejected, Transient

from emulator.faults.kinds import Delay, HttpStatus, ResultCode
from tests.emulator.images import specimen
from tests.functions.ocr.callers import APP_KEY, SECRET_KEY, Image, caller_of

CARD = specimen("credit-card")
THREADS = 20


@pytest.mark.parametrize("code", [4000301, 4000302])
def test_a_stale_public_key_is_refreshed_and_the_image_sealed_again(caller, emulator, code) -> None:
    emulator.fault(ResultCode(result_code=code, operation="credit-card"))
    image = Image(CARD)
    caller.analyze(image)
    counts = emulator.counters()
    assert counts.answers["credit-card"] == {str(code): 1, "0": 1}
    assert counts.public_key_fetches == {"credit-card": 2}
    assert counts.repeated_symmetric_keys == 0
    assert counts.paid.total == 1
    assert image.readings == 2
    assert caller.secret_readings == 1


def test_a_failed_decryption_has_the_next_call_fetch_the_public_key_anew(caller, emulator) -> None:
    emulator.fault(ResultCode(result_code=5000006, operation="credit-card"))
    with pytest.raises(Transient):
        caller.analyze(CARD)
    assert emulator.counters().public_key_fetches == {"credit-card": 1}
    caller.analyze(CARD)
    assert emulator.counters().public_key_fetches == {"credit-card": 2}


@pytest.mark.parametrize("code", [4010001, 401, 403])
def test_stale_credentials_are_reloaded(caller, emulator, code) -> None:
    emulator.fault(ResultCode(result_code=code, operation="credit-card"))
    caller.analyze(CARD)
    assert emulator.counters().answers["credit-card"] == {str(code): 1, "0": 1}
    assert caller.secret_readings == 2
    assert emulator.counters().public_key_fetches == {"credit-card": 1}


def test_a_rotated_secret_costs_no_document_an_attempt(caller, emulator) -> None:
    caller.analyze(CARD)
    emulator.accept_credentials("RotatedAppKey", "RotatedSecretKey")
    caller.secret = SecretKeyAuth("RotatedAppKey", "RotatedSecretKey")
    caller.analyze(CARD)
    assert caller.secret_readings == 2
    assert emulator.counters().answers["credit-card"] == {"0": 2, "4010001": 1}
    assert emulator.counters().paid.total == 2


def test_a_secret_that_stays_wrong_is_a_configuration_fault(caller, emulator) -> None:
    emulator.refuse_credentials()
    with pytest.raises(ConfigurationFault) as raised:
        caller.analyze(CARD)
    assert raised.value.code == 4010001
    assert caller.secret_readings == 2
    assert emulator.counters().calls == {"public-keys": 2}


@pytest.mark.parametrize("first", [4000301, 4010001])
def test_key_and_credentials_are_refreshed_at_most_once_each(caller, emulator, first) -> None:
    second = {4000301: 4010001, 4010001: 4000301}[first]
    for code in (first, second):
        emulator.fault(ResultCode(result_code=code, operation="credit-card"))
    caller.analyze(CARD)
    assert emulator.counters().answers["credit-card"] == {str(first): 1, str(second): 1, "0": 1}
    for code in (first, second, first):
        emulator.fault(ResultCode(result_code=code, operation="credit-card"))
    with pytest.raises(Transient if first == 4000301 else ConfigurationFault):
        caller.analyze(CARD)
    assert emulator.counters().calls["credit-card"] == 6


def test_a_rejection_after_a_refresh_is_raised(caller, emulator) -> None:
    for code in (4000301, 4000111):
        emulator.fault(ResultCode(result_code=code, operation="credit-card"))
    with pytest.raises(Rejected):
        caller.analyze(CARD)


def test_one_fetch_serves_all_threads(emulator) -> None:
    caller = caller_of(emulator, connections=THREADS, call_seconds=30)
    emulator.fault(Delay(operation="public-keys", delay=0.2, times=None))
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(caller.analyze, [CARD] * THREADS))
    counts = emulator.counters()
    assert counts.public_key_fetches == {"credit-card": 1}
    assert caller.secret_readings == 1
    assert counts.paid.total == THREADS
    assert counts.repeated_symmetric_keys == 0


def test_a_rotation_during_a_batch_costs_each_document_at_most_one_call(emulator) -> None:
    caller = caller_of(emulator, connections=THREADS, call_seconds=30)
    emulator.rotate("credit-card", after=THREADS // 2)
    with ThreadPoolExecutor(THREADS) as threads:
        analyses = list(threads.map(caller.analyze, [CARD] * THREADS))
    assert len(analyses) == THREADS
    counts = emulator.counters()
    assert counts.paid.total == THREADS
    refused = counts.answers["credit-card"].get("4000301", 0)
    assert 1 <= refused <= THREADS
    # Threads refused during the fetch share the new key, and later threads find it in the cache.
    assert counts.public_key_fetches == {"credit-card": 2}


def test_credit_cards_and_id_cards_have_separate_keys(caller, emulator) -> None:
    caller.analyze(CARD)
    emulator.rotate("id-card")
    caller.analyze(CARD)
    assert emulator.counters().public_key_fetches == {"credit-card": 1}
    assert emulator.counters().answers["credit-card"] == {"0": 2}


def test_twenty_threads_with_a_wrong_secret_reload_it_once(emulator) -> None:
    caller = caller_of(emulator, connections=THREADS, call_seconds=30)
    caller.analyze(CARD)
    emulator.accept_credentials("RotatedAppKey", "RotatedSecretKey")
    caller.secret = SecretKeyAuth("RotatedAppKey", "RotatedSecretKey")
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(caller.analyze, [CARD] * THREADS))
    assert caller.secret_readings == 2
    assert emulator.counters().paid.total == THREADS + 1


def test_a_failed_fetch_of_a_public_key_is_transient(caller, emulator) -> None:
    emulator.fault(HttpStatus(status=502, operation="public-keys"))
    with pytest.raises(Transient) as raised:
        caller.analyze(CARD)
    assert type(raised.value) is Transient
    assert emulator.counters().calls == {"public-keys": 1}


def test_no_refresh_starts_that_could_not_end_in_time(emulator) -> None:
    caller = caller_of(emulator, call_seconds=5)
    caller.analyze(CARD)
    emulator.fault(ResultCode(result_code=4000301, operation="credit-card", delay=2.5))
    with pytest.raises(Transient, match="too little time"):
        caller.analyze(CARD, seconds=7)
    counts = emulator.counters()
    assert counts.calls == {"public-keys": 1, "credit-card": 2}


def test_no_request_is_sent_with_too_little_time(caller, emulator) -> None:
    with pytest.raises(Transient, match="too little time"):
        caller.analyze(CARD, seconds=4)
    assert emulator.counters().calls == {}
    assert caller.secret_readings == 0


def test_the_client_uses_the_canary_credentials(caller) -> None:
    assert (caller.secret.app_key, caller.secret.secret_key) == (APP_KEY, SECRET_KEY)


def test_require_fresh_public_key_sends_no_image_before_the_key_is_fetched(caller, emulator) -> None:
    caller.analyze(CARD)
    caller.client.analyze(Kind.CREDIT_CARD, Image(CARD), time.monotonic() + 60, require_fresh_public_key=True)
    assert emulator.counters().public_key_fetches == {"credit-card": 2}
    emulator.fault(HttpStatus(operation="public-keys"))
    with pytest.raises(Transient):
        caller.client.analyze(Kind.CREDIT_CARD, Image(CARD), time.monotonic() + 60, require_fresh_public_key=True)
    assert emulator.counters().calls["credit-card"] == 2
    caller.analyze(CARD)
    assert emulator.counters().paid.total == 3
