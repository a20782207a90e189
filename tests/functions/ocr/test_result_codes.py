"""Each result code raises its error after a fixed number of requests, and nothing is billed."""

import pytest
from sealed_ocr.ocr.errors import (
    CardLocked,
    ConfigurationFault,
    ContractFault,
    EngineFailed,
    LimitExceeded,
    Rejected,
    RequestKeyInvalid,
    Transient,
)
from sealed_ocr.ocr.result_codes import RESULT_CODES

from emulator.faults.kinds import ResultCode
from tests.emulator.images import specimen
from tests.functions.ocr.callers import APP_KEY, SECRET_KEY
from tests.functions.ocr.conftest import PERSONAL
from tests.support.canary import assert_clean, exception_text

MESSAGE = "quotes 800101-1234567 of 홍길동"
RESIDENT = {"idType": "resident", "name": "홍길동", "residentNumber": "8001011234567", "issueDate": "20150302"}

REJECTED = (4000002, 4000003, 4000004, 4000111, 4000121, 4131000, 413)
ENGINE_FAILED = (5003013, 5003023)
CONFIGURATION = (4000401, 4000402, 4000403, 4000404, *range(4010002, 4010006), 4010007, 404, 4041007)
LIMIT = (4000006, 5000503)
TRANSIENT = (
    *(-1, *range(5000001, 5000008), 5003011, 5003012, 5003021, 5003022),
    # Unlisted codes.
    *(1, -2, 200, 500, 502, 4000000, 4000007, 4000124, 4010008, 5003014, 9999999, 10**12),
)
CONTRACT = (4000001, 4000005, 4000303, 400, 405, 415)

# Code, class of the error, number of requests, of readings of the secret and of fetches of the public key.
ROWS = [
    *((code, Rejected, 1, 1, 1) for code in REJECTED),
    *((code, EngineFailed, 1, 1, 1) for code in ENGINE_FAILED),
    *((code, LimitExceeded, 1, 1, 1) for code in LIMIT),
    *((code, ConfigurationFault, 1, 1, 1) for code in CONFIGURATION),
    *((code, Transient, 1, 1, 1) for code in TRANSIENT),
    *((code, ContractFault, 1, 1, 1) for code in CONTRACT),
    *((code, Transient, 2, 1, 2) for code in (4000301, 4000302)),
    *((code, ConfigurationFault, 2, 2, 1) for code in (4010001, 401, 403)),
    # A secretKey has no token to renew.
    (4010006, ConfigurationFault, 2, 1, 1),
    (4000122, RequestKeyInvalid, 1, 1, 1),
    (4000123, CardLocked, 1, 1, 1),
]


def test_every_listed_code_has_a_row() -> None:
    assert RESULT_CODES.keys() <= {code for code, *_ in ROWS}


def label(row):
    return str(row[0])


def check(raised, caller, emulator, operation, row) -> None:
    code, kind, requests, secret_readings, key_fetches = row
    failure = raised.value
    assert type(failure) is kind
    assert failure.code == code
    assert str(code) in str(failure)
    counts = emulator.counters()
    assert counts.answers[operation] == {str(code): requests}
    assert caller.secret_readings == secret_readings
    assert sum(counts.public_key_fetches.values()) == key_fetches
    assert counts.paid.total == 0
    assert counts.verdicts == {}
    assert_clean(exception_text(failure), [APP_KEY, SECRET_KEY, "/v2.0", MESSAGE, *PERSONAL])


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_an_analysis_with_a_result_code_raises_its_error(caller, emulator, row) -> None:
    emulator.fault(ResultCode(result_code=row[0], result_message=MESSAGE, times=None, operation="credit-card"))
    with pytest.raises(Exception, match=f"result code {row[0]}") as raised:
        caller.analyze(specimen("credit-card"))
    check(raised, caller, emulator, "credit-card", row)


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_a_verification_with_a_result_code_raises_its_error(caller, emulator, row) -> None:
    emulator.fault(ResultCode(result_code=row[0], result_message=MESSAGE, times=None, operation="id-card/authenticity"))
    with pytest.raises(Exception, match=f"result code {row[0]}") as raised:
        caller.verify("any-request-key", RESIDENT)
    check(raised, caller, emulator, "id-card/authenticity", row)


@pytest.mark.parametrize(
    ("code", "kind", "fetches", "secret_readings"),
    [
        *((code, ConfigurationFault, 1, 1) for code in CONFIGURATION),
        *((code, Transient, 1, 1) for code in TRANSIENT),
        *((code, ContractFault, 1, 1) for code in CONTRACT),
        # These codes concern an image or a claim, and neither has been sent.
        *((code, Transient, 1, 1) for code in (*REJECTED, *ENGINE_FAILED, 4000122, 4000123)),
        *((code, LimitExceeded, 1, 1) for code in LIMIT),
        (4010006, ConfigurationFault, 2, 1),
        *((code, Transient, 2, 1) for code in (4000301, 4000302)),
        *((code, ConfigurationFault, 2, 2) for code in (4010001, 401, 403)),
    ],
)
def test_a_refused_public_key_raises_its_error(caller, emulator, code, kind, fetches, secret_readings) -> None:
    emulator.fault(ResultCode(result_code=code, times=None, operation="public-keys"))
    with pytest.raises(kind) as raised:
        caller.analyze(specimen("credit-card"))
    assert type(raised.value) is kind
    assert raised.value.code == code
    counts = emulator.counters()
    assert counts.calls == {"public-keys": fetches}
    assert caller.secret_readings == secret_readings
    assert counts.paid.total == 0


def test_a_successful_analysis_is_one_billed_call(caller, emulator) -> None:
    caller.analyze(specimen("credit-card"))
    counts = emulator.counters()
    assert counts.answers["credit-card"] == {"0": 1}
    assert counts.paid.total == 1
