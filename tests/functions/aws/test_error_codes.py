"""Each documented error code of AWS has one class, and S3's final ones are rejections."""

from __future__ import annotations

import pytest
from botocore.session import get_session
from sealed_ocr.aws.error_codes import ERROR_CODES, ErrorClass, classify
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.images import UNREADABLE

from infra.package.service_models import OPERATIONS

pytestmark = pytest.mark.unit

FINAL, OPERATOR, PASSING = ErrorClass.FINAL, ErrorClass.OPERATOR, ErrorClass.PASSING
EVERY = frozenset(ERROR_CODES)
IMAGE, SECRET = frozenset({"GetObject", "HeadObject"}), frozenset({"GetSecretValue"})
KEY = frozenset({"GenerateMac", "Encrypt", "Decrypt"})
QUEUE = frozenset({"SendMessage", "ChangeMessageVisibility"})
TABLE = frozenset({"GetItem", "UpdateItem"})

# By class and service, each code with the HTTP status that AWS documents; 0 where it documents none.
ROWS: dict[tuple[ErrorClass, frozenset[str]], dict[int, str]] = {
    (FINAL, IMAGE): {
        400: "InvalidRequest",
        403: "InvalidObjectState",
        404: "NoSuchKey NoSuchVersion",
        405: "MethodNotAllowed",
        412: "PreconditionFailed",
    },
    (FINAL, frozenset({"Decrypt"})): {400: "IncorrectKeyException InvalidCiphertextException"},
    (OPERATOR, EVERY): {
        0: "InvalidSecurity NoCredentialsError UnsupportedProtocol",
        400: """
            IncompleteSignature IncompleteSignatureException InvalidAction InvalidParameterCombination
            InvalidParameterValue InvalidQueryParameter InvalidSignatureException KMS.AccessDeniedException
            KMS.DisabledException KMS.InvalidKeyUsageException KMS.InvalidStateException KMS.KMSInvalidStateException
            KMS.NotFoundException KMS.OptInRequired KmsAccessDenied KmsDisabled KmsInvalidKeyUsage KmsInvalidState
            KmsNotFound KmsOptInRequired MissingAction MissingAuthenticationTokenException MissingParameter
            UnrecognizedClientException ValidationError ValidationException
        """,
        401: "NotAuthorized",
        403: """
            AccessDenied AccessDeniedException InvalidAccessKeyId InvalidClientTokenId MissingAuthenticationToken
            OptInRequired SignatureDoesNotMatch
        """,
        404: "MalformedQueryString UnknownOperationException",
        413: "RequestEntityTooLargeException",
    },
    (PASSING, EVERY): {
        0: "Throttling",
        400: """
            ExpiredToken KMS.DependencyTimeoutException KMS.KeyUnavailableException KMS.KMSInternalException
            KMS.ThrottlingException KmsThrottled MalformedHttpRequestException RequestAbortedException RequestExpired
            RequestTimeout ThrottledException ThrottlingException
        """,
        403: "ExpiredTokenException RequestTimeTooSkewed",
        408: "RequestTimeoutException",
        429: "TooManyRequestsException",
        500: "InternalError InternalFailure InternalServerError",
        503: "ServiceUnavailable ServiceUnavailableException",
    },
    (OPERATOR, IMAGE): {
        301: "PermanentRedirect",
        400: """
            AuthorizationHeaderMalformed EndpointNotFound IllegalLocationConstraintException IncorrectEndpoint
            InvalidArgument InvalidBucketName InvalidHostHeader InvalidSignature InvalidToken InvalidURI KeyTooLongError
            MissingSecurityHeader RequestHeaderSectionTooLarge UnsupportedArgument UnsupportedSignature
        """,
        403: """
            AccountProblem AllAccessDisabled InvalidPayer NotSignedUp UnauthorizedAccessError UnexpectedIPError
        """,
        404: "NoSuchBucket",
        501: "NotImplemented",
    },
    (PASSING, IMAGE): {
        307: "Redirect TemporaryRedirect",
        400: "TokenRefreshRequired",
        409: "ConditionalRequestConflict OperationAborted",
        503: "Busy SlowDown",
    },
    (OPERATOR, QUEUE): {
        400: """
            AWS.SimpleQueueService.NonExistentQueue AWS.SimpleQueueService.UnsupportedOperation InvalidAddress
            InvalidAttributeValue InvalidMessageContents QueueDoesNotExist UnsupportedOperation
        """,
    },
    (PASSING, QUEUE): {
        400: """
            AWS.SimpleQueueService.MessageNotInflight AWS.SimpleQueueService.QueueDeletedRecently InvalidReceiptHandle
            MessageNotInflight OverLimit ReceiptHandleIsInvalid RequestThrottled
        """,
    },
    (OPERATOR, TABLE): {400: "ItemCollectionSizeLimitExceededException ResourceNotFoundException"},
    (PASSING, TABLE): {
        400: """
            LimitExceededException ProvisionedThroughputExceededException ReplicatedWriteConflictException
            RequestLimitExceeded ResourceInUseException TransactionConflictException TransactionInProgressException
        """,
    },
    (OPERATOR, KEY): {
        400: """
            DisabledException DryRunOperationException InvalidArnException InvalidGrantTokenException
            InvalidKeyUsageException KMSInvalidStateException NotFoundException
        """,
    },
    (PASSING, KEY): {
        400: "LimitExceededException",
        500: "KMSInternalException KeyUnavailableException",
        503: "DependencyTimeoutException",
    },
    (OPERATOR, SECRET): {
        400: "DecryptionFailure InvalidParameterException InvalidRequestException ResourceNotFoundException"
    },
    (PASSING, SECRET): {500: "InternalServiceError InternalServiceErrorException"},
}
TABLE_ROWS = [
    pytest.param(operation, code, status, expected, id=f"{operation} {code}")
    for (expected, operations), by_status in ROWS.items()
    for status, codes in by_status.items()
    for code in codes.split()
    for operation in sorted(operations)
]


@pytest.mark.parametrize(("operation", "code", "status", "expected"), TABLE_ROWS)
def test_every_code_has_its_class(operation: str, code: str, status: int, expected: ErrorClass) -> None:
    assert classify(operation, code, status) is expected
    assert AwsError(operation, code, status).operator_must_act is (expected is OPERATOR)


def test_every_listed_code_has_its_row() -> None:
    listed = {(operation, code) for operation, codes in ERROR_CODES.items() for code in codes}
    assert listed == {tuple(row.values[:2]) for row in TABLE_ROWS}


def test_every_exception_of_the_service_models_is_listed() -> None:
    session = get_session()
    for service, operations in OPERATIONS.items():
        for operation in operations:
            shapes = session.get_service_model(service).operation_model(operation).error_shapes
            # The condition's failure is an answer of its own (``ConditionFailed``).
            named = {shape.metadata.get("error", {}).get("code", shape.name) for shape in shapes} - {
                "ConditionalCheckFailedException"
            }
            assert named <= ERROR_CODES[operation].keys()
    assert {operation for operations in OPERATIONS.values() for operation in operations} == EVERY


def test_every_final_code_is_a_rejection() -> None:
    final = {code for code, kind in ERROR_CODES["GetObject"].items() if kind is FINAL}
    assert final == UNREADABLE.keys()


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("NeverHeardOf", 400, PASSING),
        ("NeverHeardOf", 403, OPERATOR),
        ("401", 401, OPERATOR),
        ("500", 500, PASSING),
        ("ReadTimeoutError", 0, PASSING),
        # Final for an image only.
        ("InvalidRequest", 400, PASSING),
        ("404", 404, PASSING),
    ],
)
def test_an_unlisted_code_passes_unless_it_is_a_refusal(code: str, status: int, expected: ErrorClass) -> None:
    assert classify("SendMessage", code, status) is expected


@pytest.mark.parametrize("status", [404, 405, 412])
def test_a_page_without_a_code_of_s3_rejects_no_image(status: int) -> None:
    assert classify("GetObject", str(status), status) is PASSING
    assert str(status) not in UNREADABLE
