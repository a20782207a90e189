"""What each error code of AWS means for a document, by service.

The codes are those that AWS documents for the operations that the functions call: S3's "Error responses", SQS's,
DynamoDB's, KMS's and Secrets Manager's API references, and the "Common Error Types" of all services (November 2026).
Codes of requests that the functions never send are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class ErrorClass(Enum):
    """What ends an error."""

    FINAL = "final"  # nothing: the image will never be read, or the sealed claim is none
    OPERATOR = "operator"  # somebody who acts: a permission, a key, a resource or a request is wrong
    PASSING = "passing"  # time


def _table(*, final: str = "", operator: str, passing: str) -> dict[str, ErrorClass]:
    rows = ((ErrorClass.FINAL, final), (ErrorClass.OPERATOR, operator), (ErrorClass.PASSING, passing))
    return {code: kind for kind, codes in rows for code in codes.split()}


# Every service may give these.
_COMMON = _table(
    operator="""
        AccessDenied AccessDeniedException IncompleteSignature IncompleteSignatureException InvalidAccessKeyId
        InvalidAction InvalidClientTokenId InvalidParameterCombination InvalidParameterValue InvalidQueryParameter
        InvalidSecurity InvalidSignatureException MalformedQueryString MissingAction MissingAuthenticationToken
        MissingAuthenticationTokenException MissingParameter NoCredentialsError NotAuthorized OptInRequired
        RequestEntityTooLargeException SignatureDoesNotMatch UnknownOperationException UnrecognizedClientException
        UnsupportedProtocol ValidationError ValidationException
    """,
    # New credentials and a right clock come with a new instance, which Lambda starts by itself.
    passing="""
        ExpiredToken ExpiredTokenException InternalError InternalFailure InternalServerError
        MalformedHttpRequestException RequestAbortedException RequestExpired RequestTimeout RequestTimeoutException
        RequestTimeTooSkewed ServiceUnavailable ServiceUnavailableException Throttling ThrottledException
        ThrottlingException TooManyRequestsException
    """,
)
# Services that use the stack's key pass on the errors of KMS: S3 and SQS with this prefix, SQS also in its own words.
_OF_THE_KEY = _table(
    operator="""
        KMS.AccessDeniedException KMS.DisabledException KMS.InvalidKeyUsageException KMS.InvalidStateException
        KMS.KMSInvalidStateException KMS.NotFoundException KMS.OptInRequired KmsAccessDenied KmsDisabled
        KmsInvalidKeyUsage KmsInvalidState KmsNotFound KmsOptInRequired
    """,
    passing="""
        KMS.DependencyTimeoutException KMS.KeyUnavailableException KMS.KMSInternalException KMS.ThrottlingException
        KmsThrottled
    """,
)
_S3 = _table(
    # ``images`` has the rejection of each. A request for an image has one form only, so S3 can call it invalid for one
    # reason only: the object has a customer-provided key.
    final="InvalidObjectState InvalidRequest MethodNotAllowed NoSuchKey NoSuchVersion PreconditionFailed",
    operator="""
        AccountProblem AllAccessDisabled AuthorizationHeaderMalformed EndpointNotFound
        IllegalLocationConstraintException IncorrectEndpoint InvalidArgument InvalidBucketName InvalidHostHeader
        InvalidPayer InvalidSignature InvalidToken InvalidURI KeyTooLongError MissingSecurityHeader NoSuchBucket
        NotImplemented NotSignedUp PermanentRedirect RequestHeaderSectionTooLarge UnauthorizedAccessError
        UnexpectedIPError UnsupportedArgument UnsupportedSignature
    """,
    passing="""
        Busy ConditionalRequestConflict OperationAborted Redirect SlowDown TemporaryRedirect TokenRefreshRequired
    """,
)
_SQS = _table(
    operator="""
        AWS.SimpleQueueService.NonExistentQueue AWS.SimpleQueueService.UnsupportedOperation InvalidAddress
        InvalidAttributeValue InvalidMessageContents QueueDoesNotExist UnsupportedOperation
    """,
    # The last four: the delivery is no longer in flight, so its visibility cannot be changed.
    passing="""
        AWS.SimpleQueueService.QueueDeletedRecently OverLimit RequestThrottled
        AWS.SimpleQueueService.MessageNotInflight InvalidReceiptHandle MessageNotInflight ReceiptHandleIsInvalid
    """,
)
_DYNAMODB = _table(
    operator="ItemCollectionSizeLimitExceededException ResourceNotFoundException",
    passing="""
        LimitExceededException ProvisionedThroughputExceededException ReplicatedWriteConflictException
        RequestLimitExceeded ResourceInUseException TransactionConflictException TransactionInProgressException
    """,
)
_KMS = _table(
    operator="""
        DisabledException DryRunOperationException InvalidArnException InvalidGrantTokenException
        InvalidKeyUsageException KMSInvalidStateException NotFoundException
    """,
    passing="DependencyTimeoutException KeyUnavailableException KMSInternalException LimitExceededException",
)
# The verify function refuses such a sealed claim (``claim_seal``).
_SEALED = _table(final="IncorrectKeyException InvalidCiphertextException", operator="", passing="")
_SECRETS_MANAGER = _table(
    # InvalidRequestException: the secret is scheduled for deletion. DecryptionFailure: its key cannot be used.
    operator="DecryptionFailure InvalidParameterException InvalidRequestException ResourceNotFoundException",
    passing="InternalServiceError InternalServiceErrorException",
)
_EVERYWHERE = _COMMON | _OF_THE_KEY

ERROR_CODES: Mapping[str, Mapping[str, ErrorClass]] = {
    "GetObject": _EVERYWHERE | _S3,
    "HeadObject": _EVERYWHERE | _S3,
    "SendMessage": _EVERYWHERE | _SQS,
    "ChangeMessageVisibility": _EVERYWHERE | _SQS,
    "GetItem": _EVERYWHERE | _DYNAMODB,
    "UpdateItem": _EVERYWHERE | _DYNAMODB,
    "GenerateMac": _EVERYWHERE | _KMS,
    "Encrypt": _EVERYWHERE | _KMS,
    "Decrypt": _EVERYWHERE | _KMS | _SEALED,
    "GetSecretValue": _EVERYWHERE | _SECRETS_MANAGER,
}


def classify(operation: str, code: str, status: int) -> ErrorClass:
    """Return the class of an error.

    An unlisted code passes with time, except that nobody but an operator ends a refusal (``status`` 401 or 403).
    """
    unlisted = ErrorClass.OPERATOR if status in {401, 403} else ErrorClass.PASSING
    return ERROR_CODES.get(operation, _EVERYWHERE).get(code, unlisted)
