"""boto3 clients for the emulated AWS only."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_kms.client import KMSClient
    from types_boto3_s3.client import S3Client
    from types_boto3_secretsmanager.client import SecretsManagerClient
    from types_boto3_sqs.client import SQSClient

REGION: Final = "ap-northeast-2"
ACCOUNT = "123456789012"
"""moto's default account, which is part of every ARN."""
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


def isolate_aws_environment() -> None:
    """Remove the user's AWS settings from this process, so that no mistake can reach a real account.

    A missing profile, an endpoint or a proxy would also keep boto3 from reaching the emulated services.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="127.0.0.1",
    )


class AwsClients:
    """One client for each service, created on first use. ``url`` is the endpoint of all services."""

    def __init__(self, url: str, *, connections: int = 10) -> None:
        self.url = url
        self._session = boto3.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        self._config = Config(max_pool_connections=connections, retries={"total_max_attempts": 2})

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """DynamoDB."""
        return self._session.client("dynamodb", endpoint_url=self.url, config=self._config)

    @cached_property
    def kms(self) -> KMSClient:
        """KMS."""
        return self._session.client("kms", endpoint_url=self.url, config=self._config)

    @cached_property
    def s3(self) -> S3Client:
        """S3."""
        return self._session.client("s3", endpoint_url=self.url, config=self._config)

    @cached_property
    def secrets(self) -> SecretsManagerClient:
        """Secrets Manager."""
        return self._session.client("secretsmanager", endpoint_url=self.url, config=self._config)

    @cached_property
    def sts(self) -> Any:
        """STS."""
        return self._session.client("sts", endpoint_url=self.url, config=self._config)

    @cached_property
    def sqs(self) -> SQSClient:
        """SQS."""
        return self._session.client("sqs", endpoint_url=self.url, config=self._config)
