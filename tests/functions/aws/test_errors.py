"""An error of AWS keeps its operation, its code and its status, and nothing else, whatever botocore made of it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from sealed_ocr.aws.error_codes import ERROR_CODES
from sealed_ocr.aws.errors import AwsError, ConditionFailed, translate_errors
from sealed_ocr.aws.table import existing_item

from tests.support.canary import assert_clean, exception_text

pytestmark = pytest.mark.unit

CANARY = "830417-sentinel"


def translated(response: Any, failure: type[Exception] = ClientError) -> AwsError:
    raised = ClientError({}, "GetItem") if failure is ClientError else failure(CANARY)
    if isinstance(raised, ClientError):
        raised.response = response
    with pytest.raises(AwsError) as caught, translate_errors("GetItem"):
        raise raised
    assert_clean(exception_text(caught.value), [CANARY])
    return caught.value


@pytest.mark.parametrize("code", sorted({code for codes in ERROR_CODES.values() for code in codes}))
def test_every_listed_code_is_kept(code: str) -> None:
    response = {"Error": {"Code": code, "Message": CANARY}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    failure = translated(response)
    assert (failure.code, failure.status, str(failure)) == (code, 400, f"GetItem failed: {code}")


@pytest.mark.parametrize(
    "error",
    [
        None, "text", [CANARY], {}, {"Code": None}, {"Code": 400}, {"Code": {"Key": CANARY}}, {"Code": CANARY},
        {"Code": f"X {CANARY}"}, {"Code": "카나리아"}, {"Code": "credit-card/a.png"}, {"Code": ""},
        {"Code": "A" * 1000}, {"Code": "4111111111111111"}, {"Code": "a.b@example.com"}, {"Code": "NoSuchKey\n"},
    ],
)  # fmt: skip
def test_what_is_no_code_of_aws_is_not_kept(error: Any) -> None:
    response = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}
    failure = translated(response)
    assert (failure.code, failure.status) == ("Unknown", 403)
    assert failure.operator_must_act


@pytest.mark.parametrize("metadata", [None, "text", {}, {"HTTPStatusCode": "403"}])
def test_an_answer_without_a_status_is_an_error_too(metadata: Any) -> None:
    assert translated({"Error": {"Code": "Throttling"}, "ResponseMetadata": metadata}).status == 0
    assert translated({"Error": {"Code": "Throttling"}}).status == 0


@pytest.mark.parametrize("failure", [ValueError, KeyError, RecursionError, OSError, TypeError])
def test_any_other_exception_is_known_by_its_class_alone(failure: type[Exception]) -> None:
    assert translated({}, failure).code == failure.__name__


@pytest.mark.parametrize("item", [None, "text", {"state": "free"}, {"attempts": {"N": "x"}}, {"state": {"N": None}}])
def test_an_item_that_cannot_be_read_is_a_failed_call(item: Any) -> None:
    failed = translated({"Error": {"Code": "ConditionalCheckFailedException"}, "Item": item})
    assert isinstance(failed, ConditionFailed)
    with pytest.raises(AwsError):
        existing_item(failed)
