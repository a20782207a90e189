"""The AWS clients: one session for all, connection pools as wide as a batch.

They are botocore's own, the same that boto3 returns. The functions do not use boto3's resources and transfers, which
take a tenth of a cold start.
"""

from __future__ import annotations

import logging
import ssl
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from botocore.config import Config
from botocore.httpsession import get_cert_path
from botocore.session import get_session
from urllib3.util import Timeout

from sealed_ocr.aws.botocore_private import configure_pools, shared_tls_context
from sealed_ocr.network.connection import CLOCKS, Clock

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_kms import KMSClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sqs import SQSClient

# At DEBUG, which Lambda's log level sets for every library, botocore logs whole requests and responses.
logging.getLogger("botocore").setLevel(logging.CRITICAL)

# For each attempt. botocore's default is five attempts of 60 seconds, which is longer than an invocation.
ATTEMPT_SECONDS = 3.0
ATTEMPTS = 2
# How long a call takes if AWS hangs: every attempt, and botocore's pause of up to a second between two. An attempt
# includes the name's resolution, the connection to any of its addresses, TLS, the request and the response's head. Only
# a response that comes byte by byte, and the body of an image, take longer.
MAX_CALL_SECONDS = ATTEMPTS * ATTEMPT_SECONDS + (ATTEMPTS - 1)
# Sealing a claim comes after a paid call, and has the time that the calls after it leave.
_SEALING_SHARE = 1 / 3
MAX_SEALING_SECONDS = ATTEMPTS * ATTEMPT_SECONDS * _SEALING_SHARE + (ATTEMPTS - 1)


class TlsTrust(NamedTuple):
    """Whom the clients trust: ``context`` loads the file ``authorities`` at the first connection."""

    context: ssl.SSLContext
    authorities: str


class Clients:
    """The clients of the process. Create them on the main thread: botocore's session is not thread-safe."""

    def __init__(
        self,
        connections: int,
        attempt_seconds: float = ATTEMPT_SECONDS,
        attempts: int = ATTEMPTS,
        clocks: tuple[Clock, ...] = CLOCKS,
    ) -> None:
        """Let ``connections`` threads use a client at once; ``attempt_seconds`` limits each attempt.

        ``clocks`` measure how long a connection was idle, in seconds.
        """
        self._clocks = clocks
        self._session = get_session()
        authorities = self._session.get_config_variable("ca_bundle") or get_cert_path(verify=True)
        self.tls = TlsTrust(shared_tls_context(), str(authorities))
        self._attempt_seconds = attempt_seconds
        self._config = Config(
            max_pool_connections=connections,
            connect_timeout=attempt_seconds,
            read_timeout=attempt_seconds,
            # "total_max_attempts" includes the first attempt; "max_attempts" would not.
            retries={"mode": "standard", "total_max_attempts": attempts},
            tcp_keepalive=True,
            # Both save a fifth of the CPU of a call: no agent string per request, no check of our own parameters.
            user_agent="sealed-ocr",
            parameter_validation=False,
        )

    def _client(self, service: str, config: Config | None = None, seconds: float = 0) -> Any:
        client = self._session.create_client(service, config=config or self._config)
        # One limit for a whole attempt. botocore's own starts again for the connection, for TLS and for the response.
        timeout = Timeout(total=seconds or self._attempt_seconds)
        configure_pools(client, self._clocks, ssl_context=self.tls.context, timeout=timeout)
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
    def dynamodb_unrepeated(self) -> DynamoDBClient:
        """The ledger, for writes that must not be repeated when their answer is lost."""
        config = self._config.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
        return cast("DynamoDBClient", self._client("dynamodb", config))

    @cached_property
    def secretsmanager(self) -> SecretsManagerClient:
        """The OCR service's credentials."""
        return cast("SecretsManagerClient", self._client("secretsmanager"))

    @cached_property
    def kms(self) -> KMSClient:
        """The HMAC of claims, and sealed claims that are opened."""
        return cast("KMSClient", self._client("kms"))

    @cached_property
    def sealing_kms(self) -> KMSClient:
        """Claims that are sealed."""
        seconds = self._attempt_seconds * _SEALING_SHARE
        config = self._config.merge(Config(connect_timeout=seconds, read_timeout=seconds))
        return cast("KMSClient", self._client("kms", config, seconds))
