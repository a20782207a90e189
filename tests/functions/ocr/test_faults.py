"""Each fault of the emulator raises its error in the client, and the request is not repeated."""

import msgspec
import pytest
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.errors import ContractFault, OutcomeUnknown, Rejected, Transient
from sealed_ocr.ocr.models import VerdictResult

from emulator.faults.kinds import (
    Delay,
    Drip,
    Endless,
    HalfBody,
    HttpStatus,
    NotJson,
    Redirect,
    ResetAfterBody,
    ResetBeforeBody,
    TruncatedJson,
    Undecryptable,
    WrongTypes,
)
from tests.emulator.images import specimen
from tests.functions.ocr.callers import APP_KEY, SECRET_KEY, Image, caller_of
from tests.functions.ocr.conftest import PERSONAL
from tests.support.canary import assert_clean, exception_text

CARD = specimen("credit-card")
# More bytes than the socket buffers hold, so that the reset comes during the request.
ENDLESS_CARD = Image(CARD + bytes(16 << 20), chunk_bytes=65536)
CLAIM = {"idType": "resident", "name": "홍길동", "residentNumber": "8001011234567", "issueDate": "20150302"}

STATUSES = (201, 204, 400, 401, 403, 404, 429, 500, 502, 503, 504)
# Fault, class of the error, whether the service did (and billed) its work.
FAULTY_RESPONSES = [
    (ResetAfterBody(), OutcomeUnknown, True),
    (ResetAfterBody(worked=False), OutcomeUnknown, False),
    (HalfBody(), OutcomeUnknown, True),
    (NotJson(), OutcomeUnknown, True),
    (TruncatedJson(), OutcomeUnknown, True),
    (Redirect(), OutcomeUnknown, False),
    *((Redirect(status=status), OutcomeUnknown, False) for status in (301, 302, 303, 308)),
    *((HttpStatus(status=status), OutcomeUnknown, False) for status in STATUSES),
    (HttpStatus(status=502, worked=True), OutcomeUnknown, True),
    (HttpStatus(status=413), Rejected, False),
    *((WrongTypes(part=part), OutcomeUnknown, True) for part in ("body", "header", "result-code", "result", "values")),
    *((Undecryptable(flaw=flaw), OutcomeUnknown, True) for flaw in ("key", "base64", "blocks", "utf-8")),
    (Endless(), OutcomeUnknown, True),
    (Endless(size=1_000_000), OutcomeUnknown, True),
]


def label(parameter):
    if isinstance(parameter, type):
        return parameter.__name__
    if isinstance(parameter, bool):
        return "paid" if parameter else "unpaid"
    details = [str(getattr(parameter, name)) for name in ("status", "part", "flaw", "size") if hasattr(parameter, name)]
    return "-".join([type(parameter).__name__, *details])


def with_changes(fault, **changed):
    return type(fault)(**{name: getattr(fault, name) for name in fault.__struct_fields__} | changed)


def assert_no_secrets(failure) -> None:
    assert_clean(exception_text(failure), [APP_KEY, SECRET_KEY, "/v2.0", *PERSONAL])


@pytest.mark.parametrize(("fault", "kind", "worked"), FAULTY_RESPONSES, ids=label)
def test_an_analysis_with_a_faulty_response_raises_its_error(caller, emulator, fault, kind, worked) -> None:
    emulator.fault(with_changes(fault, operation="credit-card", times=None))
    with pytest.raises(kind) as raised:
        caller.analyze(CARD)
    assert type(raised.value) is kind
    assert_no_secrets(raised.value)
    counts = emulator.counters()
    assert counts.calls["credit-card"] == 1
    assert counts.paid.total == int(worked)
    emulator.clear_faults()
    caller.analyze(CARD)


def has_sealed_values(fault):
    """Return whether a fault concerns sealed values, which only an analysis's response has."""
    return isinstance(fault, Undecryptable) or getattr(fault, "part", "") == "values"


@pytest.mark.parametrize(
    ("fault", "kind", "worked"), [row for row in FAULTY_RESPONSES if not has_sealed_values(row[0])], ids=label
)
def test_a_verification_with_a_faulty_response_raises_its_error(caller, emulator, fault, kind, worked) -> None:
    analysis = caller.analyze(specimen("resident"), Kind.ID_CARD)
    emulator.fault(with_changes(fault, operation="id-card/authenticity", times=None))
    with pytest.raises(kind) as raised:
        caller.verify(analysis.request_key, CLAIM)
    assert type(raised.value) is kind
    assert_no_secrets(raised.value)
    assert_clean(exception_text(raised.value), [analysis.request_key.split()[-1]])
    counts = emulator.counters()
    assert counts.calls["id-card/authenticity"] == 1
    assert sum(counts.verdicts.values()) == int(worked)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("operation", ["credit-card", "public-keys"])
def test_a_redirect_within_the_service_is_not_followed(caller, emulator, operation, status) -> None:
    location = f"/v2.0/appkeys/{APP_KEY}/public-keys/credit-card"
    emulator.fault(Redirect(status=status, location=location, operation=operation))
    with pytest.raises(OutcomeUnknown if operation == "credit-card" else Transient):
        caller.analyze(CARD)
    assert emulator.counters().calls == {"public-keys": 1} | ({operation: 1} if operation == "credit-card" else {})


@pytest.mark.parametrize("wrong", ["yes", 1, None], ids=repr)
def test_a_verdict_that_is_no_boolean_is_refused(wrong) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"isAuthenticity": wrong}, VerdictResult)


def test_a_reset_before_the_body_was_read_is_proven_unbilled(any_caller, any_emulator) -> None:
    any_emulator.fault(ResetBeforeBody(operation="credit-card"))
    with pytest.raises(Transient) as raised:
        any_caller.analyze(ENDLESS_CARD)
    assert type(raised.value) is Transient
    assert_no_secrets(raised.value)
    assert any_emulator.counters().calls["credit-card"] == 1
    assert any_emulator.counters().paid.total == 0


def test_a_request_that_is_too_large_is_rejected(caller, emulator) -> None:
    with pytest.raises(Rejected) as raised:
        caller.analyze(CARD + bytes(1_000_001 - len(CARD)))
    assert raised.value.code == 4131000
    assert emulator.counters().paid.total == 0


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_slow_response_ends_at_the_deadline(any_emulator, client_tls, part) -> None:
    caller = caller_of(any_emulator, context=client_tls, call_seconds=2.0)
    caller.analyze(CARD)
    any_emulator.fault(Drip(part=part, interval=0.05, operation="credit-card"))
    # The complete response would be valid but take half a minute.
    with pytest.raises(OutcomeUnknown, match="in time") as raised:
        caller.analyze(CARD)
    assert_no_secrets(raised.value)
    assert any_emulator.counters().calls["credit-card"] == 2


def test_a_late_response_ends_at_the_deadline(any_emulator, client_tls) -> None:
    caller = caller_of(any_emulator, context=client_tls, call_seconds=2.0)
    caller.analyze(CARD)
    any_emulator.fault(Delay(delay=30, operation="credit-card"))
    with pytest.raises(OutcomeUnknown, match="in time"):
        caller.analyze(CARD)
    assert any_emulator.counters().calls["credit-card"] == 2


@pytest.mark.parametrize("key", ["rsa-512", "ec", "no-der", "no-base64", "empty", "null", "missing"])
def test_an_invalid_public_key_is_a_contract_fault(caller, emulator, key) -> None:
    emulator.publish_key(key)
    with pytest.raises(ContractFault) as raised:
        caller.analyze(CARD)
    assert_no_secrets(raised.value)
    assert emulator.counters().calls == {"public-keys": 1}
    assert "public_key.fetched" not in caller.recorded


@pytest.mark.parametrize(
    "fault",
    [HalfBody(), NotJson(), TruncatedJson(), WrongTypes(part="header"), ResetAfterBody(), Redirect(), Endless()],
    ids=label,
)
def test_a_public_key_with_a_faulty_response_is_transient(caller, emulator, fault) -> None:
    """Fetching a key is free, so no outcome is unknown."""
    emulator.fault(with_changes(fault, operation="public-keys"))
    with pytest.raises(Transient) as raised:
        caller.analyze(CARD)
    assert_no_secrets(raised.value)
    assert emulator.counters().calls == {"public-keys": 1}


def test_an_error_does_not_quote_the_values_of_a_faulty_response(caller, emulator) -> None:
    emulator.fault(WrongTypes(part="values", operation="id-card"))
    with pytest.raises(OutcomeUnknown) as raised:
        caller.analyze(specimen("resident"), Kind.ID_CARD)
    assert_no_secrets(raised.value)
