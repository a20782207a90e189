"""Random error answers of AWS: documented and unknown codes, every status, XML, JSON, pages of others, damaged ones.

Each one goes through botocore into the function's adapter. It ends as an error of ours that has a class and quotes
nothing; a documented error ends in the class of its code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis import HealthCheck, given, settings
from sealed_ocr.aws.claim_mac import claim_mac
from sealed_ocr.aws.claim_seal import ClaimSeal, SealBrokenError
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.error_codes import ERROR_CODES, classify
from sealed_ocr.aws.errors import AwsError, ConditionFailed
from sealed_ocr.aws.images import UNREADABLE, ImageUnreadableError, S3Image, read_metadata
from sealed_ocr.aws.queues import Queues
from sealed_ocr.aws.secret import SecretEmptyError, read_secret
from sealed_ocr.aws.table import Table, existing_item
from sealed_ocr.common.document import Document
from sealed_ocr.common.kinds import Kind

from soak.harness.violation import GuaranteeViolation
from soak.scenarios.aws_error_shapes import CANARY, CASES, Answer
from tests.support.analyze_parts import clients_at
from tests.support.canary import assert_clean, exception_text
from tests.support.documents import NAME
from tests.support.raw_server import RawServer

_EMPTY = "the secret is empty"
_REFUSED = "a sealed claim is refused"


class _Aws:
    """Answers every request with ``answer``."""

    def __init__(self) -> None:
        self.answer = Answer(500, {}, b"")

    def __call__(self, peer: Any, _: int) -> None:
        while True:
            head, _ = peer.request()
            answer = self.answer
            lines = [f"HTTP/1.1 {answer.status} X", *(f"{name}: {value}" for name, value in answer.headers.items())]
            lines.append(f"Content-Length: {len(answer.body)}")
            peer.send("\r\n".join([*lines, "", ""]).encode() + (b"" if head.startswith("HEAD") else answer.body))


def run(examples: int, seed: int) -> dict[str, int | float]:
    """Try ``examples`` answers; return the outcomes.

    Raises
    ------
    AssertionError, GuaranteeViolation
        If an error quotes the answer or the request, or is none of ours.
    """
    aws, ends = _Aws(), Counter[str]()
    with RawServer(aws) as server:
        calls = _calls(clients_at(server.url, attempts=1))

        @hypothesis.seed(seed)
        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=CASES)
        def ends_well(case: tuple[str, Answer]) -> None:
            operation, aws.answer = case
            end = _end(operation, calls[operation])
            documented = "documented" if aws.answer.code else "any answer"
            ends[f"{documented}: {end}"] += 1
            if aws.answer.code and end != _expected(operation, aws.answer):
                raise GuaranteeViolation(f"{operation}, {aws.answer.code}: {end}")

        ends_well()
    return {"answers": ends.total(), **dict(sorted(ends.items()))}


def _calls(clients: Clients) -> dict[str, Callable[[], object]]:
    """Return a call of each operation, as the functions make it."""
    key = f"credit-card/{NAME} {CANARY}.png"
    document = Document(
        document_id="0" * 32, kind=Kind.CREDIT_CARD, bucket="bucket", key=key, e_tag="e", size=3, version_id="v"
    )
    queues = Queues(clients.sqs, "http://q/uploads", "http://q/dead", "http://q/results", lambda _: None)
    table, seal = Table(clients.dynamodb, "documents"), ClaimSeal(clients.kms, "key")

    def update() -> object:
        try:
            return table.update("0" * 32, {"requestKey": CANARY}, condition="#state = :free", given={"free": "free"})
        except ConditionFailed as failure:
            return existing_item(failure)

    return {
        "GetObject": lambda: list(S3Image(clients.s3, document).chunks()),
        "HeadObject": lambda: read_metadata(clients.s3, document),
        "SendMessage": lambda: queues.send_result(CANARY, {"kind": "credit-card"}, until=0),
        "ChangeMessageVisibility": lambda: queues.defer(CANARY, 30),
        "GetItem": lambda: table.read("0" * 32),
        "UpdateItem": update,
        "GenerateMac": lambda: claim_mac(clients.kms, "key", CANARY.encode()),
        "Encrypt": lambda: seal.seal("0" * 32, CANARY.encode()),
        "Decrypt": lambda: seal.open("0" * 32, "c2VhbGVk"),
        "GetSecretValue": lambda: read_secret(clients.secretsmanager, "secret"),
    }


def _expected(operation: str, answer: Answer) -> str:
    code = answer.code
    if operation == "HeadObject":
        # Such an answer has no body, and so no code.
        return f"an error, {classify(operation, str(answer.status), answer.status).value}"
    if operation == "Decrypt" and code in {"IncorrectKeyException", "InvalidCiphertextException"}:
        return _REFUSED
    if (operation, code) == ("GetSecretValue", "ResourceNotFoundException"):
        return _EMPTY
    if code in UNREADABLE and operation == "GetObject":
        return f"a rejection, {UNREADABLE[code][0]}"
    return f"an error, {ERROR_CODES[operation][code].value}"


def _end(operation: str, call: Callable[[], object]) -> str:
    try:
        call()
    except AwsError as failure:
        assert_clean(exception_text(failure), [CANARY, "830417-sentinel", NAME])
        if failure.operation != operation:
            raise GuaranteeViolation("an error names another operation") from None
        return f"an error, {classify(operation, failure.code, failure.status).value}"
    except ImageUnreadableError as failure:
        assert_clean(exception_text(failure), [CANARY, "830417-sentinel", NAME])
        return f"a rejection, {failure.code}"
    except SecretEmptyError:
        return _EMPTY
    except SealBrokenError as failure:
        assert_clean(exception_text(failure), [CANARY, "830417-sentinel", NAME])
        return _REFUSED
    return "an answer that can be read"
