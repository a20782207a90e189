"""AWS's clients: one session for all, pools as wide as a batch.

They are botocore's, which are the same that boto3 hands out: its resources and transfers, a tenth of a cold start, are
not used here.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.session import get_session
from urllib3.util import Timeout

from sealed_ocr.aws.botocore_private import once_context, pool_options

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_kms import KMSClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient

# botocore logs whole requests and answers at DEBUG, which Lambda's own log level turns on for every library.
logging.getLogger("botocore").setLevel(logging.CRITICAL)

# For each attempt. botocore waits 60 seconds and tries five times, which is longer than an invocation can wait.
ANSWER_SECONDS = 3.0
ATTEMPTS = 2
# What a call takes when AWS hangs: every attempt, and botocore's pause of up to a second between two.
LONGEST_CALL_SECONDS = ATTEMPTS * ANSWER_SECONDS + (ATTEMPTS - 1)


class Clients:
    """The process's clients. Made on the main thread (botocore's session is not thread-safe), used by all."""

    def __init__(self, connections: int, answer_seconds: float = ANSWER_SECONDS, attempts: int = ATTEMPTS) -> None:
        """``connections`` is how many threads will use a client at once; ``answer_seconds`` is for each attempt."""
        self._session = get_session()
        # One time for all of an attempt: botocore's own begins anew for the connection, for TLS and for the answer.
        self._pool_options = {"ssl_context": once_context(), "timeout": Timeout(total=answer_seconds)}
        self._config = Config(
            max_pool_connections=connections,
            connect_timeout=answer_seconds,
            read_timeout=answer_seconds,
            # botocore counts the first with "total_max_attempts" alone.
            retries={"mode": "standard", "total_max_attempts": attempts},
            tcp_keepalive=True,
            # A fifth of a call's CPU: an agent put together anew for each, and a check of what our own code asks for.
            user_agent="sealed-ocr",
            parameter_validation=False,
        )

    def _client(self, service: str) -> Any:
        client = self._session.create_client(service, config=self._config)
        pool_options(client).update(self._pool_options)
        return client

    @cached_property
    def s3(self) -> S3Client:
        """Images."""
        return cast("S3Client", self._client("s3"))

    @cached_property
    def sqs(self) -> SQSClient:
        """Uploads, results, dead letters."""
        return cast("SQSClient", self._client("sqs"))

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """Ledger and Request-Keys."""
        return cast("DynamoDBClient", self._client("dynamodb"))

    @cached_property
    def secretsmanager(self) -> SecretsManagerClient:
        """The OCR service's credentials."""
        return cast("SecretsManagerClient", self._client("secretsmanager"))

    @cached_property
    def kms(self) -> KMSClient:
        """The HMAC of claims."""
        return cast("KMSClient", self._client("kms"))
