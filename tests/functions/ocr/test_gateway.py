"""The gateway's answers: a result code counts by the HTTP status that it came with."""

import json

import pytest
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.errors import (
    ConfigurationFault,
    ContractFault,
    LimitExceeded,
    OcrError,
    OutcomeUnknown,
    Rejected,
    StaleCredentials,
    StaleToken,
    Transient,
)
from sealed_ocr.ocr.result_codes import GATEWAY_CODES, GATEWAY_STATUSES, RESULT_CODES, TOO_LARGE
from sealed_ocr.ocr.transport import Response

from tests.support.canary import assert_clean, exception_text

pytestmark = pytest.mark.unit

MESSAGE = "quotes 800101-1234567 of 홍길동"
UNLISTED = 9999999

# HTTP status, result code, class.
ROWS: list[tuple[int, int, type[OcrError]]] = [
    *((400, code, ConfigurationFault) for code in (4000003, 4000006, 4000007)),
    *((400, code, ContractFault) for code in (4000001, 4000005, UNLISTED)),
    *((401, code, StaleCredentials) for code in (4010001, 4011000, UNLISTED)),
    *((401, code, ConfigurationFault) for code in (4010002, 4010003, 4010004, 4010005, 4010007)),
    (401, 4010006, StaleToken),
    *((403, code, ConfigurationFault) for code in (4031007, 4031010, 4031011, 4031012, UNLISTED)),
    *((404, code, ConfigurationFault) for code in (4041007, UNLISTED)),
    *((429, code, LimitExceeded) for code in (4291000, 4291001, UNLISTED)),
]
# These statuses prove nothing: the service may have read the image.
UNPROVEN = [*((status, code) for status in (500, 502, 503, 504) for code in (5020001, 5021001, 5030001, 5040001))]
UNPROVEN += [(status, UNLISTED) for status in (201, 204, 301, 302, 405, 408, 415, 499)]


def response(status: int, code: int, complete: bool = True, successful: bool = False) -> Response:
    header = {"isSuccessful": successful, "resultCode": code, "resultMessage": MESSAGE}
    return Response(status, {}, json.dumps({"header": header}).encode(), complete)


def failure(answer: Response) -> OcrError:
    with pytest.raises(OcrError) as raised:
        responses.result(answer)
    assert_clean(exception_text(raised.value), [MESSAGE, "홍길동"])
    return raised.value


def test_every_status_and_every_listed_code_has_a_row() -> None:
    assert GATEWAY_STATUSES.keys() == {413, *(status for status, _, _ in ROWS)}
    assert GATEWAY_CODES.keys() <= {(status, code) for status, code, _ in ROWS}


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(("status", "code", "kind"), ROWS)
def test_a_refusal_of_the_gateway_is_a_real_answer(status, code, kind, complete) -> None:
    found = failure(response(status, code, complete))
    assert type(found) is kind
    assert found.code == code
    assert str(status) in found.reason or status == 401


@pytest.mark.parametrize("code", [4000003, 4000006])
def test_a_code_means_something_else_under_http_200(code) -> None:
    assert type(failure(response(200, code))) is RESULT_CODES[code][0]
    assert type(failure(response(200, code))) is not type(failure(response(400, code)))


@pytest.mark.parametrize(("status", "code"), UNPROVEN)
def test_another_status_leaves_the_outcome_unknown_once_the_request_was_sent(status, code) -> None:
    assert type(failure(response(status, code))) is OutcomeUnknown
    assert type(failure(response(status, code, complete=False))) is Transient


@pytest.mark.parametrize("status", sorted(GATEWAY_STATUSES.keys() - {413}))
@pytest.mark.parametrize("body", [b"", b"<html>Denied</html>", b'{"message": "no"}', b'{"header": 7}'])
def test_a_status_without_the_header_proves_nothing(status, body) -> None:
    assert type(failure(Response(status, {}, body, request_complete=True))) is OutcomeUnknown
    assert type(failure(Response(status, {}, body, request_complete=False))) is Transient


@pytest.mark.parametrize("status", sorted(GATEWAY_STATUSES.keys() - {413}))
def test_a_refusal_that_calls_itself_successful_proves_nothing(status) -> None:
    assert type(failure(response(status, 0, successful=True))) is OutcomeUnknown


@pytest.mark.parametrize("code", [TOO_LARGE, UNLISTED])
def test_413_rejects_the_image_whatever_it_holds(code) -> None:
    assert type(failure(response(413, code))) is Rejected
    assert failure(response(413, code)).code == TOO_LARGE
